package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.AggregateFunction;
import io.amp.adapters.query.plan.Rel;
import java.util.List;

/**
 * An aggregate or window function of the engine.
 *
 * @param name the dialect's name
 * @param function the engine's
 * @param pattern around the call: {@code {0}} is the whole call with FILTER and OVER
 */
record EngineAggregate(String name, String function, String pattern) implements AggregateFunction {
    EngineAggregate(String name, String pattern) {
        this(name, name, pattern);
    }

    EngineAggregate(String name) {
        this(name, name, "{0}");
    }

    @Override
    public String emit(List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call) {
        String inner = arguments.isEmpty() && function.equals("count") ? "*" : String.join(", ", arguments);
        String nulls = call.ignoreNulls() && tail.contains(" OVER ") ? " IGNORE NULLS" : "";
        return Template.fill(
                pattern, List.of(function + "(" + (distinct ? "DISTINCT " : "") + inner + suffix + nulls + ")" + tail));
    }
}
