package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A database and an allocator that must be empty in the end, and plain Java values of what comes out. */
final class DuckFixture implements AutoCloseable {
    static final DuckSettings LOCKED = new DuckSettings(2, 512L << 20, null, 0, List.of(), Map.of(), true);
    static final DuckSettings OPEN = new DuckSettings(2, 512L << 20, null, 0, List.of(), Map.of(), false);

    final DuckDb database;
    final RootAllocator root = new RootAllocator();
    final BufferAllocator allocator = root.newChildAllocator("test", 0, Long.MAX_VALUE);

    DuckFixture(DuckSettings settings) {
        database = DuckDb.open(settings);
    }

    static DuckFixture locked() {
        return new DuckFixture(LOCKED);
    }

    @Override
    public void close() {
        database.close();
        assertThat(allocator.getAllocatedMemory())
                .as("bytes left in Arrow buffers")
                .isZero();
        allocator.close();
        root.close();
    }

    static Schema natural(List<DuckColumn> columns) {
        return new Schema(columns.stream().map(ArrowTypes::natural).toList());
    }

    /** All rows of {@code sql} in the natural types. */
    List<List<Object>> rows(String sql) {
        try (DuckConnection connection = database.connect()) {
            return rows(connection, sql);
        }
    }

    List<List<Object>> rows(DuckConnection connection, String sql) {
        try (DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute()) {
            return rows(result, natural(statement.columns()), BatchLimits.DEFAULT);
        }
    }

    /** All rows of {@code sql} with its columns as {@code fields}. */
    List<List<Object>> rows(String sql, Field... fields) {
        try (DuckConnection connection = database.connect();
                DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute()) {
            return rows(result, new Schema(List.of(fields)), BatchLimits.DEFAULT);
        }
    }

    List<List<Object>> rows(DuckResult result, Schema schema, BatchLimits limits) {
        List<List<Object>> rows = new ArrayList<>();
        ArrowExport export = result.export(schema, allocator, limits);
        for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
            try (VectorSchemaRoot closing = batch) {
                assertThat(closing.getSchema()).isEqualTo(schema);
                assertThat(closing.getRowCount()).isPositive().isLessThanOrEqualTo(limits.rowsMax());
                closing.getFieldVectors().forEach(DuckFixture::validate);
                for (int i = 0; i < closing.getRowCount(); i++) {
                    rows.add(row(closing, i));
                }
            }
        }
        assertThat(export.next()).isNull();
        return rows;
    }

    static List<Object> row(VectorSchemaRoot batch, int index) {
        List<Object> row = new ArrayList<>();
        batch.getFieldVectors().forEach(vector -> row.add(value(vector, index)));
        return row;
    }

    Object single(String sql) {
        List<List<Object>> rows = rows(sql);
        assertThat(rows).hasSize(1);
        return rows.getFirst().getFirst();
    }

    /** The structure of the vector, which Arrow does not check when it loads buffers; its own validator knows no fixed lists and halves. */
    static void validate(FieldVector vector) {
        int count = vector.getValueCount();
        long nulls = IntStream.range(0, count).filter(vector::isNull).count();
        assertThat((long) vector.getNullCount())
                .as("nulls of %s", vector.getField())
                .isEqualTo(nulls);
        switch (vector) {
            case BaseVariableWidthVector v ->
                assertThat(offsets(v.getOffsetBuffer(), count, Integer.BYTES))
                        .isLessThanOrEqualTo(v.getDataBuffer().capacity());
            case BaseLargeVariableWidthVector v ->
                assertThat(offsets(v.getOffsetBuffer(), count, Long.BYTES))
                        .isLessThanOrEqualTo(v.getDataBuffer().capacity());
            case ListVector v ->
                assertThat(offsets(v.getOffsetBuffer(), count, Integer.BYTES))
                        .isEqualTo(v.getDataVector().getValueCount());
            case LargeListVector v ->
                assertThat(offsets(v.getOffsetBuffer(), count, Long.BYTES))
                        .isEqualTo(v.getDataVector().getValueCount());
            case FixedSizeListVector v ->
                assertThat(v.getDataVector().getValueCount()).isEqualTo(count * v.getListSize());
            case StructVector v ->
                assertThat(v.getChildrenFromFields())
                        .allSatisfy(c -> assertThat(c.getValueCount()).isEqualTo(count));
            default -> {}
        }
        vector.getChildrenFromFields().forEach(DuckFixture::validate);
    }

    /** The last of {@code count + 1} offsets, which must start at 0 and not fall. */
    private static long offsets(ArrowBuf buffer, int count, int width) {
        long last = 0;
        for (int i = 0; i <= count; i++) {
            long offset = width == Integer.BYTES ? buffer.getInt((long) i * width) : buffer.getLong((long) i * width);
            assertThat(offset).isGreaterThanOrEqualTo(last);
            assertThat(i > 0 || offset == 0).isTrue();
            last = offset;
        }
        return last;
    }

    /** Text as String, binary as hexadecimal, structs and lists as List, times as counts, unsigned as their long or BigInteger value. */
    static Object value(ValueVector vector, int i) {
        if (vector.isNull(i)) {
            return null;
        }
        return switch (vector) {
            case UInt1Vector v -> v.get(i) & 0xffL;
            case UInt2Vector v -> (long) v.get(i);
            case UInt4Vector v -> v.get(i) & 0xffff_ffffL;
            case UInt8Vector v -> new BigInteger(Long.toUnsignedString(v.get(i)));
            case BitVector v -> v.get(i) != 0;
            case DateDayVector v -> v.get(i);
            case DateMilliVector v -> v.get(i);
            case TimeSecVector v -> (long) v.get(i);
            case TimeMilliVector v -> (long) v.get(i);
            case TimeMicroVector v -> v.get(i);
            case TimeNanoVector v -> v.get(i);
            case TimeStampVector v -> v.get(i);
            case DurationVector v -> DurationVector.get(v.getDataBuffer(), i);
            case IntervalMonthDayNanoVector v ->
                List.of(
                        IntervalMonthDayNanoVector.getMonths(v.getDataBuffer(), i),
                        IntervalMonthDayNanoVector.getDays(v.getDataBuffer(), i),
                        IntervalMonthDayNanoVector.getNanoseconds(v.getDataBuffer(), i));
            case VarCharVector v -> new String(v.get(i), StandardCharsets.UTF_8);
            case LargeVarCharVector v -> new String(v.get(i), StandardCharsets.UTF_8);
            case BigIntVector v -> v.get(i);
            case ListVector v -> elements(v.getDataVector(), v.getElementStartIndex(i), v.getElementEndIndex(i));
            case LargeListVector v ->
                elements(v.getDataVector(), (int) v.getElementStartIndex(i), (int) v.getElementEndIndex(i));
            case FixedSizeListVector v -> elements(v.getDataVector(), i * v.getListSize(), (i + 1) * v.getListSize());
            case StructVector v -> {
                List<Object> fields = new ArrayList<>();
                v.getChildrenFromFields().forEach(child -> fields.add(value(child, i)));
                yield fields;
            }
            default -> {
                Object object = vector.getObject(i);
                yield object instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : object;
            }
        };
    }

    private static List<Object> elements(ValueVector data, int start, int end) {
        List<Object> elements = new ArrayList<>();
        for (int i = start; i < end; i++) {
            elements.add(value(data, i));
        }
        return elements;
    }
}
