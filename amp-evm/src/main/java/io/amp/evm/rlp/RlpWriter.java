package io.amp.evm.rlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * RLP encoder that writes <em>backwards</em>: the last item first, and a list's header after its items. What is written stands in
 * {@code array()[start(), end())}. An instance is reused; it allocates only to grow. Not thread-safe.
 */
public final class RlpWriter {
    /*
     * Implementation note. A header needs the length of what follows it. Written front to back that takes a first pass over all items
     * to add up sizes, at every level of nesting; written back to front the length is known when the header's turn comes. Leading zeros
     * of an integer are dropped by moving the start over them.
     */

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int start;

    public RlpWriter() {
        this(4096);
    }

    public RlpWriter(int capacity) {
        array = new byte[capacity];
        start = capacity;
    }

    /** Forgets everything written. */
    public void clear() {
        start = array.length;
    }

    /** Valid until the next write. */
    public byte[] array() {
        return array;
    }

    /** Index of the first byte written. */
    public int start() {
        return start;
    }

    /** Index after the last byte. */
    public int end() {
        return array.length;
    }

    /** Bytes written so far: a position that stays valid when the buffer grows. */
    public int written() {
        return array.length - start;
    }

    /** Forgets what was written after {@code position}, an earlier value of {@link #written()}. */
    public void rewind(int position) {
        start = array.length - position;
    }

    /** A copy of what is written. */
    public byte[] toByteArray() {
        byte[] copy = new byte[written()];
        System.arraycopy(array, start, copy, 0, copy.length);
        return copy;
    }

    /**
     * Makes room for {@code length} bytes in front of what is written and returns their index in {@link #array()}; the caller fills them.
     * They carry no header.
     */
    public int reserve(int length) {
        if (length > start) {
            grow(length);
        }
        start -= length;
        return start;
    }

    private void grow(int length) {
        int written = written();
        long needed = (long) written + length;
        if (needed > Integer.MAX_VALUE - 16) {
            throw new IllegalStateException("an encoding of more than 2 GiB");
        }
        int capacity = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, 2L * array.length));
        byte[] larger = new byte[capacity];
        System.arraycopy(array, start, larger, capacity - written, written);
        array = larger;
        start = capacity - written;
    }

    /** One byte without header, for example a transaction's type. */
    public void raw(byte value) {
        // Reserving may replace the array, so it comes first.
        int at = reserve(1);
        array[at] = value;
    }

    /** Bytes without header: something encoded before. */
    public void raw(byte[] source, int offset, int length) {
        int at = reserve(length);
        System.arraycopy(source, offset, array, at, length);
    }

    /** A byte string. */
    public void bytes(byte[] source, int offset, int length) {
        raw(source, offset, length);
        closeString(length);
    }

    public void bytes(byte[] source) {
        bytes(source, 0, source.length);
    }

    /** The byte string of length 0, which is also the integer 0. */
    public void empty() {
        raw((byte) 0x80);
    }

    /** The header of a byte string whose content of {@code length} bytes was just written. */
    public void closeString(int length) {
        if (length != 1 || (array[start] & 0x80) != 0) {
            header(length, 0x80);
        }
    }

    /** An unsigned 64-bit integer. */
    public void integer(long value) {
        int at = reserve(Long.BYTES);
        LONG.set(array, at, value);
        closeInteger(Long.BYTES);
    }

    public void integer(boolean bit) {
        raw(bit ? 0x01 : (byte) 0x80);
    }

    /** An unsigned big-endian integer of any width. */
    public void integer(byte[] source, int offset, int length) {
        raw(source, offset, length);
        closeInteger(length);
    }

    /** Makes the {@code length} bytes just written, a big-endian integer, an item: drops leading zeros, puts the header. */
    public void closeInteger(int length) {
        int left = length;
        while (left > 0 && array[start] == 0) {
            start++;
            left--;
        }
        closeString(left);
    }

    /**
     * The header of a list.
     *
     * @param position value of {@link #written()} before its last item was written
     */
    public void closeList(int position) {
        header(written() - position, 0xc0);
    }

    private void header(int length, int base) {
        if (length <= 55) {
            raw((byte) (base + length));
            return;
        }
        int lengthBytes = 0;
        for (int rest = length; rest != 0; rest >>>= 8) {
            raw((byte) rest);
            lengthBytes++;
        }
        raw((byte) (base + 55 + lengthBytes));
    }
}
