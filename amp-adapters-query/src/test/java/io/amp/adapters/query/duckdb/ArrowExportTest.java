package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowExportTest {
    private static final String UINT256_MAX =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    private final DuckFixture duck = DuckFixture.locked();

    @AfterEach
    void close() {
        duck.close();
    }

    private static Field field(ArrowType type, Field... children) {
        return new Field("c", FieldType.nullable(type), List.of(children));
    }

    private static ArrowType integer(int bits, boolean signed) {
        return new ArrowType.Int(bits, signed);
    }

    private Object as(ArrowType type, String expression) {
        return duck.rows("SELECT " + expression, field(type)).getFirst().getFirst();
    }

    private DuckException failing(ArrowType type, String expression) {
        return catchThrowableOfType(DuckException.class, () -> as(type, expression));
    }

    @Test
    void integersKeepTheirExtremes() {
        assertThat(duck.rows("""
            SELECT * FROM (VALUES
            ((-128)::TINYINT, (-32768)::SMALLINT, (-2147483648)::INTEGER, (-9223372036854775808)::BIGINT,
             0::UTINYINT, 0::USMALLINT, 0::UINTEGER, 0::UBIGINT),
            (127, 32767, 2147483647, 9223372036854775807, 255, 65535, 4294967295, 18446744073709551615),
            (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))\
            """))
                .containsExactly(
                        List.of(
                                Byte.MIN_VALUE,
                                Short.MIN_VALUE,
                                Integer.MIN_VALUE,
                                Long.MIN_VALUE,
                                0L,
                                0L,
                                0L,
                                BigInteger.ZERO),
                        List.of(
                                Byte.MAX_VALUE,
                                Short.MAX_VALUE,
                                Integer.MAX_VALUE,
                                Long.MAX_VALUE,
                                255L,
                                65535L,
                                4294967295L,
                                new BigInteger("18446744073709551615")),
                        Arrays.asList(null, null, null, null, null, null, null, null));
    }

    @Test
    void floatsKeepTheirBits() {
        assertThat(duck.rows("SELECT 'nan'::FLOAT, '-inf'::FLOAT, -0.0::DOUBLE, 5e-324::DOUBLE, NULL::DOUBLE"))
                .containsExactly(Arrays.asList(Float.NaN, Float.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, null));
    }

    @Test
    void truthValuesArePackedAtEveryOffset() {
        // 2048-row chunks that start at odd bit offsets: the filter leaves 1229 or 1228 rows of each.
        List<List<Object>> rows = duck.rows("""
            SELECT CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, i
            FROM range(20000) t(i) WHERE i % 5 < 3\
            """);
        assertThat(rows).hasSize(12000);
        for (List<Object> row : rows) {
            long i = (long) row.get(1);
            assertThat(row.getFirst()).isEqualTo(i % 3 == 0 ? (Object) true : i % 3 == 1 ? false : null);
        }
    }

    @Test
    void binariesOfOneLengthBecomeFixed() {
        ArrowType hash = new ArrowType.FixedSizeBinary(32);
        String hex = "ab".repeat(31) + "01";
        assertThat(as(hash, "unhex('" + hex + "')")).isEqualTo(hex);
        assertThat(as(new ArrowType.FixedSizeBinary(20), "unhex('" + hex.substring(0, 40) + "')"))
                .isEqualTo(hex.substring(0, 40));
        assertThat(as(new ArrowType.FixedSizeBinary(3), "'\\x00\\xFF\\x00'::BLOB"))
                .isEqualTo("00ff00");
        assertThat(as(new ArrowType.FixedSizeBinary(13), "unhex('" + hex.substring(0, 26) + "')"))
                .isEqualTo(hex.substring(0, 26));
        assertThat(as(hash, "NULL::BLOB")).isNull();
        DuckException wrong = failing(hash, "'\\xAB'::BLOB");
        assertThat(wrong.error()).isEqualTo(DuckError.OUT_OF_RANGE);
        assertThat(wrong)
                .hasMessageContaining("column c")
                .hasMessageContaining("1 bytes")
                .hasMessageContaining("32");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 11, 12, 13, 15, 16, 17, 31, 95, 96, 97, 5000})
    void textsAndBinariesOfEveryLengthArrive(int length) {
        assertThat(duck.rows("SELECT repeat('é', " + length + "), repeat('z', " + length + ")::BLOB, NULL::VARCHAR"))
                .containsExactly(Arrays.asList("é".repeat(length), "7a".repeat(length), null));
        assertThat(as(ArrowType.LargeUtf8.INSTANCE, "repeat('q', " + length + ")"))
                .isEqualTo("q".repeat(length));
        assertThat(as(ArrowType.LargeBinary.INSTANCE, "repeat('q', " + length + ")::BLOB"))
                .isEqualTo("71".repeat(length));
    }

    @Test
    void textKeepsTheZeroCharacter() {
        assertThat(duck.single("SELECT 'a' || chr(0) || 'b'")).isEqualTo("a\0b");
    }

    @ParameterizedTest
    @CsvSource({
        "TIMESTAMP_S, SECOND, 1",
        "TIMESTAMP_MS, MILLISECOND, 1",
        "TIMESTAMP, MICROSECOND, 1",
        "TIMESTAMP_NS, NANOSECOND, 1",
        "TIMESTAMPTZ, MICROSECOND, 1",
        "TIMESTAMPTZ_NS, NANOSECOND, 1",
    })
    void timestampsOfEveryUnitBecomeNanoseconds(String type, TimeUnit unit, int ignored) {
        String text = "'2024-02-29 12:34:56.123456'";
        long micros = 1_709_210_096_123_456L;
        long nanos = switch (unit) {
            case SECOND -> micros / 1_000_000 * 1_000_000_000;
            case MILLISECOND -> micros / 1_000 * 1_000_000;
            default -> micros * 1_000;
        };
        ArrowType utc = new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
        assertThat(as(utc, text + "::" + type)).isEqualTo(nanos);
        assertThat(as(new ArrowType.Timestamp(TimeUnit.SECOND, null), "'1969-12-31 23:59:59.5'::" + type))
                .as("rounded down, not toward zero")
                .isEqualTo(-1L);
        assertThat(as(utc, "NULL::" + type)).isNull();
    }

    @Test
    void timestampsBeyondNanosecondsAreRefused() {
        ArrowType utc = new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
        for (String far : List.of("'2300-01-01'", "'1600-01-01'", "'infinity'", "'-infinity'")) {
            assertThat(failing(utc, far + "::TIMESTAMPTZ").error()).isEqualTo(DuckError.OUT_OF_RANGE);
        }
        assertThat(as(utc, "'2262-04-11 23:47:16.854775'::TIMESTAMP")).isEqualTo(9_223_372_036_854_775_000L);
        assertThat(as(utc, "'1677-09-21 00:12:43.145225'::TIMESTAMP")).isEqualTo(-9_223_372_036_854_775_000L);
    }

    @Test
    void datesAndTimes() {
        assertThat(as(new ArrowType.Date(DateUnit.DAY), "DATE '1969-12-31'")).isEqualTo(-1);
        assertThat(as(new ArrowType.Date(DateUnit.MILLISECOND), "DATE '1969-12-31'"))
                .isEqualTo(-86_400_000L);
        assertThat(as(new ArrowType.Time(TimeUnit.NANOSECOND, 64), "TIME '23:59:59.999999'"))
                .isEqualTo(86_399_999_999_000L);
        assertThat(as(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "TIME '23:59:59.999999'"))
                .isEqualTo(86_399_999_999L);
        assertThat(as(new ArrowType.Time(TimeUnit.SECOND, 32), "TIME '23:59:59.999999'"))
                .isEqualTo(86_399L);
        assertThat(as(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "TIME '00:00:01.5'"))
                .isEqualTo(1_500L);
        assertThat(as(new ArrowType.Time(TimeUnit.NANOSECOND, 64), "TIME_NS '00:00:00.000000007'"))
                .isEqualTo(7L);
    }

    @Test
    void intervalsAndDurations() {
        assertThat(duck.single("SELECT INTERVAL '14 months 3 days 1.5 seconds'"))
                .isEqualTo(List.of(14, 3, 1_500_000_000L));
        assertThat(as(new ArrowType.Duration(TimeUnit.SECOND), "INTERVAL '1 day 90 minutes'"))
                .isEqualTo(91_800L);
        assertThat(as(new ArrowType.Duration(TimeUnit.NANOSECOND), "INTERVAL '-1 microsecond'"))
                .isEqualTo(-1_000L);
        assertThat(as(new ArrowType.Duration(TimeUnit.MILLISECOND), "5::BIGINT"))
                .isEqualTo(5L);
        assertThat(failing(new ArrowType.Duration(TimeUnit.SECOND), "INTERVAL '1 month'"))
                .hasMessageContaining("months");
        assertThat(failing(new ArrowType.Duration(TimeUnit.NANOSECOND), "INTERVAL '200000000 days'")
                        .error())
                .isEqualTo(DuckError.OUT_OF_RANGE);
    }

    @ParameterizedTest
    @CsvSource({"4,2", "9,0", "18,18", "19,5", "38,0", "38,38"})
    void decimalsOfEveryStorageWidth(int width, int scale) {
        BigDecimal largest = new BigDecimal(BigInteger.TEN.pow(width).subtract(BigInteger.ONE), scale);
        String type = "DECIMAL(" + width + "," + scale + ")";
        for (BigDecimal value : List.of(largest, largest.negate(), BigDecimal.ZERO.setScale(scale))) {
            String literal = "'" + value.toPlainString() + "'::" + type;
            assertThat(duck.single("SELECT " + literal)).isEqualTo(value);
            assertThat(as(new ArrowType.Decimal(76, scale, 256), literal)).isEqualTo(value);
            assertThat(as(new ArrowType.Decimal(76, 38, 256), literal)).isEqualTo(value.setScale(38));
        }
        assertThat(failing(new ArrowType.Decimal(width - 1, scale, 128), "'" + largest.toPlainString() + "'::" + type)
                        .error())
                .isEqualTo(DuckError.OUT_OF_RANGE);
    }

    @Test
    void wideIntegersAreRangeChecked() {
        ArrowType d38 = new ArrowType.Decimal(38, 0, 128);
        String max = "9".repeat(38);
        assertThat(as(d38, max + "::HUGEINT")).isEqualTo(new BigDecimal(max));
        assertThat(as(d38, "-" + max + "::HUGEINT")).isEqualTo(new BigDecimal("-" + max));
        assertThat(failing(d38, "1" + "0".repeat(38) + "::HUGEINT").error()).isEqualTo(DuckError.OUT_OF_RANGE);
        assertThat(failing(d38, "(-170141183460469231731687303715884105728)::HUGEINT"))
                .hasMessageContaining("-170141183460469231731687303715884105728");
        assertThat(failing(d38, "340282366920938463463374607431768211455::UHUGEINT")
                        .error())
                .isEqualTo(DuckError.OUT_OF_RANGE);
        ArrowType d76 = new ArrowType.Decimal(76, 0, 256);
        assertThat(as(d76, "340282366920938463463374607431768211455::UHUGEINT"))
                .isEqualTo(new BigDecimal("340282366920938463463374607431768211455"));
        assertThat(as(d76, "(-170141183460469231731687303715884105728)::HUGEINT"))
                .isEqualTo(new BigDecimal("-170141183460469231731687303715884105728"));
    }

    @Test
    void sumsOfUnsignedIntegersComeBackUnsigned() {
        String sum = "sum(x) FROM (VALUES (18446744073709551614::UBIGINT), (%s::UBIGINT)) t(x)";
        assertThat(as(integer(64, false), sum.formatted("1"))).isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(failing(integer(64, false), sum.formatted("2")))
                .hasMessageContaining("18446744073709551616 does not fit Int(64, false)");
        assertThat(failing(integer(64, false), "(-1)::BIGINT").error()).isEqualTo(DuckError.OUT_OF_RANGE);
        assertThat(as(integer(8, true), "(-128)::BIGINT")).isEqualTo(Byte.MIN_VALUE);
        assertThat(failing(integer(8, true), "128::BIGINT").error()).isEqualTo(DuckError.OUT_OF_RANGE);
        assertThat(as(integer(16, false), "65535::BIGNUM")).isEqualTo(65535L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "-1", "255", "256", "-256", "18446744073709551616"})
    void unboundedIntegersBecomeDecimalsAndText(String digits) {
        assertThat(duck.single("SELECT '" + digits + "'::BIGNUM")).isEqualTo(new BigDecimal(digits));
        assertThat(as(ArrowType.Utf8.INSTANCE, "'" + digits + "'::BIGNUM")).isEqualTo(digits);
        assertThat(as(new ArrowType.Decimal(76, 0, 256), "'" + digits + "'")).isEqualTo(new BigDecimal(digits));
    }

    @Test
    void unboundedIntegersBeyondTheTypeAreRefusedAsNumbersAndKeptAsText() {
        ArrowType d76 = new ArrowType.Decimal(76, 0, 256);
        String largest = "9".repeat(76);
        assertThat(as(d76, "'-" + largest + "'::BIGNUM")).isEqualTo(new BigDecimal("-" + largest));
        assertThat(as(d76, "'" + largest + "'")).isEqualTo(new BigDecimal(largest));
        for (String large : List.of(UINT256_MAX, "1" + "0".repeat(76), "-1" + "0".repeat(76), "9".repeat(500))) {
            assertThat(failing(d76, "'" + large + "'::BIGNUM").error()).isEqualTo(DuckError.OUT_OF_RANGE);
            assertThat(failing(d76, "'" + large + "'").error()).isEqualTo(DuckError.OUT_OF_RANGE);
            assertThat(as(ArrowType.Utf8.INSTANCE, "'" + large + "'::BIGNUM")).isEqualTo(large);
        }
    }

    @Test
    void decimalTextIsReadStrictly() {
        ArrowType scaled = new ArrowType.Decimal(10, 3, 128);
        assertThat(as(scaled, "'-12.5'")).isEqualTo(new BigDecimal("-12.500"));
        assertThat(as(scaled, "'+.125'")).isEqualTo(new BigDecimal("0.125"));
        assertThat(as(scaled, "'000000000000000000000000007.'")).isEqualTo(new BigDecimal("7.000"));
        for (String bad : List.of("", "-", ".", "1.2345", "1e3", "1.2.3", " 1", "0x1", "12345678")) {
            assertThat(failing(scaled, "'" + bad + "'"))
                    .as(bad)
                    .isNotNull()
                    .hasMessageContaining("'" + bad + "' does not fit");
        }
    }

    @Test
    void enumsAndUuidsBecomeText() {
        assertThat(duck.rows("SELECT x::ENUM('a', 'long label of an enum') FROM (VALUES ('long label of an enum'),"
                        + " ('a'), (NULL)) t(x)"))
                .containsExactly(List.of("long label of an enum"), List.of("a"), Arrays.asList((Object) null));
        String uuid = "f3e1c1d0-0000-4000-8000-00000000ffff";
        assertThat(duck.single("SELECT '" + uuid + "'::UUID")).isEqualTo(uuid);
        assertThat(as(new ArrowType.FixedSizeBinary(16), "'" + uuid + "'::UUID"))
                .isEqualTo(uuid.replace("-", ""));
    }

    @Test
    void enumsOfMoreThan256LabelsAreRead() {
        StringBuilder labels = new StringBuilder("'l0'");
        LongStream.range(1, 70_000).forEach(i -> labels.append(",'l").append(i).append('\''));
        try (DuckFixture open = new DuckFixture(DuckFixture.OPEN);
                DuckConnection connection = open.database.connect()) {
            connection.run("CREATE TYPE big AS ENUM (" + labels + ")");
            assertThat(open.rows("SELECT 'l69999'::big, 'l255'::big, 'l65536'::big"))
                    .containsExactly(List.of("l69999", "l255", "l65536"));
        }
    }

    @Test
    void halfFloats() {
        assertThat(duck.rows("SELECT 1.5::FLOAT", field(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF))))
                .containsExactly(List.of(Float.floatToFloat16(1.5f)));
    }

    @Test
    void nestedValuesWithNullsAtEveryLevel() {
        assertThat(duck.rows("""
            SELECT x FROM (VALUES
              (1, {'a': [1, NULL], 'b': {'c': 'long enough not to be inlined', 'd': NULL}}),
              (2, NULL), (3, {'a': NULL, 'b': NULL}), (4, {'a': [], 'b': {'c': NULL, 'd': 7}})) t(k, x)
            ORDER BY k\
            """))
                .containsExactly(
                        List.of(List.of(Arrays.asList(1, null), Arrays.asList("long enough not to be inlined", null))),
                        Arrays.asList((Object) null),
                        List.of(Arrays.asList(null, null)),
                        List.of(List.of(List.of(), Arrays.asList(null, 7))));
        assertThat(duck.rows("""
            SELECT x FROM (VALUES
              (1, [[1, 2], NULL]::INTEGER[2][]), (2, NULL), (3, []), (4, [[3, NULL]])) t(k, x) ORDER BY k\
            """))
                .containsExactly(
                        List.of(Arrays.asList(List.of(1, 2), null)),
                        Arrays.asList((Object) null),
                        List.of(List.of()),
                        List.of(List.of(Arrays.asList(3, null))));
        assertThat(duck.rows("SELECT MAP {'k': [1], 'second key, a longer one': NULL}, MAP {}, NULL::MAP(INT, INT)"))
                .containsExactly(Arrays.asList(
                        List.of(List.of("k", List.of(1)), Arrays.asList("second key, a longer one", null)),
                        List.of(),
                        null));
    }

    @Test
    void nullsWithoutTypeBecomeNullsOfAnyType() {
        assertThat(duck.rows("SELECT NULL, [], {'a': NULL}"))
                .containsExactly(Arrays.asList(null, List.of(), Arrays.asList((Object) null)));
        assertThat(as(integer(32, true), "NULL")).isNull();
        assertThat(as(ArrowType.Utf8.INSTANCE, "NULL")).isNull();
        Field item = new Field("item", FieldType.nullable(ArrowType.Utf8.INSTANCE), List.of());
        Field struct = field(ArrowType.Struct.INSTANCE, item, field(new ArrowType.FixedSizeList(2), item));
        assertThat(duck.rows("SELECT NULL FROM range(3000)", struct))
                .hasSize(3000)
                .containsOnly(Arrays.asList((Object) null));
        assertThat(duck.rows("SELECT [NULL, NULL]", field(ArrowType.List.INSTANCE, struct)))
                .containsExactly(List.of(Arrays.asList(null, null)));
    }

    @Test
    void namesAndNullabilityOfTheContractWin() {
        Field a = new Field("from", FieldType.nullable(new ArrowType.FixedSizeBinary(1)), List.of());
        Field struct = new Field("event", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(a));
        assertThat(duck.rows("SELECT {'x': '\\xAA'::BLOB} AS other", struct)).containsExactly(List.of(List.of("aa")));
    }

    @Test
    void nullsWhereTheContractForbidsThemAreRefused() {
        Field number = new Field("n", FieldType.notNullable(integer(64, true)), List.of());
        assertThatThrownBy(() ->
                        duck.rows("SELECT CASE WHEN i = 9000 THEN NULL ELSE i END FROM range(10000) t(i)", number))
                .isInstanceOfSatisfying(
                        DuckException.class, e -> assertThat(e.error()).isEqualTo(DuckError.CONSTRAINT))
                .hasMessageContaining("column n");
        Field struct = field(ArrowType.Struct.INSTANCE, number);
        assertThat(duck.rows("SELECT CASE WHEN i = 1 THEN {'n': i} END FROM range(3) t(i)", struct))
                .as("a null under a null is none")
                .hasSize(3);
        assertThatThrownBy(() -> duck.rows("SELECT {'n': NULL::BIGINT}", struct))
                .isInstanceOf(DuckException.class);
    }

    @Test
    void typesThatCannotBecomeTheContractAreRefusedBeforeReading() {
        assertThatThrownBy(() -> as(integer(64, true), "'text'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column c: VARCHAR cannot become Int(64, true)");
        assertThatThrownBy(() -> as(ArrowType.Utf8.INSTANCE, "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> as(new ArrowType.Decimal(38, 1, 128), "1.25::DECIMAL(5,2)"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> duck.rows("SELECT 1, 2", field(integer(32, true))))
                .hasMessage("the statement has 2 columns, the schema 1");
        assertThatThrownBy(() -> duck.rows("SELECT '1'::BIT")).hasMessage("there is no Arrow type for BIT");
    }

    @Test
    void batchesGrowToTheLimitOfRows() {
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT i FROM range(50000) t(i)");
                DuckResult result = statement.execute()) {
            assertThat(sizes(result, statement, new BatchLimits(10_000, 1 << 20)))
                    .containsExactly(2048L, 4096L, 8192L, 10_000L, 10_000L, 10_000L, 5664L);
        }
    }

    @Test
    void batchesAreCutAtTheLimitOfBytesInsideAChunk() {
        String sql = "SELECT repeat('x', 10000), [repeat('y', 5000)], {'z': repeat('z', 5000)} FROM range(3000)";
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute()) {
            List<Long> sizes = sizes(result, statement, new BatchLimits(16_384, 1 << 20));
            assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(3000);
            assertThat(sizes).allSatisfy(rows -> assertThat(rows).isBetween(1L, 52L));
        }
    }

    @Test
    void aRowLargerThanTheLimitMakesABatchAlone() {
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT repeat('x', 1000) FROM range(5)");
                DuckResult result = statement.execute()) {
            assertThat(sizes(result, statement, new BatchLimits(100, 10))).containsExactly(1L, 1L, 1L, 1L, 1L);
        }
    }

    private List<Long> sizes(DuckResult result, DuckStatement statement, BatchLimits limits) {
        List<Long> sizes = new ArrayList<>();
        ArrowExport export = result.export(DuckFixture.natural(statement.columns()), duck.allocator, limits);
        for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
            sizes.add((long) batch.getRowCount());
            batch.close();
        }
        return sizes;
    }

    @Test
    void anExhaustedAllocatorIsAnErrorAndLeaksNothing() {
        try (BufferAllocator small = duck.root.newChildAllocator("small", 0, 300_000);
                DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT i, repeat('x', 100) FROM range(100000) t(i)");
                DuckResult result = statement.execute()) {
            Schema schema = DuckFixture.natural(statement.columns());
            ArrowExport export = result.export(schema, small, BatchLimits.DEFAULT);
            assertThatThrownBy(() -> {
                        while (true) {
                            VectorSchemaRoot batch = export.next();
                            batch.close();
                        }
                    })
                    .isInstanceOfSatisfying(
                            DuckException.class, e -> assertThat(e.error()).isEqualTo(DuckError.OUT_OF_MEMORY));
            assertThat(small.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void oneExportForOneResult() {
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT 1");
                DuckResult result = statement.execute()) {
            Schema schema = DuckFixture.natural(statement.columns());
            result.export(schema, duck.allocator, BatchLimits.DEFAULT);
            assertThatThrownBy(() -> result.export(schema, duck.allocator, BatchLimits.DEFAULT))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
