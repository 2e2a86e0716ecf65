package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.AggregateFunction;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.type.SqlType;
import java.util.List;

/** Binds a call of one aggregate or window function. */
@FunctionalInterface
public interface AggregateBuilder {
    /** @param isWindow called with OVER */
    Bound build(FunctionCall call, boolean isWindow);

    /** The engine's function, its arguments and the type of the result. */
    record Bound(AggregateFunction function, List<Expr> arguments, SqlType type, boolean nullable) {
        public Bound {
            arguments = List.copyOf(arguments);
        }
    }
}
