package io.amp.adapters.sources.column;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** One column of a stage. Row numbers start at 0 and are given by the caller; a row may be written again. Not thread-safe. */
public abstract sealed class Column permits FixedColumn, BitColumn, VarColumn, ListColumn, StructColumn {
    private final String name;
    private final boolean nullable;

    Column(String name, boolean nullable) {
        this.name = name;
        this.nullable = nullable;
    }

    public final String name() {
        return name;
    }

    final boolean nullable() {
        return nullable;
    }

    /** True when the field has this column's name, type and nullability, children included. */
    final boolean matches(Field field) {
        return field.getName().equals(name) && field.isNullable() == nullable && hasTypeOf(field);
    }

    abstract boolean hasTypeOf(Field field);

    /** Makes room for rows 0 to {@code rows - 1}. */
    abstract void ensure(int rows);

    /** Bytes that {@link #load} takes from the arena. */
    abstract long arenaBytes(int rows);

    /** Copies the rows into buffers of the arena and gives them to the vector. */
    abstract void load(FieldVector vector, int rows, Arena arena);

    /** Row {@code i} becomes what row {@code order[i]} was. */
    abstract void reorder(int[] order);
}
