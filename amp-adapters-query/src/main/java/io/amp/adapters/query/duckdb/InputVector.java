package io.amp.adapters.query.duckdb;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one argument of a function, or of one part of a nested argument.
 *
 * <p>Valid during the call only, on the thread of the call. Rows are not checked against the size, and the value of a null row must not be
 * read: what lies there is left over from something else.
 */
public final class InputVector {
    private final long vector;
    private final DuckType type;
    private final long data;
    private final long validity;
    private final @Nullable InputVector[] children;

    InputVector(long vector, DuckType type) {
        this.vector = vector;
        this.type = type;
        this.validity = Native.VECTOR_VALIDITY.call(vector);
        this.data = Native.VECTOR_DATA.call(vector);
        this.children = new InputVector[type.children().size()];
    }

    public DuckType type() {
        return type;
    }

    public boolean isNull(int row) {
        return validity != 0 && !Bits.get(validity, row);
    }

    public boolean getBoolean(int row) {
        return Memory.getByte(data + row) != 0;
    }

    public byte getByte(int row) {
        return Memory.getByte(data + row);
    }

    public short getShort(int row) {
        return Memory.getShort(data + row * 2L);
    }

    public int getInt(int row) {
        return Memory.getInt(data + row * 4L);
    }

    public long getLong(int row) {
        return Memory.getLong(data + row * 8L);
    }

    public float getFloat(int row) {
        return Float.intBitsToFloat(getInt(row));
    }

    public double getDouble(int row) {
        return Double.longBitsToDouble(getLong(row));
    }

    /** The low 64 bits of a value of 128. */
    public long getLow(int row) {
        return Memory.getLong(data + row * 16L);
    }

    /** The high 64 bits of a value of 128: HUGEINT, UHUGEINT, a wide DECIMAL, UUID with its top bit flipped. */
    public long getHigh(int row) {
        return Memory.getLong(data + row * 16L + 8);
    }

    /** The number of any integer type and BIGNUM, or the unscaled one of a DECIMAL. */
    public java.math.BigInteger getBigInteger(int row) {
        Wide value = new Wide();
        if (type.id() == DuckType.Id.BIGNUM) {
            return WideSource.Bignum.bigInteger(data + (long) row * StringT.BYTES);
        }
        WideSource.of(type).read(data, row, value);
        return value.toBigInteger();
    }

    /** Bytes of a text, binary or BIGNUM. */
    public int length(int row) {
        return StringT.length(data + (long) row * StringT.BYTES);
    }

    /** One byte of a text or binary; {@code index} is not checked. */
    public byte getByteAt(int row, int index) {
        return Memory.getByte(StringT.data(data + (long) row * StringT.BYTES) + index);
    }

    public byte[] getBytes(int row) {
        long at = data + (long) row * StringT.BYTES;
        return Memory.bytes(StringT.data(at), StringT.length(at));
    }

    /** The bytes of a text or binary in place, good until the call ends. */
    public MemorySegment getSegment(int row) {
        long at = data + (long) row * StringT.BYTES;
        return Memory.view(StringT.data(at), StringT.length(at));
    }

    public String getString(int row) {
        return new String(getBytes(row), StandardCharsets.UTF_8);
    }

    /** Where the elements of a list start in {@link #child(int) child(0)}. For an array: {@code row * size}. */
    public int listStart(int row) {
        return type.id() == DuckType.Id.ARRAY ? row * type.size() : (int) Memory.getLong(data + row * 16L);
    }

    public int listLength(int row) {
        return type.id() == DuckType.Id.ARRAY ? type.size() : (int) Memory.getLong(data + row * 16L + 8);
    }

    /**
     * A field of a struct, which has the same rows, the elements of a list or array, or of a map the keys (0) and values (1), which both have
     * the rows that {@link #listStart} speaks of.
     */
    public InputVector child(int index) {
        InputVector known = children[index];
        if (known == null) {
            DuckType part = type.child(index);
            known = switch (type.id()) {
                case STRUCT -> new InputVector(Native.STRUCT_CHILD.call(vector, index), part);
                case LIST -> new InputVector(Native.LIST_CHILD.call(vector), part);
                case ARRAY -> new InputVector(Native.ARRAY_CHILD.call(vector), part);
                case MAP -> new InputVector(Native.STRUCT_CHILD.call(Native.LIST_CHILD.call(vector), index), part);
                default -> throw new IllegalStateException(type + " has no parts");
            };
            children[index] = known;
        }
        return Objects.requireNonNull(known);
    }
}
