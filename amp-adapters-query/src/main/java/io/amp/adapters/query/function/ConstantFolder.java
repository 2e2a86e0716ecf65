package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;

/** Evaluates constant expressions while planning. */
@FunctionalInterface
public interface ConstantFolder {
    /**
     * @param constant as {@code Exprs.isConstant} says
     * @throws io.amp.ports.error.AmpException {@code INVALID_PLAN}: the expression fails
     */
    Literal evaluate(Expr constant);
}
