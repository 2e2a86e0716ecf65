package io.amp.adapters.sources.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Values of one width in bytes: numbers (little-endian), timestamps, decimals and fixed-size binary. */
public final class FixedColumn extends Column {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final ArrowType type;
    private final int width;
    private final Validity validity;
    private byte[] data = new byte[0];

    public FixedColumn(String name, ArrowType type, boolean nullable) {
        super(name, nullable);
        this.type = type;
        this.width = switch (type) {
            case ArrowType.Int integer -> integer.getBitWidth() / 8;
            case ArrowType.FixedSizeBinary binary -> binary.getByteWidth();
            case ArrowType.Decimal decimal -> decimal.getBitWidth() / 8;
            case ArrowType.Timestamp timestamp -> Long.BYTES;
            default -> throw new IllegalArgumentException("no fixed width: " + type);
        };
        this.validity = new Validity(nullable);
    }

    /** Where the bytes of all rows are; replaced when the column grows. */
    public byte[] array() {
        return data;
    }

    /** Where a row's bytes start in {@link #array()}. Writing there needs {@link #setValid} for a nullable column. */
    public int offset(int row) {
        return row * width;
    }

    public int width() {
        return width;
    }

    public void setValid(int row) {
        validity.set(row);
    }

    /** Null, and zero bytes below it, so that equal rows are equal bytes. */
    public void setNull(int row) {
        validity.setNull(row);
        Arrays.fill(data, row * width, (row + 1) * width, (byte) 0);
    }

    /** A value of zero bytes. */
    public void setZero(int row) {
        validity.set(row);
        Arrays.fill(data, row * width, (row + 1) * width, (byte) 0);
    }

    public void setLong(int row, long value) {
        validity.set(row);
        LONG.set(data, row * width, value);
    }

    public void setInt(int row, int value) {
        validity.set(row);
        INT.set(data, row * width, value);
    }

    /** A value of 16 bytes. */
    public void set128(int row, long low, long high) {
        validity.set(row);
        LONG.set(data, row * width, low);
        LONG.set(data, row * width + 8, high);
    }

    public int getInt(int row) {
        return (int) INT.get(data, row * width);
    }

    /** The same 64 bits in rows {@code from} to {@code to - 1}. */
    public void fillLong(int from, int to, long value) {
        for (int row = from; row < to; row++) {
            setLong(row, value);
        }
    }

    /** The same bytes in rows {@code from} to {@code to - 1}. */
    public void fillBytes(int from, int to, byte[] bytes, int at) {
        for (int row = from; row < to; row++) {
            System.arraycopy(bytes, at, data, row * width, width);
            validity.set(row);
        }
    }

    public boolean equals(int row, byte[] bytes, int at) {
        return Arrays.equals(data, row * width, (row + 1) * width, bytes, at, at + width);
    }

    @Override
    boolean hasTypeOf(Field field) {
        return field.getType().equals(type);
    }

    @Override
    void ensure(int rows) {
        if (rows * width > data.length) {
            data = Arrays.copyOf(data, Math.max(rows * width, 2 * data.length));
        }
        validity.ensure(rows);
    }

    @Override
    long arenaBytes(int rows) {
        return Arena.aligned(Validity.bytes(rows)) + Arena.aligned((long) rows * width);
    }

    @Override
    void load(FieldVector vector, int rows, Arena arena) {
        vector.loadFieldBuffers(
                validity.node(rows), List.of(validity.copy(rows, arena), arena.copy(data, rows * width)));
    }

    @Override
    void reorder(int[] order) {
        byte[] before = Arrays.copyOf(data, data.length);
        for (int row = 0; row < order.length; row++) {
            System.arraycopy(before, order[row] * width, data, row * width, width);
        }
        validity.reorder(order);
    }
}
