package io.amp.adapters.sources.column;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** One allocation that is cut into the buffers of a batch, each at a multiple of 64 bytes as Arrow recommends. */
final class Arena implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final ArrowBuf memory;
    private long used;

    Arena(BufferAllocator allocator, long bytes) {
        memory = allocator.buffer(bytes);
    }

    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** A buffer with a copy of the bytes. The rest up to the next multiple of 64 is zero. Valid while a vector holds it. */
    ArrowBuf copy(byte[] bytes, int length) {
        long padded = aligned(length);
        memory.setBytes(used, bytes, 0, length);
        memory.setZero(used + length, padded - length);
        ArrowBuf buffer = memory.slice(used, length);
        buffer.writerIndex(length);
        used += padded;
        return buffer;
    }

    /** Gives up this arena's own hold; what vectors took stays. */
    @Override
    public void close() {
        memory.close();
    }
}
