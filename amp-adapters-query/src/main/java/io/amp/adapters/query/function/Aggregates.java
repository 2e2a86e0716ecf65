package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.AggregateFunction;

/** Makes aggregates of the engine for other packages. */
public final class Aggregates {
    private Aggregates() {}

    /**
     * @param name the dialect's
     * @param function the engine's
     */
    public static AggregateFunction of(String name, String function) {
        return new EngineAggregate(name, function, "{0}");
    }
}
