package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import java.util.List;

/**
 * A function that the engine has too.
 *
 * @param pattern the engine's SQL: {@code {0}} is the first argument, {@code {*}} all of them separated by commas
 */
record Template(String name, String pattern, boolean deterministic) implements ScalarFunction {
    Template(String name, String pattern) {
        this(name, pattern, true);
    }

    @Override
    public String emit(List<String> arguments, Expr.Call call) {
        return fill(pattern, arguments);
    }

    @Override
    public boolean isDeterministic() {
        return deterministic;
    }

    static String fill(String pattern, List<String> arguments) {
        var out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '{' && i + 2 < pattern.length() && pattern.charAt(i + 2) == '}') {
                char index = pattern.charAt(i + 1);
                out.append(index == '*' ? String.join(", ", arguments) : arguments.get(index - '0'));
                i += 2;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
