package io.amp.evm.abi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Growing buffer that encodings are written to, one after the other. Reusable, not thread-safe. */
public final class AbiWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array = new byte[1024];
    private int length;

    /** Scratch for one value on its way. */
    byte[] scratch = new byte[128];

    /** Valid until the next write. */
    public byte[] array() {
        return array;
    }

    public int length() {
        return length;
    }

    /** Forgets everything from {@code newLength} on. */
    public void truncate(int newLength) {
        length = newLength;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    /** Appends zeros and returns the index of the first. */
    int reserve(int bytes) {
        int start = length;
        int needed = Math.addExact(start, bytes);
        if (needed > array.length) {
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, 2L * array.length)));
        }
        Arrays.fill(array, start, needed, (byte) 0);
        length = needed;
        return start;
    }

    /** Writes the low 64 bits of the word at {@code at}, which holds zeros. */
    void size(int at, long value) {
        LONG.set(array, at + 24, value);
    }

    byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[Math.max(bytes, 2 * scratch.length)];
        }
        return scratch;
    }
}
