package io.amp.adapters.objectstore.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Numbers in byte arrays, little-endian as plain Parquet pages have them. */
final class PlainBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainBytes() {}

    static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    /** Equality of two values in one array; values that differ nearly always do so in their last bytes, which are looked at first. */
    static boolean isEqual(byte[] bytes, int first, int second, int length) {
        if (length >= 8) {
            return getLong(bytes, first + length - 8) == getLong(bytes, second + length - 8)
                    && (length == 8
                            || Arrays.equals(bytes, first, first + length - 8, bytes, second, second + length - 8));
        }
        return Arrays.equals(bytes, first, first + length, bytes, second, second + length);
    }

    /** Turns the order of the bytes of one value; widths are multiples of 16. */
    static void reverse(byte[] bytes, int offset, int width) {
        for (int low = offset, high = offset + width - 8; low < high; low += 8, high -= 8) {
            long first = Long.reverseBytes((long) LONG.get(bytes, low));
            long last = Long.reverseBytes((long) LONG.get(bytes, high));
            LONG.set(bytes, low, last);
            LONG.set(bytes, high, first);
        }
    }
}
