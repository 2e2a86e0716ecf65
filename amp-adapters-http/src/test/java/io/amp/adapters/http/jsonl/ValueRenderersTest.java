package io.amp.adapters.http.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.ports.error.AmpException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of the query specification, section 6.3. */
class ValueRenderersTest {
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void memoryReturned() {
        allocator.close();
    }

    private static Field field(ArrowType type, Field... children) {
        return new Field("v", FieldType.nullable(type), List.of(children));
    }

    private static Field child(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }

    /** Each row as its line, without the line feed. */
    private List<String> lines(Field field, int rows, Consumer<FieldVector> fill) {
        try (FieldVector vector = field.createVector(allocator)) {
            vector.allocateNew();
            fill.accept(vector);
            vector.setValueCount(rows);
            ValueRenderers.Members members = new ValueRenderers.Members(List.of(vector));
            JsonBuffer out = new JsonBuffer();
            for (int row = 0; row < rows; row++) {
                members.render(row, out);
                out.put('\n');
            }
            return new String(out.toByteArray(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private <V extends FieldVector> List<String> lines(ArrowType type, Class<V> vector, int rows, Consumer<V> fill) {
        return lines(field(type), rows, v -> fill.accept(vector.cast(v)));
    }

    private static String v(String value) {
        return "{\"v\":" + value + "}";
    }

    @Test
    void nullsVanish() {
        assertThat(lines(new ArrowType.Int(64, true), BigIntVector.class, 2, v -> v.set(1, 7)))
                .containsExactly("{}", v("7"));
        assertThat(lines(new ArrowType.Null(), NullVector.class, 1, v -> {})).containsExactly("{}");
    }

    @Test
    void booleans() {
        assertThat(lines(new ArrowType.Bool(), BitVector.class, 2, v -> v.set(0, 1)))
                .first()
                .isEqualTo(v("true"));
        assertThat(lines(new ArrowType.Bool(), BitVector.class, 1, v -> v.set(0, 0)))
                .containsExactly(v("false"));
    }

    @Test
    void integersHaveAllDigits() {
        assertThat(lines(new ArrowType.Int(8, true), TinyIntVector.class, 1, v -> v.set(0, -128)))
                .containsExactly(v("-128"));
        assertThat(lines(new ArrowType.Int(16, true), SmallIntVector.class, 1, v -> v.set(0, -32768)))
                .containsExactly(v("-32768"));
        assertThat(lines(new ArrowType.Int(32, true), IntVector.class, 1, v -> v.set(0, Integer.MIN_VALUE)))
                .containsExactly(v("-2147483648"));
        assertThat(lines(new ArrowType.Int(64, true), BigIntVector.class, 3, v -> {
                    v.set(0, Long.MIN_VALUE);
                    v.set(1, Long.MAX_VALUE);
                    v.set(2, 0);
                }))
                .containsExactly(v("-9223372036854775808"), v("9223372036854775807"), v("0"));
        assertThat(lines(new ArrowType.Int(8, false), UInt1Vector.class, 1, v -> v.set(0, 255)))
                .containsExactly(v("255"));
        assertThat(lines(new ArrowType.Int(16, false), UInt2Vector.class, 1, v -> v.set(0, 65535)))
                .containsExactly(v("65535"));
        assertThat(lines(new ArrowType.Int(32, false), UInt4Vector.class, 1, v -> v.set(0, -1)))
                .containsExactly(v("4294967295"));
        assertThat(lines(new ArrowType.Int(64, false), UInt8Vector.class, 3, v -> {
                    v.set(0, -1);
                    v.set(1, Long.MIN_VALUE);
                    v.set(2, 1_000_000_000_000L);
                }))
                .containsExactly(v("18446744073709551615"), v("9223372036854775808"), v("1000000000000"));
    }

    @Test
    void integersAgreeWithTheLibrary() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        JsonBuffer out = new JsonBuffer();
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            out.clear();
            out.number(value);
            out.put(' ');
            out.digits(value);
            assertThat(new String(out.toByteArray(), StandardCharsets.US_ASCII))
                    .as("-Damp.seed=%d", seed)
                    .isEqualTo(value + " " + Long.toUnsignedString(value));
        }
    }

    private List<String> doubles(double... values) {
        return lines(
                new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), Float8Vector.class, values.length, v -> {
                    for (int i = 0; i < values.length; i++) {
                        v.setSafe(i, values[i]);
                    }
                });
    }

    @Test
    void doublesArePlainFromOneHundredThousandthBelowTenBillion() {
        assertThat(doubles(
                        21000.0,
                        9999999999.0,
                        1e-5,
                        1e10,
                        1e-6,
                        0.0,
                        -0.0,
                        0.1,
                        -2.5,
                        123456.789,
                        1.25e300,
                        9.999e-6,
                        -1e21,
                        12345678901.5,
                        9999999999.5,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE))
                .containsExactly(
                        v("21000.0"),
                        v("9999999999.0"),
                        v("0.00001"),
                        v("1.0e10"),
                        v("1.0e-6"),
                        v("0.0"),
                        v("-0.0"),
                        v("0.1"),
                        v("-2.5"),
                        v("123456.789"),
                        v("1.25e300"),
                        v("9.999e-6"),
                        v("-1.0e21"),
                        v("1.23456789015e10"),
                        v("9999999999.5"),
                        v("4.9e-324"),
                        v("1.7976931348623157e308"));
    }

    @Test
    void notFiniteIsNull() {
        assertThat(doubles(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))
                .containsOnly(v("null"));
    }

    @Test
    void everyDoubleReadsBackAsItself() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = NumberTexts.of(Double.toString(value));
                assertThat(Double.parseDouble(text)).as("-Damp.seed=%d", seed).isEqualTo(value);
                double size = Math.abs(value);
                assertThat(text.contains("e")).isEqualTo(size < 1e-5 || size >= 1e10);
            }
        }
    }

    @Test
    void smallerFloatsHaveTheirOwnShortestDigits() {
        assertThat(lines(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), Float4Vector.class, 3, v -> {
                    v.set(0, 0.1f);
                    v.set(1, 16777216f);
                    v.set(2, Float.NaN);
                }))
                .containsExactly(v("0.1"), v("16777216.0"), v("null"));
        assertThat(lines(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), Float2Vector.class, 2, v -> {
                    v.set(0, Float.floatToFloat16(1.5f));
                    v.set(1, Float.floatToFloat16(0.1f));
                }))
                .containsExactly(v("1.5"), v("0.1"));
    }

    private List<String> decimals(int scale, String... values) {
        return lines(new ArrowType.Decimal(38, scale, 128), DecimalVector.class, values.length, v -> {
            for (int i = 0; i < values.length; i++) {
                v.set(i, new BigDecimal(values[i]));
            }
        });
    }

    @Test
    void decimalsAreBareNumbersWithExactlyScaleDecimals() {
        assertThat(decimals(
                        0,
                        "1000000000000000005",
                        "-1",
                        "99999999999999999999999999999999999999",
                        "-99999999999999999999999999999999999999",
                        "9223372036854775808",
                        "-9223372036854775809"))
                .containsExactly(
                        v("1000000000000000005"),
                        v("-1"),
                        v("99999999999999999999999999999999999999"),
                        v("-99999999999999999999999999999999999999"),
                        v("9223372036854775808"),
                        v("-9223372036854775809"));
        assertThat(decimals(2, "1.50", "-0.05", "0.00", "100000000000000000000.01"))
                .containsExactly(v("1.50"), v("-0.05"), v("0.00"), v("100000000000000000000.01"));
        BigInteger most = BigInteger.TEN.pow(76).subtract(BigInteger.ONE);
        assertThat(lines(new ArrowType.Decimal(76, 0, 256), Decimal256Vector.class, 2, v -> {
                    v.set(0, new BigDecimal(most));
                    v.set(1, new BigDecimal(most.negate()));
                }))
                .containsExactly(v(most.toString()), v("-" + most));
        assertThat(lines(
                        new ArrowType.Decimal(76, 18, 256),
                        Decimal256Vector.class,
                        1,
                        v -> v.set(0, new BigDecimal("0.000000000000000001"))))
                .containsExactly(v("0.000000000000000001"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void textIsEscaped() throws Exception {
        String hard = "\"\\/\b\f\n\r\t\u0000\u001f\u007f é 漢 😀 \u2028";
        List<String> lines = lines(new ArrowType.Utf8(), VarCharVector.class, 3, v -> {
            v.setSafe(0, utf8(hard));
            v.setSafe(1, utf8(""));
            v.setSafe(2, utf8("x".repeat(10_000)));
        });
        assertThat(lines.get(0)).startsWith("{\"v\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f é 漢 😀");
        assertThat(new ObjectMapper().readTree(lines.get(0)).get("v").textValue())
                .isEqualTo(hard);
        assertThat(lines.get(1)).isEqualTo(v("\"\""));
        assertThat(lines.get(2)).isEqualTo(v("\"" + "x".repeat(10_000) + "\""));
        assertThat(lines(new ArrowType.LargeUtf8(), LargeVarCharVector.class, 2, v -> {
                    v.setSafe(0, utf8("a"));
                    v.setSafe(1, utf8("b\"c"));
                }))
                .containsExactly(v("\"a\""), v("\"b\\\"c\""));
    }

    @Test
    void binaryIsLowerCaseHexWithoutPrefix() {
        byte[] bytes = {0x0a, (byte) 0xff};
        assertThat(lines(new ArrowType.Binary(), VarBinaryVector.class, 2, v -> {
                    v.setSafe(0, bytes);
                    v.setSafe(1, new byte[0]);
                }))
                .containsExactly(v("\"0aff\""), v("\"\""));
        assertThat(lines(new ArrowType.LargeBinary(), LargeVarBinaryVector.class, 1, v -> v.setSafe(0, bytes)))
                .containsExactly(v("\"0aff\""));
        assertThat(lines(new ArrowType.FixedSizeBinary(2), FixedSizeBinaryVector.class, 2, v -> v.set(1, bytes)))
                .containsExactly("{}", v("\"0aff\""));
    }

    private List<String> timestamps(TimeUnit unit, @org.jspecify.annotations.Nullable String zone, long... values) {
        return lines(new ArrowType.Timestamp(unit, zone), TimeStampVector.class, values.length, v -> {
            for (int i = 0; i < values.length; i++) {
                v.set(i, values[i]);
            }
        });
    }

    @Test
    void timestamps() {
        assertThat(timestamps(TimeUnit.NANOSECOND, "+00:00", 1655778500_000_000_000L, 1655778500_120_000_000L, -1))
                .containsExactly(
                        v("\"2022-06-21T02:28:20Z\""),
                        v("\"2022-06-21T02:28:20.120Z\""),
                        v("\"1969-12-31T23:59:59.999999999Z\""));
        assertThat(timestamps(TimeUnit.MICROSECOND, "UTC", 1655778500_000_001L))
                .containsExactly(v("\"2022-06-21T02:28:20.000001Z\""));
        assertThat(timestamps(TimeUnit.SECOND, "+02:00", 1655778500L))
                .containsExactly(v("\"2022-06-21T04:28:20+02:00\""));
        assertThat(timestamps(TimeUnit.MILLISECOND, "Europe/Berlin", 1655778500_000L, 1640995200_000L))
                .containsExactly(v("\"2022-06-21T04:28:20+02:00\""), v("\"2022-01-01T01:00:00+01:00\""));
        assertThat(timestamps(TimeUnit.NANOSECOND, null, 1655778500_000_001_000L))
                .containsExactly(v("\"2022-06-21T02:28:20.000001\""));
        assertThat(timestamps(TimeUnit.SECOND, null, -62135596801L, 253402300800L))
                .containsExactly(v("\"0000-12-31T23:59:59\""), v("\"+10000-01-01T00:00:00\""));
    }

    @Test
    void datesAndTimes() {
        assertThat(lines(MinorType.DATEDAY.getType(), DateDayVector.class, 2, v -> {
                    v.set(0, 19164);
                    v.set(1, -1);
                }))
                .containsExactly(v("\"2022-06-21\""), v("\"1969-12-31\""));
        assertThat(lines(MinorType.DATEMILLI.getType(), DateMilliVector.class, 1, v -> v.set(0, 19164L * 86_400_000)))
                .containsExactly(v("\"2022-06-21T00:00:00\""));
        int second = 12 * 3600 + 34 * 60 + 56;
        assertThat(lines(MinorType.TIMESEC.getType(), TimeSecVector.class, 1, v -> v.set(0, second)))
                .containsExactly(v("\"12:34:56\""));
        assertThat(lines(MinorType.TIMEMILLI.getType(), TimeMilliVector.class, 1, v -> v.set(0, second * 1000 + 7)))
                .containsExactly(v("\"12:34:56.007\""));
        assertThat(lines(
                        MinorType.TIMEMICRO.getType(),
                        TimeMicroVector.class,
                        1,
                        v -> v.set(0, second * 1_000_000L + 7)))
                .containsExactly(v("\"12:34:56.000007\""));
        assertThat(lines(
                        MinorType.TIMENANO.getType(),
                        TimeNanoVector.class,
                        1,
                        v -> v.set(0, second * 1_000_000_000L + 7)))
                .containsExactly(v("\"12:34:56.000000007\""));
    }

    private List<String> durations(TimeUnit unit, long... values) {
        return lines(new ArrowType.Duration(unit), DurationVector.class, values.length, v -> {
            for (int i = 0; i < values.length; i++) {
                v.set(i, values[i]);
            }
        });
    }

    @Test
    void durations() {
        assertThat(durations(TimeUnit.SECOND, 3600, 0)).containsExactly(v("\"PT3600S\""), v("\"P0D\""));
        assertThat(durations(TimeUnit.MILLISECOND, 1500, -1500)).containsExactly(v("\"PT1.5S\""), v("\"-PT1.5S\""));
        assertThat(durations(TimeUnit.NANOSECOND, -1)).containsExactly(v("\"-PT0.000000001S\""));
    }

    @Test
    void intervals() {
        assertThat(lines(MinorType.INTERVALMONTHDAYNANO.getType(), IntervalMonthDayNanoVector.class, 4, v -> {
                    v.set(0, 1, 2, 3_000_000_000L);
                    v.set(1, 0, 1, 0);
                    v.set(2, -1, 0, -7_200_000_000_000L);
                    v.set(3, 0, 0, 0);
                }))
                .containsExactly(
                        v("\"1 mons 2 days 3.000000000 secs\""), v("\"1 days\""), v("\"-1 mons -2 hours\""), v("\"\""));
        assertThat(lines(MinorType.INTERVALDAY.getType(), IntervalDayVector.class, 1, v -> v.set(0, 1, 61_500)))
                .containsExactly(v("\"1 days 1 mins 1.500 secs\""));
        assertThat(lines(MinorType.INTERVALYEAR.getType(), IntervalYearVector.class, 1, v -> v.set(0, 1)))
                .containsExactly(v("\"1 mons\""));
    }

    private static void fill(IntVector items, int count, int nullAt) {
        for (int i = 0; i < count; i++) {
            if (i == nullAt) {
                items.setNull(i);
            } else {
                items.setSafe(i, 10 * i);
            }
        }
    }

    @Test
    void listsKeepNulls() {
        Field item = child("item", new ArrowType.Int(32, true));
        assertThat(lines(field(new ArrowType.List(), item), 3, vector -> {
                    ListVector list = (ListVector) vector;
                    list.startNewValue(0);
                    list.endValue(0, 3);
                    list.setNull(1);
                    list.startNewValue(2);
                    list.endValue(2, 0);
                    fill((IntVector) list.getDataVector(), 3, 1);
                }))
                .containsExactly(v("[0,null,20]"), "{}", v("[]"));
        assertThat(lines(field(new ArrowType.LargeList(), item), 1, vector -> {
                    LargeListVector list = (LargeListVector) vector;
                    list.startNewValue(0);
                    list.endValue(0, 2);
                    fill((IntVector) list.getDataVector(), 2, -1);
                }))
                .containsExactly(v("[0,10]"));
        assertThat(lines(field(new ArrowType.FixedSizeList(2), item), 2, vector -> {
                    FixedSizeListVector list = (FixedSizeListVector) vector;
                    list.setNotNull(0);
                    list.setNotNull(1);
                    fill((IntVector) list.getDataVector(), 4, 2);
                }))
                .containsExactly(v("[0,10]"), v("[null,30]"));
    }

    @Test
    void structsLeaveOutNulls() {
        Field struct = field(
                new ArrowType.Struct(),
                child("a", new ArrowType.Int(32, true)),
                child("b \"q\"", new ArrowType.Utf8()));
        assertThat(lines(struct, 3, vector -> {
                    StructVector v = (StructVector) vector;
                    v.setIndexDefined(0);
                    v.setIndexDefined(1);
                    ((IntVector) v.getChildByOrdinal(0)).setSafe(0, 1);
                    ((VarCharVector) v.getChildByOrdinal(1)).setSafe(0, utf8("x"));
                }))
                .containsExactly(v("{\"a\":1,\"b \\\"q\\\"\":\"x\"}"), v("{}"), "{}");
    }

    @Test
    void listsOfStructsNest() {
        Field struct = new Field(
                "item",
                FieldType.nullable(new ArrowType.Struct()),
                List.of(child("n", new ArrowType.Int(32, true)), child("m", new ArrowType.Int(32, true))));
        assertThat(lines(field(new ArrowType.List(), struct), 2, vector -> {
                    ListVector list = (ListVector) vector;
                    list.startNewValue(0);
                    list.endValue(0, 1);
                    list.startNewValue(1);
                    list.endValue(1, 2);
                    StructVector items = (StructVector) list.getDataVector();
                    items.setIndexDefined(0);
                    items.setIndexDefined(2);
                    IntVector n = (IntVector) items.getChildByOrdinal(0);
                    n.setSafe(0, 5);
                    n.setSafe(2, 6);
                    n.setValueCount(3);
                    items.setValueCount(3);
                }))
                .containsExactly(v("[{\"n\":5}]"), v("[null,{\"n\":6}]"));
    }

    @Test
    void mapsAreObjectsWithoutNullValues() {
        Field entries = new Field(
                "entries",
                FieldType.notNullable(new ArrowType.Struct()),
                List.of(
                        new Field("key", FieldType.notNullable(new ArrowType.Int(64, true)), null),
                        child("value", new ArrowType.Int(64, true))));
        assertThat(lines(field(new ArrowType.Map(false), entries), 2, vector -> {
                    UnionMapWriter writer = ((MapVector) vector).getWriter();
                    writer.setPosition(0);
                    writer.startMap();
                    for (long key = 1; key <= 3; key++) {
                        writer.startEntry();
                        writer.key().bigInt().writeBigInt(key);
                        if (key != 2) {
                            writer.value().bigInt().writeBigInt(key * 100);
                        }
                        writer.endEntry();
                    }
                    writer.endMap();
                }))
                .containsExactly(v("{\"1\":100,\"3\":300}"), "{}");
    }

    @Test
    void keysComeInColumnOrder() {
        try (IntVector b = new IntVector("b", allocator);
                IntVector a = new IntVector("A \n", allocator)) {
            b.setSafe(0, 1);
            a.setSafe(0, 2);
            JsonBuffer out = new JsonBuffer();
            new ValueRenderers.Members(List.of(b, a)).render(0, out);
            assertThat(new String(out.toByteArray(), StandardCharsets.UTF_8)).isEqualTo("{\"b\":1,\"A \\n\":2}");
        }
    }

    @Test
    void otherTypesAreRefusedByName() {
        assertThatThrownBy(() -> lines(field(new ArrowType.Union(UnionMode.Sparse, new int[0])), 0, v -> {}))
                .isInstanceOf(AmpException.class)
                .hasMessageContaining("column 'v' has a type that JSON Lines cannot carry");
    }
}
