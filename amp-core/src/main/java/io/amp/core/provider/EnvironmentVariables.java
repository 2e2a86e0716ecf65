package io.amp.core.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fills {@code ${NAME}} in the string values of a provider, at any depth (datasets specification, section 8.3). Keys, numbers and
 * booleans stay; a value that was filled in is not scanned again; {@code kind} and {@code network} stay because candidates are matched
 * before substitution.
 */
public final class EnvironmentVariables {
    private final Function<String, Optional<String>> lookup;

    /** @param lookup the environment; a variable that is set to nothing is an empty text */
    public EnvironmentVariables(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /** What became of the values of a provider. */
    public sealed interface Outcome {
        record Substituted(Map<String, Object> values) implements Outcome {}

        /**
         * The provider cannot be used.
         *
         * @param reason names key or variable, never a value
         */
        record Unusable(String reason) implements Outcome {}
    }

    public Outcome substitute(Map<String, Object> values) {
        try {
            Map<String, Object> substituted = new LinkedHashMap<>();
            values.forEach((key, value) ->
                    substituted.put(key, key.equals("kind") || key.equals("network") ? value : value(key, value)));
            return new Outcome.Substituted(substituted);
        } catch (UnusableException e) {
            return new Outcome.Unusable(e.reason);
        }
    }

    private Object value(String key, Object value) {
        return switch (value) {
            case String text -> text(key, text);
            case Map<?, ?> table -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                table.forEach((name, member) -> copy.put((String) name, value(key + "." + name, member)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(element -> copy.add(value(key, element)));
                yield copy;
            }
            default -> value;
        };
    }

    private String text(String key, String text) {
        int open = text.indexOf("${");
        if (open < 0) {
            return text;
        }
        var filled = new StringBuilder();
        int from = 0;
        while (open >= 0) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new UnusableException("key '" + key + "': '${' without '}'");
            }
            String name = text.substring(open + 2, close);
            if (name.isEmpty()) {
                throw new UnusableException("key '" + key + "': '${}' names no variable");
            }
            String found = lookup.apply(name).orElseThrow(() -> new UnusableException("variable not found: " + name));
            filled.append(text, from, open).append(found);
            from = close + 1;
            open = text.indexOf("${", from);
        }
        return filled.append(text, from, text.length()).toString();
    }

    /** Leaves the recursion; carries no stack trace. */
    private static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        UnusableException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
