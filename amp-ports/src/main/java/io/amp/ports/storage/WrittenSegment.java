package io.amp.ports.storage;

/**
 * A durable object that no row makes visible yet. Compared by identity of its parts; never a map key.
 *
 * @param metadataJson the footer's {@code nozzle_metadata} object, byte for byte; the catalogue stores it as it is
 * @param footer the Parquet footer with its page indexes, self-contained, as the catalogue keeps it; not modified by anybody
 * @param rowCount rows in the file
 */
@SuppressWarnings(
        "ArrayRecordComponent") // bytes pass through unseen on their way to the catalogue; equality is never asked for
public record WrittenSegment(
        TableRevision revision,
        SegmentMetadata metadata,
        String metadataJson,
        ObjectInfo object,
        byte[] footer,
        long rowCount) {}
