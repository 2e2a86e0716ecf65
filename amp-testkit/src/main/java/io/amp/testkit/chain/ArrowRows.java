package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.ports.batch.RecordBatch;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow batches from rows in the JSON form of {@link ChainData#expected}. */
public final class ArrowRows {
    private ArrowRows() {}

    /** One batch with the rows; columns missing from a row are null. The caller closes it. */
    public static RecordBatch batch(BufferAllocator allocator, Schema schema, List<? extends JsonNode> rows) {
        var root = VectorSchemaRoot.create(schema, allocator);
        try {
            root.allocateNew();
            for (int row = 0; row < rows.size(); row++) {
                for (FieldVector column : root.getFieldVectors()) {
                    set(column, row, rows.get(row).path(column.getName()));
                }
            }
            root.setRowCount(rows.size());
            return new RecordBatch(root);
        } catch (RuntimeException | Error e) {
            root.close();
            throw e;
        }
    }

    private static void set(FieldVector vector, int row, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            setNull(vector, row);
            return;
        }
        switch (vector) {
            case UInt1Vector v -> v.setSafe(row, value.intValue());
            case UInt4Vector v -> v.setSafe(row, (int) value.longValue());
            case UInt8Vector v -> v.setSafe(row, value.bigIntegerValue().longValue());
            case IntVector v -> v.setSafe(row, value.intValue());
            case BigIntVector v -> v.setSafe(row, value.longValue());
            case BitVector v -> v.setSafe(row, value.booleanValue() ? 1 : 0);
            case DecimalVector v -> v.setSafe(row, new BigDecimal(value.textValue()));
            case VarCharVector v -> v.setSafe(row, value.textValue().getBytes(StandardCharsets.UTF_8));
            case VarBinaryVector v -> v.setSafe(row, HexFormat.of().parseHex(value.textValue()));
            case FixedSizeBinaryVector v -> v.setSafe(row, HexFormat.of().parseHex(value.textValue()));
            case TimeStampNanoTZVector v -> v.setSafe(row, nanos(Instant.parse(value.textValue())));
            case ListVector v -> {
                int start = v.startNewValue(row);
                for (int i = 0; i < value.size(); i++) {
                    set(v.getDataVector(), start + i, value.get(i));
                }
                v.endValue(row, value.size());
            }
            case StructVector v -> {
                for (FieldVector child : v.getChildrenFromFields()) {
                    set(child, row, value.path(child.getName()));
                }
                v.setIndexDefined(row);
            }
            default -> throw new IllegalArgumentException("no rows of type " + vector.getField());
        }
    }

    private static void setNull(FieldVector vector, int row) {
        while (vector.getValueCapacity() <= row) {
            vector.reAlloc();
        }
        vector.setNull(row);
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }
}
