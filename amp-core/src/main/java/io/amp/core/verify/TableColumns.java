package io.amp.core.verify;

import io.amp.evm.block.Slice;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import java.util.HexFormat;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Typed access to one table's columns, and reading of their cells without objects. */
abstract class TableColumns {
    private final String table;
    private final VectorSchemaRoot root;

    final UInt8Vector reservedBlockNumber;
    final UInt8Vector blockNumber;
    final TimeStampVector timestamp;

    TableColumns(String table, VectorSchemaRoot root) {
        this.table = table;
        this.root = root;
        this.reservedBlockNumber = column("_block_num", UInt8Vector.class);
        this.blockNumber = column("block_num", UInt8Vector.class);
        this.timestamp = column("timestamp", TimeStampVector.class);
    }

    int rowCount() {
        return root.getRowCount();
    }

    final <V extends FieldVector> V column(String name, Class<V> type) {
        FieldVector vector = root.getVector(name);
        if (!type.isInstance(vector)) {
            throw unexpected(name);
        }
        return type.cast(vector);
    }

    final FixedSizeBinaryVector fixed(String name, int width) {
        FixedSizeBinaryVector vector = column(name, FixedSizeBinaryVector.class);
        if (vector.getByteWidth() != width) {
            throw unexpected(name);
        }
        return vector;
    }

    final AmpException unexpected(String column) {
        return new AmpException(
                SourceError.FATAL_DATA,
                "column " + column + " of table " + table + " has an unexpected type, or is missing",
                null,
                Map.of("table", table, "column", column));
    }

    static void load(FixedSizeBinaryVector vector, int row, Slice to) {
        if (vector.isNull(row)) {
            to.setNull();
            return;
        }
        int width = vector.getByteWidth();
        vector.getDataBuffer().getBytes((long) row * width, to.resize(width), 0, width);
    }

    static void load(VarBinaryVector vector, int row, Slice to) {
        if (vector.isNull(row)) {
            to.setNull();
            return;
        }
        int start = vector.getStartOffset(row);
        int length = vector.getEndOffset(row) - start;
        vector.getDataBuffer().getBytes(start, to.resize(length), 0, length);
    }

    static void load(UInt8Vector vector, int row, Slice to) {
        if (vector.isNull(row)) {
            to.setNull();
        } else {
            to.set(vector.get(row));
        }
    }

    /** An unsigned integer of 128 bits. */
    static void load(DecimalVector vector, int row, Slice to) {
        if (vector.isNull(row)) {
            to.setNull();
            return;
        }
        ArrowBuf data = vector.getDataBuffer();
        long at = (long) row * DecimalVector.TYPE_WIDTH;
        to.set(data.getLong(at + Long.BYTES), data.getLong(at));
    }

    /** Copies a cell that is not null. */
    static void copy(FixedSizeBinaryVector vector, int row, byte[] to, int at) {
        int width = vector.getByteWidth();
        vector.getDataBuffer().getBytes((long) row * width, to, at, width);
    }

    /** True when two cells of 32 bytes are equal. */
    static boolean equalHashes(FixedSizeBinaryVector left, int leftRow, FixedSizeBinaryVector right, int rightRow) {
        ArrowBuf a = left.getDataBuffer();
        ArrowBuf b = right.getDataBuffer();
        long i = leftRow * 32L;
        long j = rightRow * 32L;
        return a.getLong(i) == b.getLong(j)
                && a.getLong(i + 8) == b.getLong(j + 8)
                && a.getLong(i + 16) == b.getLong(j + 16)
                && a.getLong(i + 24) == b.getLong(j + 24);
    }

    static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    static String hex(FixedSizeBinaryVector vector, int row) {
        return vector.isNull(row) ? "null" : hex(vector.get(row));
    }
}
