package io.amp.adapters.sources.json;

/** Where decoded bytes go: room in an array that grows. */
public interface ByteSink {
    /** Makes room for {@code length} more bytes; returns where they go in {@link #array()}, which this call may replace. */
    int reserve(int length);

    byte[] array();

    /** Keeps {@code length} bytes written into the reserved room. */
    void advance(int length);
}
