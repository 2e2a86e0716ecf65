package io.amp.ports.storage;

/**
 * A durable object that no row makes visible yet.
 *
 * @param footer the Parquet footer with its page indexes, self-contained, as the catalogue keeps it
 * @param rowCount rows in the file
 */
public record WrittenSegment(
        TableRevision revision, SegmentMetadata metadata, ObjectInfo object, byte[] footer, long rowCount) {}
