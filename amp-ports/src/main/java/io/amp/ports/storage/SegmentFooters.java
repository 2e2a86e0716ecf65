package io.amp.ports.storage;

/** Footers of catalogued segments, kept in memory within a budget. Thread-safe. */
public interface SegmentFooters {
    /**
     * The footer of a segment: from memory, else from the catalogue, never from the object store. Many callers that miss the same one
     * cause one look-up.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#SNAPSHOT_EXPIRED} (the file was collected), {@link
     *     StorageError#METADATA_UNAVAILABLE}, {@link StorageError#INVALID_SEGMENT}
     */
    SegmentFooter footer(Segment segment);

    Usage usage();

    /**
     * Counters since the start.
     *
     * @param bytes memory of what is kept now
     */
    record Usage(long hits, long misses, long bytes) {}
}
