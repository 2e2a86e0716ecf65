package io.amp.adapters.query.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Appends the rows of one vector after another to the Arrow buffers of one field.
 *
 * <p>{@link #attach} points it at a vector, {@link #append} copies a range of its rows, {@link #finish} gives the buffers to an Arrow
 * vector. The vectors of a streamed result are flat at every depth.
 *
 * <p>The validity of a child is cut to that of its parent before its values are read: under a null the engine leaves whatever was there,
 * such as a text with a wild pointer. For the same reason the values of nulls are zeroed, not copied.
 */
abstract class ColumnWriter {
    final Field field;
    final GrowingBuffer validity;
    private final BufferAllocator allocator;

    /** Of the attached vector: its values, and its validity or 0 when all rows are valid. */
    long source;

    long sourceValidity;

    /** Rows appended since the last finish, and how many of them are null. */
    int rows;

    int nulls;
    private int nullsUnderValidParent;

    ColumnWriter(Field field, BufferAllocator allocator) {
        this.field = field;
        this.allocator = allocator;
        this.validity = buffer();
    }

    final GrowingBuffer buffer() {
        return new GrowingBuffer(allocator);
    }

    /** Points at {@code vector}, which must live until the last append from it. */
    void attach(long vector) {
        source = Native.VECTOR_DATA.call(vector);
        sourceValidity = Native.VECTOR_VALIDITY.call(vector);
    }

    /** Bytes that {@link #append} of these rows would add, roughly. */
    abstract long measure(int from, int count);

    /** Measures the parts of some rows of a nested vector. */
    interface PartMeasure {
        long of(int from, int count);
    }

    /** Sums {@code parts} over the valid rows, in runs: those of a null may be anything. */
    final long measureValid(int from, int count, PartMeasure parts) {
        if (sourceValidity == 0) {
            return parts.of(from, count);
        }
        long total = 0;
        int end = from + count;
        for (int start = from; start < end; start++) {
            if (isSourceValid(start)) {
                int next = start + 1;
                while (next < end && isSourceValid(next)) {
                    next++;
                }
                total += parts.of(start, next - start);
                start = next;
            }
        }
        return total;
    }

    /** Appends rows of the attached vector whose parent, if any, is valid. */
    final void append(int from, int count) {
        append(from, count, null, 1);
    }

    /**
     * Appends rows of the attached vector.
     *
     * @param parent has appended its rows already, each of which owns {@code perRow} rows here
     */
    final void append(int from, int count, @Nullable ColumnWriter parent, int perRow) {
        long used = rows == 0 ? 0 : Bits.capacity(rows);
        long address = validity.ensure(used, Bits.capacity(Math.addExact(rows, count)));
        int fresh = 0;
        if (isAlwaysNull()) {
            Bits.fill(address, rows, count, false);
            fresh = count;
        } else if (sourceValidity == 0) {
            Bits.fill(address, rows, count, true);
        } else {
            fresh = Bits.copy(sourceValidity, from, address, rows, count);
        }
        int allowed = 0;
        if (parent != null) {
            for (int i = 0; i < count; i += perRow) {
                if (!parent.isValid((rows + i) / perRow)) {
                    allowed += perRow;
                    for (int bit = rows + i; bit < rows + i + perRow; bit++) {
                        if (Bits.get(address, bit)) {
                            Bits.clear(address, bit);
                            fresh++;
                        }
                    }
                }
            }
        }
        nullsUnderValidParent += fresh - allowed;
        appendValues(from, count, fresh > 0);
        rows += count;
        nulls += fresh;
    }

    /** Appends nulls that no row of a vector stands for. */
    final void appendNulls(int count) {
        long used = rows == 0 ? 0 : Bits.capacity(rows);
        Bits.fill(validity.ensure(used, Bits.capacity(Math.addExact(rows, count))), rows, count, false);
        appendNullValues(count);
        rows += count;
        nulls += count;
    }

    abstract void appendNullValues(int count);

    /**
     * Copies the values; their validity is in place from row {@link #rows} on.
     *
     * @param anyNull whether one of these rows is null
     */
    abstract void appendValues(int from, int count, boolean anyNull);

    /** Whether an appended row is valid, also during {@link #appendValues}. */
    final boolean isValid(int row) {
        return Bits.get(validity.address(), row);
    }

    final boolean isSourceValid(int row) {
        return sourceValidity == 0 || Bits.get(sourceValidity, row);
    }

    /** Zeroes the values of the null rows among those being appended. */
    final void zeroNulls(long values, int width, int count) {
        for (int row = rows; row < rows + count; row++) {
            if (!isValid(row)) {
                Memory.zero(values + (long) row * width, width);
            }
        }
    }

    final DuckException outOfRange(String value) {
        return new DuckException(
                DuckError.OUT_OF_RANGE,
                "column " + field.getName() + ": " + value + " does not fit " + field.getType());
    }

    /** Gives the appended rows to {@code target}, an empty vector of this field, and starts afresh. */
    final void finish(FieldVector target) {
        if (!field.isNullable() && nullsUnderValidParent > 0) {
            throw new DuckException(
                    DuckError.CONSTRAINT, "column " + field.getName() + " must not be null, but has nulls");
        }
        load(target);
        rows = 0;
        nulls = 0;
        nullsUnderValidParent = 0;
    }

    void load(FieldVector target) {
        List<ArrowBuf> buffers = new ArrayList<>(3);
        try {
            buffers.add(validity.take((rows + 7) / 8));
            takeBuffers(buffers);
            target.loadFieldBuffers(new ArrowFieldNode(rows, nulls), buffers);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
        finishChildren(target.getChildrenFromFields());
    }

    /** Whether every row is null, whatever the vector says. */
    boolean isAlwaysNull() {
        return false;
    }

    abstract void takeBuffers(List<ArrowBuf> buffers);

    void finishChildren(List<FieldVector> children) {}

    /** Frees what was appended and not finished. */
    void release() {
        validity.release();
        rows = 0;
        nulls = 0;
        nullsUnderValidParent = 0;
    }
}
