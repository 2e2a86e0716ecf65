package io.amp.adapters.query.function;

import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.plan.Expr;
import java.util.List;

/**
 * A function written here that the engine calls. It is registered with the engine before the first statement that uses it; the engine's
 * name says everything about it, so two with one name are the same.
 *
 * @param name for messages
 */
public record EngineFunction(String name, ScalarFunction definition)
        implements io.amp.adapters.query.plan.ScalarFunction {
    @Override
    public String emit(List<String> arguments, Expr.Call call) {
        return definition.name() + "(" + String.join(", ", arguments) + ")";
    }

    @Override
    public boolean isDeterministic() {
        return !definition.isVolatile();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EngineFunction function
                && function.definition.name().equals(definition.name());
    }

    @Override
    public int hashCode() {
        return definition.name().hashCode();
    }
}
