package io.amp.adapters.query.plan;

import java.util.List;

/** What a {@link Expr.Call} computes; compared by identity unless a record. */
public interface ScalarFunction {
    /** For messages and default column names. */
    String name();

    /**
     * The call in the engine's SQL.
     *
     * @param arguments the engine's SQL of the arguments, safe to use as operands of any operator
     * @return safe to use as an operand of any operator
     */
    String emit(List<String> arguments, Expr.Call call);

    /** False when two calls with equal arguments may give different results: such calls are neither folded nor merged. */
    default boolean isDeterministic() {
        return true;
    }

    /** True when arguments after the first are evaluated only when needed. */
    default boolean isLazy() {
        return false;
    }
}
