package io.amp.adapters.query.duckdb;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The writers of fields that have fields. */
final class NestedWriters {
    private NestedWriters() {}

    static final class Struct extends ColumnWriter {
        private final List<ColumnWriter> children;

        Struct(Field field, BufferAllocator allocator, List<ColumnWriter> children) {
            super(field, allocator);
            this.children = children;
        }

        @Override
        void attach(long vector) {
            sourceValidity = Native.VECTOR_VALIDITY.call(vector);
            for (int i = 0; i < children.size(); i++) {
                children.get(i).attach(Native.STRUCT_CHILD.call(vector, i));
            }
        }

        @Override
        long measure(int from, int count) {
            return count / 8
                    + 1L
                    + measureValid(from, count, (start, length) -> {
                        long total = 0;
                        for (ColumnWriter child : children) {
                            total += child.measure(start, length);
                        }
                        return total;
                    });
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            for (ColumnWriter child : children) {
                child.append(from, count, this, 1);
            }
        }

        @Override
        void appendNullValues(int count) {
            for (ColumnWriter child : children) {
                child.appendNulls(count);
            }
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {}

        @Override
        void finishChildren(List<FieldVector> vectors) {
            for (int i = 0; i < children.size(); i++) {
                children.get(i).finish(vectors.get(i));
            }
        }

        @Override
        void release() {
            super.release();
            children.forEach(ColumnWriter::release);
        }
    }

    /** Arrays, all of the same number of elements. */
    static final class FixedList extends ColumnWriter {
        private final ColumnWriter element;
        private final int size;

        FixedList(Field field, BufferAllocator allocator, ColumnWriter element, int size) {
            super(field, allocator);
            this.element = element;
            this.size = size;
        }

        @Override
        void attach(long vector) {
            sourceValidity = Native.VECTOR_VALIDITY.call(vector);
            element.attach(Native.ARRAY_CHILD.call(vector));
        }

        @Override
        long measure(int from, int count) {
            return count / 8
                    + 1L
                    + measureValid(from, count, (start, length) -> element.measure(start * size, length * size));
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            element.append(Math.multiplyExact(from, size), Math.multiplyExact(count, size), this, size);
        }

        @Override
        void appendNullValues(int count) {
            element.appendNulls(Math.multiplyExact(count, size));
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {}

        @Override
        void finishChildren(List<FieldVector> vectors) {
            element.finish(vectors.getFirst());
        }

        @Override
        void release() {
            super.release();
            element.release();
        }
    }

    /** Lists that all have the same number of elements. */
    static final class EqualList extends ColumnWriter {
        private final ColumnWriter element;
        private final int size;

        EqualList(Field field, BufferAllocator allocator, ColumnWriter element, int size) {
            super(field, allocator);
            this.element = element;
            this.size = size;
        }

        @Override
        void attach(long vector) {
            super.attach(vector);
            element.attach(Native.LIST_CHILD.call(vector));
        }

        @Override
        long measure(int from, int count) {
            long total = count / 8 + 1L;
            for (int i = from; i < from + count; i++) {
                total +=
                        isSourceValid(i) ? element.measure(ListEntry.start(source, i), ListEntry.length(source, i)) : 0;
            }
            return total;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (anyNull && !isValid(rows + i)) {
                    element.appendNulls(size);
                } else if (ListEntry.length(source, from + i) != size) {
                    throw outOfRange("a list of " + ListEntry.length(source, from + i) + " elements");
                } else {
                    element.append(ListEntry.start(source, from + i), size);
                }
            }
        }

        @Override
        void appendNullValues(int count) {
            element.appendNulls(Math.multiplyExact(count, size));
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {}

        @Override
        void finishChildren(List<FieldVector> vectors) {
            element.finish(vectors.getFirst());
        }

        @Override
        void release() {
            super.release();
            element.release();
        }
    }

    /** {@code duckdb_list_entry}: an offset and a length, 8 bytes each. */
    private static final class ListEntry {
        static int start(long entries, int row) {
            return Math.toIntExact(Memory.getLong(entries + row * 16L));
        }

        static int length(long entries, int row) {
            return Math.toIntExact(Memory.getLong(entries + row * 16L + 8));
        }
    }

    /** Lists, and maps, which are lists of pairs. */
    static final class VariableList extends ColumnWriter {
        private final ColumnWriter element;
        private final boolean large;
        private final GrowingBuffer offsets = buffer();

        VariableList(Field field, BufferAllocator allocator, ColumnWriter element, boolean large) {
            super(field, allocator);
            this.element = element;
            this.large = large;
        }

        @Override
        void attach(long vector) {
            super.attach(vector);
            element.attach(Native.LIST_CHILD.call(vector));
        }

        @Override
        long measure(int from, int count) {
            long total = (long) count * (large ? 8 : 4);
            for (int i = from; i < from + count; i++) {
                if (isSourceValid(i)) {
                    total += element.measure(ListEntry.start(source, i), ListEntry.length(source, i));
                }
            }
            return total;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            reserve(count);
            // Elements of neighbouring rows usually follow one another: append them in runs.
            long runStart = 0;
            long runLength = 0;
            long end = element.rows;
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    int start = ListEntry.start(source, from + i);
                    int length = ListEntry.length(source, from + i);
                    if (length > 0 && start != runStart + runLength) {
                        appendRun(runStart, runLength);
                        runStart = start;
                        runLength = 0;
                    }
                    runLength += length;
                    end += length;
                }
                putEnd(rows + i, end);
            }
            appendRun(runStart, runLength);
        }

        @Override
        void appendNullValues(int count) {
            reserve(count);
            for (int i = 0; i < count; i++) {
                putEnd(rows + i, element.rows);
            }
        }

        private void reserve(int count) {
            int width = large ? 8 : 4;
            offsets.ensure(rows == 0 ? 0 : (rows + 1L) * width, (rows + count + 1L) * width);
            if (rows == 0) {
                Memory.zero(offsets.address(), width);
            }
        }

        private void putEnd(int row, long end) {
            if (large) {
                Memory.putLong(offsets.address() + (row + 1L) * 8, end);
            } else {
                Memory.putInt(offsets.address() + (row + 1L) * 4, (int) end);
            }
        }

        private void appendRun(long start, long length) {
            if (length > 0) {
                if (element.rows + length > Integer.MAX_VALUE) {
                    throw outOfRange("more than 2^31 elements");
                }
                element.append(Math.toIntExact(start), (int) length);
            }
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {
            if (rows == 0) {
                reserve(0);
            }
            buffers.add(offsets.take((rows + 1L) * (large ? 8 : 4)));
        }

        @Override
        void finishChildren(List<FieldVector> vectors) {
            element.finish(vectors.getFirst());
        }

        @Override
        void release() {
            super.release();
            offsets.release();
            element.release();
        }
    }

    /** Nulls without a type, as nulls of any type. */
    static final class Null extends ColumnWriter {
        Null(Field field, BufferAllocator allocator) {
            super(field, allocator);
        }

        /** The vector has no parts that a nested field could attach to, and need not even know that its rows are null. */
        @Override
        void attach(long vector) {}

        @Override
        boolean isAlwaysNull() {
            return true;
        }

        @Override
        long measure(int from, int count) {
            return 0;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {}

        @Override
        void appendNullValues(int count) {}

        @Override
        void load(FieldVector target) {
            if (!(target instanceof NullVector)) {
                target.allocateNew();
            }
            target.setValueCount(rows);
            validity.release();
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {
            throw new UnsupportedOperationException("nulls have no buffers");
        }
    }
}
