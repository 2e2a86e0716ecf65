package io.amp.adapters.objectstore.parquet;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. Nested columns are taken apart as in S. Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets" (VLDB
 * 2010), section 4.2: each leaf gets, per entry, the depth at which it repeats and the depth to which it is defined. A column without lists
 * and structs, which nearly all are, skips all that and takes whole runs.
 */

/** One field of a table's schema with the leaf columns below it, reading from Arrow vectors that come batch by batch. */
abstract class ColumnNode {
    private final String name;
    private final boolean nullable;
    private @Nullable FieldVector vector;

    private ColumnNode(String name, boolean nullable) {
        this.name = name;
        this.nullable = nullable;
    }

    /** Takes the vector of the next batch. */
    void bind(FieldVector next) {
        vector = next;
    }

    final FieldVector vector() {
        if (vector == null) {
            throw new IllegalStateException("column '" + name + "' has no vector");
        }
        return vector;
    }

    /** Appends top-level rows. */
    void append(int from, int count) throws IOException {
        for (int row = from; row < from + count; row++) {
            write(row, 0, 0);
            endRow();
        }
    }

    abstract void endRow() throws IOException;

    /**
     * Writes one entry.
     *
     * @param repetition depth at which it repeats
     * @param definition depth to which its parents are defined
     */
    final void write(int index, int repetition, int definition) {
        if (vector().isNull(index)) {
            if (!nullable) {
                throw new IllegalArgumentException(
                        "column '" + name + "' is not nullable, but row " + index + " is null");
            }
            writeMissing(repetition, definition);
        } else {
            writeDefined(index, repetition, nullable ? definition + 1 : definition);
        }
    }

    abstract void writeDefined(int index, int repetition, int definition);

    abstract void writeMissing(int repetition, int definition);

    abstract void forEachLeaf(Consumer<ColumnChunkWriter> action);

    static ColumnNode leaf(String name, boolean nullable, ColumnChunkWriter chunk) {
        return new Leaf(name, nullable, chunk);
    }

    static ColumnNode struct(String name, boolean nullable, List<ColumnNode> children) {
        return new Struct(name, nullable, children);
    }

    /** @param depth repetition level of the entries behind the first */
    static ColumnNode list(String name, boolean nullable, int depth, ColumnNode element) {
        return new Elements(name, nullable, depth, element);
    }

    private static final class Leaf extends ColumnNode {
        private final boolean required;
        private final ColumnChunkWriter chunk;

        Leaf(String name, boolean nullable, ColumnChunkWriter chunk) {
            super(name, nullable);
            this.required = !nullable;
            this.chunk = chunk;
        }

        @Override
        void bind(FieldVector next) {
            super.bind(next);
            chunk.bind(next);
        }

        @Override
        void append(int from, int count) throws IOException {
            if (required && vector().getNullCount() > 0) {
                super.append(from, count); // finds the row and names it
            } else {
                chunk.appendFlat(vector(), from, count);
            }
        }

        @Override
        void endRow() throws IOException {
            chunk.endRows(1);
        }

        @Override
        void writeDefined(int index, int repetition, int definition) {
            chunk.addValue(repetition, index);
        }

        @Override
        void writeMissing(int repetition, int definition) {
            chunk.addMissing(repetition, definition);
        }

        @Override
        void forEachLeaf(Consumer<ColumnChunkWriter> action) {
            action.accept(chunk);
        }
    }

    private static final class Struct extends ColumnNode {
        private final List<ColumnNode> children;

        Struct(String name, boolean nullable, List<ColumnNode> children) {
            super(name, nullable);
            this.children = List.copyOf(children);
        }

        @Override
        void bind(FieldVector next) {
            super.bind(next);
            List<FieldVector> vectors = next.getChildrenFromFields();
            for (int i = 0; i < children.size(); i++) {
                children.get(i).bind(vectors.get(i));
            }
        }

        @Override
        void endRow() throws IOException {
            for (ColumnNode child : children) {
                child.endRow();
            }
        }

        @Override
        void writeDefined(int index, int repetition, int definition) {
            for (ColumnNode child : children) {
                child.write(index, repetition, definition);
            }
        }

        @Override
        void writeMissing(int repetition, int definition) {
            for (ColumnNode child : children) {
                child.writeMissing(repetition, definition);
            }
        }

        @Override
        void forEachLeaf(Consumer<ColumnChunkWriter> action) {
            children.forEach(child -> child.forEachLeaf(action));
        }
    }

    /** Lists of any kind, and maps, which are lists of entries. */
    private static final class Elements extends ColumnNode {
        private final int depth;
        private final ColumnNode element;

        Elements(String name, boolean nullable, int depth, ColumnNode element) {
            super(name, nullable);
            this.depth = depth;
            this.element = element;
        }

        @Override
        void bind(FieldVector next) {
            super.bind(next);
            element.bind(next.getChildrenFromFields().getFirst());
        }

        @Override
        void endRow() throws IOException {
            element.endRow();
        }

        @Override
        void writeDefined(int index, int repetition, int definition) {
            int start = offset(index);
            int end = offset(index + 1);
            if (start == end) {
                element.writeMissing(repetition, definition);
                return;
            }
            element.write(start, repetition, definition + 1);
            for (int i = start + 1; i < end; i++) {
                element.write(i, depth, definition + 1);
            }
        }

        private int offset(int index) {
            if (vector() instanceof FixedSizeListVector fixed) {
                return index * fixed.getListSize();
            }
            ArrowBuf offsets = vector().getOffsetBuffer();
            return vector() instanceof LargeListVector
                    ? Math.toIntExact(offsets.getLong(8L * index))
                    : offsets.getInt(4L * index);
        }

        @Override
        void writeMissing(int repetition, int definition) {
            element.writeMissing(repetition, definition);
        }

        @Override
        void forEachLeaf(Consumer<ColumnChunkWriter> action) {
            element.forEachLeaf(action);
        }
    }
}
