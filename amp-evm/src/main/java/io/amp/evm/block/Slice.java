package io.amp.evm.block;

import io.amp.evm.rlp.RlpWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A nullable byte string in memory that is used again. Not thread-safe. */
public final class Slice {
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int length = -1;

    Slice(int capacity) {
        array = new byte[capacity];
    }

    public boolean isNull() {
        return length < 0;
    }

    public void setNull() {
        length = -1;
    }

    /** Sets the length and returns the array, whose first {@code newLength} bytes the caller fills. */
    public byte[] resize(int newLength) {
        if (newLength > array.length) {
            array = new byte[Math.max(newLength, (int) Math.min(Integer.MAX_VALUE - 16, 2L * array.length))];
        }
        length = newLength;
        return array;
    }

    public void set(byte[] bytes) {
        System.arraycopy(bytes, 0, resize(bytes.length), 0, bytes.length);
    }

    /** Sets an unsigned 64-bit integer, 8 bytes. */
    public void set(long value) {
        BIG.set(resize(Long.BYTES), 0, value);
    }

    /** Sets an unsigned 128-bit integer, 16 bytes. */
    public void set(long high, long low) {
        byte[] to = resize(2 * Long.BYTES);
        BIG.set(to, 0, high);
        BIG.set(to, Long.BYTES, low);
    }

    /** The bytes, from 0 to {@link #length()}; valid until the next change. */
    public byte[] array() {
        return array;
    }

    /** 0 when null. */
    public int length() {
        return Math.max(length, 0);
    }

    /** The low 64 bits of a big-endian integer of any width; 0 when null. */
    public long toLong() {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (array[i] & 0xff);
        }
        return value;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length());
    }

    void writeBytes(RlpWriter out) {
        out.bytes(array, 0, length());
    }

    void writeInteger(RlpWriter out) {
        out.integer(array, 0, length());
    }
}
