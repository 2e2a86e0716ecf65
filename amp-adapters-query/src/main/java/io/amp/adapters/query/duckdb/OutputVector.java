package io.amp.adapters.query.duckdb;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a function, or one part of nested results.
 *
 * <p>Every row must be set, or be made null; in a nested result a null reaches down to all parts. Valid during the call only, on the thread
 * of the call. Rows are not checked against the size.
 */
public final class OutputVector {
    private final long vector;
    private final DuckType type;
    private final List<OutputVector> children = new ArrayList<>();
    private long data;
    private long validity;
    private int listSize;

    OutputVector(long vector, DuckType type) {
        this.vector = vector;
        this.type = type;
        attach();
        switch (type.id()) {
            case STRUCT -> {
                for (int i = 0; i < type.children().size(); i++) {
                    children.add(new OutputVector(Native.STRUCT_CHILD.call(vector, i), type.child(i)));
                }
            }
            case LIST -> {
                listSize = (int) Native.LIST_SIZE.call(vector);
                children.add(new OutputVector(Native.LIST_CHILD.call(vector), type.child(0)));
            }
            case ARRAY -> children.add(new OutputVector(Native.ARRAY_CHILD.call(vector), type.child(0)));
            case MAP -> throw new IllegalArgumentException("functions cannot return " + type);
            default -> {}
        }
    }

    public DuckType type() {
        return type;
    }

    /** The memory behind a list moves when it grows. */
    private void attach() {
        data = Native.VECTOR_DATA.call(vector);
        validity = 0;
        children.forEach(OutputVector::attach);
    }

    public void setNull(int row) {
        if (validity == 0) {
            Native.VECTOR_ENSURE_VALIDITY.call(vector);
            validity = Native.VECTOR_VALIDITY.call(vector);
        }
        Bits.clear(validity, row);
        switch (type.id()) {
            // Nothing else tells the engine that what lies in the parts of this row is no value.
            case STRUCT -> children.forEach(child -> child.setNull(row));
            case ARRAY -> {
                for (int i = 0; i < type.size(); i++) {
                    children.getFirst().setNull(row * type.size() + i);
                }
            }
            case LIST -> {
                Memory.putLong(data + row * 16L, 0);
                Memory.putLong(data + row * 16L + 8, 0);
            }
            default -> {}
        }
    }

    public void setBoolean(int row, boolean value) {
        Memory.putByte(data + row, (byte) (value ? 1 : 0));
    }

    public void setByte(int row, byte value) {
        Memory.putByte(data + row, value);
    }

    public void setShort(int row, short value) {
        Memory.putShort(data + row * 2L, value);
    }

    public void setInt(int row, int value) {
        Memory.putInt(data + row * 4L, value);
    }

    public void setLong(int row, long value) {
        Memory.putLong(data + row * 8L, value);
    }

    public void setFloat(int row, float value) {
        setInt(row, Float.floatToRawIntBits(value));
    }

    public void setDouble(int row, double value) {
        setLong(row, Double.doubleToRawLongBits(value));
    }

    /** A value of 128 bits: HUGEINT, UHUGEINT, a wide DECIMAL. */
    public void setWide(int row, long low, long high) {
        Memory.putLong(data + row * 16L, low);
        Memory.putLong(data + row * 16L + 8, high);
    }

    public void setBytes(int row, byte[] value) {
        setBytes(row, value, 0, value.length);
    }

    /** A binary, or a text that is known to be valid UTF-8. */
    public void setBytes(int row, byte[] value, int from, int length) {
        Native.assignString(vector, row, MemorySegment.ofArray(value).asSlice(from, length), length);
    }

    /** A binary, or a text that is known to be valid UTF-8, from memory outside the heap or on it. */
    public void setBytes(int row, MemorySegment value) {
        Native.assignString(vector, row, value, value.byteSize());
    }

    /** Lone surrogates become question marks, as always in Java. */
    public void setString(int row, String value) {
        setBytes(row, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Starts a list of {@code length} elements in {@code row}.
     *
     * @return where its elements are to be set in {@link #child(int) child(0)}; all of them must be
     */
    public int setList(int row, int length) {
        int start = listSize;
        int end = Math.addExact(start, length);
        if (Native.LIST_RESERVE.call(vector, end) != Native.SUCCESS
                || Native.LIST_SET_SIZE.call(vector, end) != Native.SUCCESS) {
            throw new DuckException(DuckError.OUT_OF_MEMORY, "no memory for " + end + " elements of a list");
        }
        listSize = end;
        children.getFirst().attach();
        Memory.putLong(data + row * 16L, start);
        Memory.putLong(data + row * 16L + 8, length);
        return start;
    }

    /**
     * A field of a struct, which has the same rows, the elements of a list, or those of an array, of which row {@code r} has {@code size}
     * from {@code r * size} on.
     */
    public OutputVector child(int index) {
        return children.get(index);
    }
}
