package io.amp.evm.abi;

/**
 * A column that values are encoded from; which methods are called follows from its {@link ValueType}. A list or struct has one child per
 * element type or field; a struct's children use the struct's own row numbers. Not thread-safe.
 */
public interface AbiSource {
    boolean isNull(int row);

    /** {@link ValueType.Bool} (0 or 1) and {@link ValueType.Int}, sign- or zero-extended. */
    long integer(int row);

    /** {@link ValueType.Decimal}: writes the unscaled value as 32 bytes, big-endian two's complement. */
    void word(int row, byte[] to, int at);

    /** {@link ValueType.Text}, {@link ValueType.Binary}, {@link ValueType.FixedBinary}: number of bytes. */
    int length(int row);

    /** Copies those bytes. */
    void copy(int row, byte[] to, int at);

    /** {@link ValueType.Items}, {@link ValueType.FixedItems}: row of the first element in child 0. */
    int firstElement(int row);

    /** Number of elements. */
    int elementCount(int row);

    AbiSource child(int index);
}
