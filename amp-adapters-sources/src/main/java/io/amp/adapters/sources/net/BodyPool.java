package io.amp.adapters.sources.net;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** Arrays for answers, used again and again; keeps at most a fixed number of bytes. Thread-safe. */
public final class BodyPool {
    /** Larger answers are refused: a block of any known chain is far smaller. */
    public static final int BODY_BYTES_MAX = 512 << 20;

    private static final int FIRST_BYTES = 64 << 10;
    /** An array larger than this is not worth keeping. */
    private static final int KEPT_ARRAY_BYTES_MAX = 8 << 20;

    private final long keptBytesMax;
    private final ConcurrentLinkedDeque<byte[]> idle = new ConcurrentLinkedDeque<>();
    private final AtomicLong idleBytes = new AtomicLong();

    public BodyPool(long keptBytesMax) {
        this.keptBytesMax = keptBytesMax;
    }

    /** An empty body. */
    public ResponseBody take() {
        byte[] bytes = idle.pollFirst();
        if (bytes == null) {
            return new ResponseBody(this, new byte[FIRST_BYTES]);
        }
        idleBytes.addAndGet(-bytes.length);
        return new ResponseBody(this, bytes);
    }

    byte[] grow(byte[] bytes, int used, long needed) {
        if (needed > BODY_BYTES_MAX) {
            throw new BodyTooLargeException(needed);
        }
        return Arrays.copyOf(
                used == 0 ? new byte[0] : bytes, (int) Math.min(BODY_BYTES_MAX, Math.max(needed, 2L * bytes.length)));
    }

    void give(byte[] bytes) {
        if (bytes.length > KEPT_ARRAY_BYTES_MAX) {
            return;
        }
        if (idleBytes.addAndGet(bytes.length) > keptBytesMax) {
            idleBytes.addAndGet(-bytes.length);
            return;
        }
        idle.addFirst(bytes);
    }

    /** An answer has more bytes than {@link #BODY_BYTES_MAX}. */
    static final class BodyTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BodyTooLargeException(long bytes) {
            super("an answer of " + bytes + " bytes or more; at most " + BODY_BYTES_MAX + " are read");
        }
    }
}
