package io.amp.adapters.query.duckdb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of up to 2048 calls of a function. Valid during the call only. */
public final class InputChunk {
    private final int size;
    private final List<InputVector> vectors;
    private final @Nullable Object bound;

    InputChunk(int size, List<InputVector> vectors, @Nullable Object bound) {
        this.size = size;
        this.vectors = vectors;
        this.bound = bound;
    }

    /** Rows. */
    public int size() {
        return size;
    }

    public int columns() {
        return vectors.size();
    }

    public InputVector vector(int argument) {
        return vectors.get(argument);
    }

    /** Whether any argument of this row is null. */
    public boolean anyNull(int row) {
        for (InputVector vector : vectors) {
            if (vector.isNull(row)) {
                return true;
            }
        }
        return false;
    }

    /** What the binder of the function made for this use of it, or null without binder. */
    public @Nullable Object bound() {
        return bound;
    }
}
