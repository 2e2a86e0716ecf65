package io.amp.ports.batch;

import org.jspecify.annotations.Nullable;

/**
 * Batches of one schema, pulled by the reader (a slow reader stops the producer). {@link #next()} is called by one thread;
 * {@link #cancel()} may come from any thread.
 */
public interface BatchStream extends AutoCloseable {
    /** Equal to the schema of every batch, nullability included. */
    TableSchema schema();

    /**
     * The next batch, owned by the caller; null at the end.
     *
     * @throws io.amp.ports.error.AmpException rows handed out before stay valid
     */
    @Nullable
    RecordBatch next() throws InterruptedException;

    /** Stops the producer at once; a blocked or later {@link #next()} fails. Idempotent. */
    void cancel();

    /** Cancels and releases everything. Idempotent. */
    @Override
    void close();
}
