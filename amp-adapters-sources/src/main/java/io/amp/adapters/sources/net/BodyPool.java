package io.amp.adapters.sources.net;

import io.amp.adapters.sources.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Arrays for answers, used again and again; keeps at most a fixed number of bytes. Thread-safe.
 *
 * <p>Arrays have sizes of powers of two, so that a small answer never sits in a large array.
 */
public final class BodyPool {
    /** Larger answers are refused: a block of any known chain is far smaller. */
    public static final int BODY_BYTES_MAX = 512 << 20;

    private static final int SMALLEST_BITS = 12;
    /** Larger arrays are not worth keeping. */
    private static final int LARGEST_KEPT_BITS = 23;

    private static final byte[] NOTHING = new byte[JsonCursor.PADDING];

    private final long keptBytesMax;
    /** By power of two, from {@link #SMALLEST_BITS} on. */
    private final List<ConcurrentLinkedDeque<byte[]>> idle = new ArrayList<>();

    private final AtomicLong idleBytes = new AtomicLong();

    public BodyPool(long keptBytesMax) {
        this.keptBytesMax = keptBytesMax;
        for (int bits = SMALLEST_BITS; bits <= LARGEST_KEPT_BITS; bits++) {
            idle.add(new ConcurrentLinkedDeque<>());
        }
    }

    /** An empty body, which has no array yet. */
    public ResponseBody take() {
        return new ResponseBody(this, NOTHING);
    }

    /** An array of at least {@code needed} bytes with the first {@code used} ones of the given array, which goes back. */
    byte[] grow(byte[] bytes, int used, long needed) throws IOException {
        if (needed > BODY_BYTES_MAX) {
            throw new IOException("an answer of " + needed + " bytes or more; at most " + BODY_BYTES_MAX + " are read");
        }
        byte[] larger = array(Math.min(BODY_BYTES_MAX, Math.max(needed, 2L * used)));
        System.arraycopy(bytes, 0, larger, 0, used);
        give(bytes);
        return larger;
    }

    void give(byte[] bytes) {
        int bits = bits(bytes.length);
        if (bytes.length != 1 << bits || bits < SMALLEST_BITS || bits > LARGEST_KEPT_BITS) {
            return;
        }
        if (idleBytes.addAndGet(bytes.length) > keptBytesMax) {
            idleBytes.addAndGet(-bytes.length);
            return;
        }
        idle.get(bits - SMALLEST_BITS).addFirst(bytes);
    }

    private byte[] array(long length) {
        int bits = Math.max(SMALLEST_BITS, bits(length));
        if (bits > LARGEST_KEPT_BITS) {
            return new byte[(int) length];
        }
        byte[] kept = idle.get(bits - SMALLEST_BITS).pollFirst();
        if (kept == null) {
            return new byte[1 << bits];
        }
        idleBytes.addAndGet(-kept.length);
        return kept;
    }

    /** The power of two that is at least {@code length}. */
    private static int bits(long length) {
        return Long.SIZE - Long.numberOfLeadingZeros(length - 1);
    }
}
