package io.amp.testkit.batch;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float8Vector;
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
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Batches from and to rows of plain values, by column name in column order.
 *
 * <table>
 * <caption>Value of each type</caption>
 * <tr><td>UInt8, UInt32, Int32, Int64</td><td>{@link Long}</td></tr>
 * <tr><td>UInt64</td><td>{@link Long}, the same 64 bits</td></tr>
 * <tr><td>Float64</td><td>{@link Double}</td></tr>
 * <tr><td>Decimal</td><td>{@link BigInteger} for scale 0, else {@link BigDecimal}</td></tr>
 * <tr><td>Binary, FixedSizeBinary</td><td>lower-case hex text without {@code 0x}</td></tr>
 * <tr><td>Utf8</td><td>{@link String}</td></tr>
 * <tr><td>Boolean</td><td>{@link Boolean}</td></tr>
 * <tr><td>Timestamp</td><td>{@link Instant}</td></tr>
 * <tr><td>List, Struct</td><td>{@link List}, {@link Map} of these</td></tr>
 * </table>
 */
public final class BatchRows {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private BatchRows() {}

    /** A batch owned by the caller. Every column needs a value or, where nullable, null or no entry. */
    public static RecordBatch write(
            TableSchema schema,
            List<? extends Map<String, ? extends @Nullable Object>> rows,
            BufferAllocator allocator) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema.arrow(), allocator);
        try {
            for (FieldVector vector : root.getFieldVectors()) {
                vector.setInitialCapacity(rows.size());
                vector.allocateNew();
                String column = vector.getField().getName();
                for (int row = 0; row < rows.size(); row++) {
                    set(vector, row, rows.get(row).get(column));
                }
                vector.setValueCount(rows.size());
            }
            root.setRowCount(rows.size());
            return new RecordBatch(root);
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /** The rows of a batch, which stays the caller's. */
    public static List<Map<String, @Nullable Object>> read(RecordBatch batch) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(batch.rowCount());
        for (int row = 0; row < batch.rowCount(); row++) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (FieldVector vector : batch.root().getFieldVectors()) {
                values.put(vector.getField().getName(), get(vector, row));
            }
            rows.add(values);
        }
        return rows;
    }

    /** Reads a batch, then closes it. */
    public static List<Map<String, @Nullable Object>> drain(RecordBatch batch) {
        try (batch) {
            return read(batch);
        }
    }

    private static void set(FieldVector vector, int row, @Nullable Object value) {
        Field field = vector.getField();
        if (value == null) {
            if (!field.isNullable()) {
                throw new IllegalArgumentException("column " + field.getName() + " is not nullable");
            }
            setNull(vector, row);
            return;
        }
        switch (vector) {
            case UInt8Vector v -> v.setSafe(row, (Long) value);
            case BigIntVector v -> v.setSafe(row, (Long) value);
            case UInt4Vector v -> v.setSafe(row, ((Long) value).intValue());
            case IntVector v -> v.setSafe(row, ((Long) value).intValue());
            case UInt1Vector v -> v.setSafe(row, ((Long) value).intValue());
            case Float8Vector v -> v.setSafe(row, (Double) value);
            case BitVector v -> v.setSafe(row, ((Boolean) value) ? 1 : 0);
            case DecimalVector v ->
                v.setSafe(row, value instanceof BigInteger i ? new BigDecimal(i) : (BigDecimal) value);
            case TimeStampNanoTZVector v -> v.setSafe(row, nanos((Instant) value));
            case FixedSizeBinaryVector v -> v.setSafe(row, bytes((String) value, v.getByteWidth()));
            case VarBinaryVector v -> v.setSafe(row, bytes((String) value, -1));
            case VarCharVector v -> v.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
            case ListVector v -> {
                List<?> items = (List<?>) value;
                int first = v.startNewValue(row);
                for (int i = 0; i < items.size(); i++) {
                    set(v.getDataVector(), first + i, items.get(i));
                }
                v.endValue(row, items.size());
            }
            case StructVector v -> {
                Map<?, ?> fields = (Map<?, ?>) value;
                v.setIndexDefined(row);
                v.getChildrenFromFields()
                        .forEach(child ->
                                set(child, row, fields.get(child.getField().getName())));
            }
            default -> throw new IllegalArgumentException("no rule for column " + field);
        }
    }

    private static void setNull(FieldVector vector, int row) {
        if (vector instanceof StructVector struct) {
            struct.getChildrenFromFields().forEach(child -> setNull(child, row));
        }
        while (vector.getValueCapacity() <= row) {
            vector.reAlloc();
        }
        vector.setNull(row);
    }

    private static @Nullable Object get(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case UInt8Vector v -> v.get(row);
            case BigIntVector v -> v.get(row);
            case UInt4Vector v -> Integer.toUnsignedLong(v.get(row));
            case IntVector v -> (long) v.get(row);
            case UInt1Vector v -> (long) (v.get(row) & 0xff);
            case Float8Vector v -> v.get(row);
            case BitVector v -> v.get(row) != 0;
            case DecimalVector v -> {
                BigDecimal decimal = v.getObject(row);
                yield decimal.scale() == 0 ? decimal.unscaledValue() : decimal;
            }
            case TimeStampNanoTZVector v ->
                Instant.ofEpochSecond(
                        Math.floorDiv(v.get(row), NANOS_PER_SECOND), Math.floorMod(v.get(row), NANOS_PER_SECOND));
            case FixedSizeBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case VarBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case VarCharVector v -> new String(v.get(row), StandardCharsets.UTF_8);
            case ListVector v -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = v.getElementStartIndex(row); i < v.getElementEndIndex(row); i++) {
                    items.add(get(v.getDataVector(), i));
                }
                yield items;
            }
            case StructVector v -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (FieldVector child : v.getChildrenFromFields()) {
                    fields.put(child.getField().getName(), get(child, row));
                }
                yield fields;
            }
            default -> throw new IllegalArgumentException("no rule for column " + vector.getField());
        };
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
    }

    private static byte[] bytes(String hex, int width) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (width >= 0 && bytes.length != width) {
            throw new IllegalArgumentException("needs " + width + " bytes, not " + bytes.length);
        }
        return bytes;
    }
}
