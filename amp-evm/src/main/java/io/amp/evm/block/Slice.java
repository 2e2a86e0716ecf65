package io.amp.evm.block;

import io.amp.evm.rlp.RlpWriter;
import java.util.Arrays;

/** A nullable byte string in memory that is used again. Not thread-safe. */
public final class Slice {
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
        byte[] to = resize(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            to[i] = (byte) (value >>> (56 - 8 * i));
        }
    }

    /** Sets an unsigned 128-bit integer, 16 bytes. */
    public void set(long high, long low) {
        byte[] to = resize(2 * Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            to[i] = (byte) (high >>> (56 - 8 * i));
            to[i + Long.BYTES] = (byte) (low >>> (56 - 8 * i));
        }
    }

    /** The bytes, from 0 to {@link #length()}; valid until the next change. */
    public byte[] array() {
        return array;
    }

    /** 0 when null. */
    public int length() {
        return Math.max(length, 0);
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
