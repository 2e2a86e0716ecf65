package io.amp.adapters.query.duckdb;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
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
            long total = count / 8 + 1L;
            for (ColumnWriter child : children) {
                total += child.measure(from, count);
            }
            return total;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            for (ColumnWriter child : children) {
                child.append(from, count, this, 1);
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
            return count / 8 + 1L + element.measure(from * size, count * size);
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            element.append(Math.multiplyExact(from, size), Math.multiplyExact(count, size), this, size);
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

    /** Lists, and maps, which are lists of pairs. */
    static final class VariableList extends ColumnWriter {
        /** An offset and a length, 8 bytes each. */
        private static final int ENTRY = 16;

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
                    long at = source + (long) i * ENTRY;
                    int length = (int) Memory.getLong(at + 8);
                    if (length > 0) {
                        total += element.measure((int) Memory.getLong(at), length);
                    }
                }
            }
            return total;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            int width = large ? 8 : 4;
            long used = rows == 0 ? 0 : (rows + 1L) * width;
            offsets.ensure(used, (rows + count + 1L) * width);
            if (rows == 0) {
                Memory.zero(offsets.address(), width);
            }
            // Elements of neighbouring rows usually follow one another: append them in runs.
            long runStart = 0;
            long runLength = 0;
            long end = element.rows;
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (long) (from + i) * ENTRY;
                    long start = Memory.getLong(at);
                    long length = Memory.getLong(at + 8);
                    if (length > 0 && start != runStart + runLength) {
                        appendRun(runStart, runLength);
                        runStart = start;
                        runLength = 0;
                    }
                    runLength += length;
                    end += length;
                }
                if (large) {
                    Memory.putLong(offsets.address() + (rows + i + 1L) * 8, end);
                } else {
                    Memory.putInt(offsets.address() + (rows + i + 1L) * 4, (int) end);
                }
            }
            appendRun(runStart, runLength);
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
            int width = large ? 8 : 4;
            if (rows == 0) {
                Memory.zero(offsets.ensure(0, width), width);
            }
            buffers.add(offsets.take((rows + 1L) * width));
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

    /** A column without values. */
    static final class Null extends ColumnWriter {
        Null(Field field, BufferAllocator allocator) {
            super(field, allocator);
        }

        @Override
        long measure(int from, int count) {
            return 0;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {}

        @Override
        boolean hasValidity() {
            return false;
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {
            validity.release();
        }
    }
}
