package io.amp.evm.abi;

/**
 * Receives decoded values of one type, one after the other: the writer of a column. A sink for a list or struct has one child per element
 * type or field. A decoder proves a row before it writes any of it, so what a sink was given never has to be taken back. Slices are only
 * valid during the call.
 */
public interface AbiSink {
    /** The next value is NULL. A struct or fixed-size list gives its children what they need to keep step. */
    void nullValue();

    void bool(boolean value);

    /**
     * The next value is an integer that fits the column type, in a 32-byte big-endian word.
     *
     * @param signed two's complement
     */
    void integer(byte[] array, int offset, boolean signed);

    /**
     * The next value is a byte string: {@code string} (valid UTF-8), {@code bytes}, {@code bytesN}, the 20 bytes of an address, or the
     * 32-byte topic of an indexed reference type.
     */
    void bytes(byte[] array, int offset, int length);

    /** The next value is a list of {@code size} elements, which follow at child 0. */
    void list(int size);

    /**
     * The next value is a struct, whose fields follow one at each child, or a fixed-size list, all of whose elements follow at child 0.
     */
    void group();

    /** The sink of a list's elements (0) or of a struct's field. */
    AbiSink child(int index);
}
