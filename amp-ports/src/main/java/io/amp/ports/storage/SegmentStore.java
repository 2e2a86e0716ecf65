package io.amp.ports.storage;

import io.amp.ports.batch.TableSchema;
import java.nio.file.Path;

/** Segment files in a columnar format on top of the data store. Thread-safe. */
public interface SegmentStore {
    /** Starts a file; the schema's nullability is enforced. */
    SegmentWriter create(TableRevision revision, TableSchema schema, String fileName);

    /**
     * Reads the footer of a stored file.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#INVALID_SEGMENT}, {@link StorageError#OBJECT_NOT_FOUND}
     */
    WrittenSegment inspect(TableRevision revision, String fileName);

    /**
     * A local file with the segment's bytes: the object itself for a local store, else a copy in a bounded cache. The file stays
     * readable until the lease is closed.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#SNAPSHOT_EXPIRED} (the object was collected), {@link
     *     StorageError#SEGMENT_CACHE_FULL}, {@link StorageError#OBJECT_STORE_UNAVAILABLE}
     */
    LocalSegment open(Segment segment) throws InterruptedException;

    /** A readable local file for as long as it is not closed. */
    interface LocalSegment extends AutoCloseable {
        Path file();

        @Override
        void close();
    }
}
