package io.amp.adapters.query.plan;

import java.util.List;

/** What an {@link Rel.AggregateCall} or a {@link Rel.WindowCall} computes. */
public interface AggregateFunction {
    /** For messages and default column names. */
    String name();

    /**
     * The call in the engine's SQL.
     *
     * @param arguments the engine's SQL of the arguments
     * @param suffix what follows the arguments inside the parentheses (ORDER BY), blank or starting with a blank
     * @param tail what follows the call (FILTER, OVER), blank or starting with a blank
     */
    String emit(List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call);
}
