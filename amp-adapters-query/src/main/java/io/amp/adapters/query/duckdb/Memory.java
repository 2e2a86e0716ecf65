package io.amp.adapters.query.duckdb;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes at raw addresses.
 *
 * <p>Vectors of the engine and buffers of Arrow are both bare addresses; one segment over all memory lets the compiler drop the bounds
 * check of every access. The callers keep the bounds. Both sides are little-endian on every platform the engine ships for.
 */
final class Memory {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Below this many bytes a loop over words is faster than the call that copies in bulk. */
    private static final int SMALL_COPY = 96;

    private Memory() {}

    static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    static int getInt(long address) {
        return ALL.get(INT, address);
    }

    static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    static void putShort(long address, short value) {
        ALL.set(SHORT, address, value);
    }

    static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    static void zero(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    static void copy(long from, long to, long bytes) {
        if (bytes >= SMALL_COPY) {
            MemorySegment.copy(ALL, from, ALL, to, bytes);
        } else if (bytes >= 8) {
            long last = bytes - 8;
            for (long i = 0; i < last; i += 8) {
                putLong(to + i, getLong(from + i));
            }
            putLong(to + last, getLong(from + last));
        } else {
            for (long i = 0; i < bytes; i++) {
                putByte(to + i, getByte(from + i));
            }
        }
    }

    static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }

    static void put(byte[] source, int from, long address, int length) {
        MemorySegment.copy(source, from, ALL, ValueLayout.JAVA_BYTE, address, length);
    }

    static MemorySegment view(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    /** The text at {@code address}, which ends with a zero byte; empty for the null pointer. */
    static String text(long address) {
        return address == 0 ? "" : ALL.getString(address, StandardCharsets.UTF_8);
    }
}
