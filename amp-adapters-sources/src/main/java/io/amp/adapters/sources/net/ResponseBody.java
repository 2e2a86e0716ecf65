package io.amp.adapters.sources.net;

import io.amp.adapters.sources.json.JsonCursor;
import java.io.IOException;

/**
 * The bytes of one answer, zeros behind them as {@link JsonCursor} wants it. Owned by whoever holds it; closing gives the array back for
 * another answer, so nothing may read it afterwards.
 */
public final class ResponseBody implements AutoCloseable {
    private final BodyPool pool;
    private byte[] bytes;
    private int length;
    private boolean open = true;

    ResponseBody(BodyPool pool, byte[] bytes) {
        this.pool = pool;
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Room for {@code more} bytes behind those that are there, which may replace the array. */
    void reserve(int more) throws IOException {
        long needed = (long) length + more + JsonCursor.PADDING;
        if (needed > bytes.length) {
            bytes = pool.grow(bytes, length, needed);
        }
    }

    /** Bytes of memory that this answer holds. */
    public int capacity() {
        return bytes.length;
    }

    /** How many bytes can be written from {@link #length()} on. */
    int room() {
        return bytes.length - JsonCursor.PADDING - length;
    }

    void advance(int count) {
        length += count;
    }

    /** Writes the zeros. */
    ResponseBody seal() throws IOException {
        reserve(0);
        for (int i = 0; i < JsonCursor.PADDING; i++) {
            bytes[length + i] = 0;
        }
        return this;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            pool.give(bytes);
        }
    }
}
