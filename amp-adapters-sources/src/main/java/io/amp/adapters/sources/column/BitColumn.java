package io.amp.adapters.sources.column;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Booleans without nulls. */
public final class BitColumn extends Column {
    private final Validity validity = new Validity(false);
    private byte[] bits = new byte[8];

    public BitColumn(String name) {
        super(name, false);
    }

    public void set(int row, boolean value) {
        if (value) {
            bits[row >> 3] |= (byte) (1 << (row & 7));
        } else {
            bits[row >> 3] &= (byte) ~(1 << (row & 7));
        }
    }

    @Override
    boolean hasTypeOf(Field field) {
        return field.getType() instanceof ArrowType.Bool;
    }

    @Override
    void ensure(int rows) {
        validity.ensure(rows);
        if (Validity.bytes(rows) > bits.length) {
            bits = Arrays.copyOf(bits, Math.max(Validity.bytes(rows), 2 * bits.length));
        }
    }

    @Override
    long arenaBytes(int rows) {
        return 2 * Arena.aligned(Validity.bytes(rows));
    }

    @Override
    void load(FieldVector vector, int rows, Arena arena) {
        vector.loadFieldBuffers(
                validity.node(rows), List.of(validity.copy(rows, arena), arena.copy(bits, Validity.bytes(rows))));
    }

    @Override
    void reorder(int[] order) {
        byte[] before = bits.clone();
        for (int row = 0; row < order.length; row++) {
            set(row, (before[order[row] >> 3] & (1 << (order[row] & 7))) != 0);
        }
    }
}
