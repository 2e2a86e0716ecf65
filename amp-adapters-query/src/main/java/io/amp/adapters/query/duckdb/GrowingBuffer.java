package io.amp.adapters.query.duckdb;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** An Arrow buffer that is filled from the front and handed over; the next one starts with the size that the last one needed. */
final class GrowingBuffer {
    private static final long SMALLEST = 64;

    private final BufferAllocator allocator;
    private @Nullable ArrowBuf buffer;
    private long address;
    private long capacity;
    private long expected = SMALLEST;

    GrowingBuffer(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Makes room for {@code wanted} bytes and keeps the first {@code used}.
     *
     * @return the address, good until the next call
     */
    long ensure(long used, long wanted) {
        if (wanted > capacity) {
            grow(used, wanted);
        }
        return address;
    }

    private void grow(long used, long wanted) {
        ArrowBuf old = buffer;
        ArrowBuf larger = allocator.buffer(Math.max(wanted, old == null ? expected : capacity * 2));
        if (old != null) {
            Memory.copy(address, larger.memoryAddress(), used);
            old.close();
        }
        buffer = larger;
        address = larger.memoryAddress();
        capacity = larger.capacity();
    }

    long address() {
        return address;
    }

    /** Hands over the buffer, whose first {@code used} bytes are filled, and starts afresh. */
    ArrowBuf take(long used) {
        ensure(0, 1);
        ArrowBuf full = buffer;
        if (full == null) {
            throw new IllegalStateException("no buffer after making room");
        }
        full.writerIndex(used);
        expected = Math.max(used, SMALLEST);
        forget();
        return full;
    }

    void release() {
        if (buffer != null) {
            buffer.close();
            forget();
        }
    }

    private void forget() {
        buffer = null;
        address = 0;
        capacity = 0;
    }
}
