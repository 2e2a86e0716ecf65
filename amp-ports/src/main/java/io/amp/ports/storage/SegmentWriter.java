package io.amp.ports.storage;

import io.amp.ports.batch.RecordBatch;

/** One segment file being written. Used by one thread at a time. Nothing reaches the store before the first append or finish. */
public interface SegmentWriter extends AutoCloseable {
    String fileName();

    /**
     * Copies the rows of one or more blocks; the caller keeps and closes the batch.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#OBJECT_STORE_UNAVAILABLE}
     */
    void append(RecordBatch batch);

    long rowCount();

    /** Encoded bytes flushed so far plus an estimate of what is in progress. */
    long estimatedBytes();

    /**
     * Writes the footer and makes the object durable and visible in the store.
     *
     * @param metadata its file name equals {@link #fileName()}
     */
    WrittenSegment finish(SegmentMetadata metadata);

    /** Without {@link #finish} discards the file. Idempotent. */
    @Override
    void close();
}
