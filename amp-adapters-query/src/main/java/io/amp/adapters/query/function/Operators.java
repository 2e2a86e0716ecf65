package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.SqlType;
import java.util.List;
import java.util.Map;

/** Operators whose operands already have fitting types. */
public final class Operators {
    public static final ScalarFunction NOT = new Template("NOT", "(NOT {0})");
    public static final ScalarFunction IS_NULL = new Template("IS NULL", "({0} IS NULL)");
    public static final ScalarFunction IS_NOT_NULL = new Template("IS NOT NULL", "({0} IS NOT NULL)");
    public static final ScalarFunction IS_DISTINCT = new Template("IS DISTINCT FROM", "({0} IS DISTINCT FROM {1})");
    public static final ScalarFunction IS_NOT_DISTINCT =
            new Template("IS NOT DISTINCT FROM", "({0} IS NOT DISTINCT FROM {1})");
    public static final ScalarFunction CONCAT = new Template("||", "({0} || {1})");
    public static final ScalarFunction BETWEEN = new Template("BETWEEN", "({0} BETWEEN {1} AND {2})");
    public static final ScalarFunction NEGATE = new Template("-", "(-{0})");
    public static final ScalarFunction BIT_AND = new Template("&", "({0} & {1})");
    public static final ScalarFunction BIT_OR = new Template("|", "({0} | {1})");
    public static final ScalarFunction BIT_XOR = new Template("^", "xor({0}, {1})");
    public static final ScalarFunction SHIFT_LEFT = new Template("<<", "({0} << {1})");
    public static final ScalarFunction SHIFT_RIGHT = new Template(">>", "({0} >> {1})");

    /** The first operand and the list it is looked for in. */
    public static final ScalarFunction IN = new ScalarFunction() {
        @Override
        public String name() {
            return "IN";
        }

        @Override
        public String emit(List<String> arguments, Expr.Call call) {
            return "(" + arguments.getFirst() + " IN (" + String.join(", ", arguments.subList(1, arguments.size()))
                    + "))";
        }
    };

    private static final Map<String, ScalarFunction> COMPARISONS = Map.of(
            "=", new Template("=", "({0} = {1})"),
            "<>", new Template("<>", "({0} <> {1})"),
            "<", new Template("<", "({0} < {1})"),
            "<=", new Template("<=", "({0} <= {1})"),
            ">", new Template(">", "({0} > {1})"),
            ">=", new Template(">=", "({0} >= {1})"));

    private Operators() {}

    /** @param symbol {@code =, <>, <, <=, >, >=} */
    public static ScalarFunction comparison(String symbol) {
        ScalarFunction found = COMPARISONS.get(symbol);
        if (found == null) {
            throw new IllegalArgumentException(symbol);
        }
        return found;
    }

    /** True for the six comparisons. */
    public static boolean isComparison(ScalarFunction function) {
        return function.equals(COMPARISONS.get(function.name()));
    }

    /** A call that is NULL when an argument is. */
    public static Expr call(ScalarFunction function, SqlType type, Expr... arguments) {
        return call(function, type, List.of(arguments));
    }

    public static Expr call(ScalarFunction function, SqlType type, List<Expr> arguments) {
        return new Expr.Call(function, arguments, type, arguments.stream().anyMatch(Expr::nullable));
    }
}
