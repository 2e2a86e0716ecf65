package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;

/** Binds a call of one scalar function. */
@FunctionalInterface
public interface ScalarBuilder {
    Expr build(FunctionCall call);
}
