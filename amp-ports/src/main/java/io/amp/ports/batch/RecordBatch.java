package io.amp.ports.batch;

import org.apache.arrow.vector.VectorSchemaRoot;

/** Rows as Arrow vectors; owned by whoever holds it, closed exactly once. Not thread-safe. */
public record RecordBatch(VectorSchemaRoot root) implements AutoCloseable {
    public int rowCount() {
        return root.getRowCount();
    }

    /** Releases the buffers. Idempotent. */
    @Override
    public void close() {
        root.close();
    }
}
