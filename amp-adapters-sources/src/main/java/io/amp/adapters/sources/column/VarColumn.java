package io.amp.adapters.sources.column;

import io.amp.adapters.sources.json.ByteSink;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Binary or text of any length. Rows are written in order: {@link #begin}, bytes, {@link #end}; the last row may be begun again. */
public final class VarColumn extends Column implements ByteSink {
    private final ArrowType type;
    private final Validity validity;
    private final Offsets offsets = new Offsets();
    private byte[] data = new byte[256];
    private int size;

    public VarColumn(String name, ArrowType type, boolean nullable) {
        super(name, nullable);
        this.type = type;
        this.validity = new Validity(nullable);
    }

    public void begin(int row) {
        size = offsets.start(row);
    }

    public void end(int row) {
        validity.set(row);
        offsets.setEnd(row, size);
    }

    public void setNull(int row) {
        begin(row);
        validity.setNull(row);
        offsets.setEnd(row, size);
    }

    @Override
    public int reserve(int length) {
        if (length > data.length - size) {
            data = Arrays.copyOf(data, Math.max(Math.addExact(size, length), 2 * data.length));
        }
        return size;
    }

    @Override
    public byte[] array() {
        return data;
    }

    @Override
    public void advance(int length) {
        size += length;
    }

    /** Length of a row in bytes. */
    public int length(int row) {
        return offsets.end(row) - offsets.start(row);
    }

    @Override
    boolean hasTypeOf(Field field) {
        return field.getType().equals(type);
    }

    @Override
    void ensure(int rows) {
        validity.ensure(rows);
        offsets.ensure(rows);
    }

    @Override
    long arenaBytes(int rows) {
        return Arena.aligned(Validity.bytes(rows))
                + Arena.aligned(Offsets.bytes(rows))
                + Arena.aligned(offsets.start(rows));
    }

    @Override
    void load(FieldVector vector, int rows, Arena arena) {
        vector.loadFieldBuffers(
                validity.node(rows),
                List.of(validity.copy(rows, arena), offsets.copy(rows, arena), arena.copy(data, offsets.start(rows))));
    }

    @Override
    void reorder(int[] order) {
        byte[] before = data.clone();
        Offsets places = offsets.copyOf();
        size = 0;
        for (int row = 0; row < order.length; row++) {
            int length = places.end(order[row]) - places.start(order[row]);
            System.arraycopy(before, places.start(order[row]), data, size, length);
            size += length;
            offsets.setEnd(row, size);
        }
        validity.reorder(order);
    }
}
