package io.amp.adapters.query.duckdb;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An aggregate of SQL written in Java, over states of a fixed size in memory of the engine.
 *
 * <p>A state is plain bytes: the engine moves, copies and drops it without a word. Several threads fold different states at a time and the
 * engine combines them in any order. Nulls reach the update. The engine passes its errors on like those of a {@link ScalarFunction}.
 *
 * @param stateBytes size of a state, aligned to 8
 */
public record AggregateFunction(String name, List<DuckType> parameters, DuckType result, int stateBytes, Steps steps) {

    /** What happens to states. */
    public interface Steps {
        /** Makes the state of no rows. */
        void initialize(MemorySegment state);

        /** Folds row {@code row} of {@code input} into its state. */
        void update(InputChunk input, int row, MemorySegment state) throws Exception;

        /** Folds {@code source} into {@code target}. */
        void combine(MemorySegment source, MemorySegment target) throws Exception;

        /** Sets {@code row} of {@code output}, or makes it null. */
        void finish(MemorySegment state, OutputVector output, int row) throws Exception;
    }

    public AggregateFunction {
        parameters = List.copyOf(parameters);
        if (stateBytes < 1) {
            throw new IllegalArgumentException("a state needs at least one byte, not " + stateBytes);
        }
    }
}
