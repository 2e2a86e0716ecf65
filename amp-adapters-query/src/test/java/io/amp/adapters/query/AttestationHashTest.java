package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.evm.attestation.AttestationHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code attestation_hash} (functions specification, section 7). */
class AttestationHashTest {
    private static final String NO_ROWS = "5b99567ec4e5fb5d40712796e1ef20f1";

    @TempDir
    static Path directory;

    private static EngineHarness harness;

    @BeforeAll
    static void open() {
        harness = new EngineHarness(directory);
    }

    @AfterAll
    static void close() {
        harness.close();
    }

    private static String one(String sql) throws InterruptedException {
        List<String> rows = harness.rows(sql);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private static String line(String hash) {
        return "{\"h\":\"" + hash + "\"}";
    }

    // The vectors.

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        try (var in = AttestationHashTest.class.getResourceAsStream("functions/att.ndjson")) {
            var json = new ObjectMapper();
            List<DynamicTest> tests = new ArrayList<>();
            for (String text : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!text.startsWith("#")) {
                    JsonNode vector = json.readTree(text);
                    tests.add(DynamicTest.dynamicTest(vector.get("id").asText(), () -> checkVector(vector)));
                }
            }
            return tests.stream();
        }
    }

    private static void checkVector(JsonNode vector) throws InterruptedException {
        List<String> columns = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < vector.get("cols").size(); i++) {
            columns.add("c" + i);
        }
        for (JsonNode row : vector.get("rows")) {
            rows.add(values(vector.get("cols"), row));
        }
        String none = rows.isEmpty() ? " WHERE false" : "";
        if (rows.isEmpty()) {
            rows.add("('x')");
        }
        String names = String.join(", ", columns);
        assertThat(one("SELECT attestation_hash(" + names + ") AS h FROM (VALUES " + String.join(", ", rows) + ") AS v("
                        + names + ")" + none))
                .isEqualTo(line(vector.get("out").asText()));
    }

    private static String values(JsonNode types, JsonNode row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            String type = types.get(i).asText();
            JsonNode value = row.get(i);
            String sql = value.isNull()
                    ? "NULL"
                    : type.startsWith("FixedSizeBinary")
                            ? "x'" + value.asText() + "'"
                            : value.isTextual() ? "'" + value.asText() + "'" : value.asText();
            values.add("arrow_cast(" + sql + ", '" + type + "')");
        }
        return values.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    // The bytes of each type: the hash of one row is that of its bytes.

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        CAST(-2 AS TINYINT)                                             | fe
        CAST(258 AS SMALLINT)                                           | 0201
        arrow_cast(65534, 'UInt16')                                     | feff
        arrow_cast(4294967294, 'UInt32')                                | feffffff
        arrow_cast(18446744073709551614, 'UInt64')                      | feffffffffffffff
        CAST(-1.5 AS DECIMAL(4, 1))                                     | f1ffffffffffffffffffffffffffffff
        CAST(1.5 AS DECIMAL(9, 1))                                      | 0f000000000000000000000000000000
        CAST(-15 AS DECIMAL(18, 0))                                     | f1ffffffffffffffffffffffffffffff
        CAST(-15 AS DECIMAL(38, 0))                                     | f1ffffffffffffffffffffffffffffff
        CAST(-15 AS DECIMAL(76, 0))                                     | f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        CAST(258 AS DECIMAL(76, 0))                                     | 0201000000000000000000000000000000000000000000000000000000000000
        arrow_cast(-15, 'Decimal256(10, 0)')                            | f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        DATE '1970-01-02'                                               | 01000000
        arrow_cast(TIMESTAMP '1970-01-01T00:00:01', 'Timestamp(Nanosecond, None)') | 00ca9a3b00000000
        arrow_cast(TIMESTAMP '1970-01-01T00:00:01', 'Timestamp(Second, None)')     | 0100000000000000
        INTERVAL '1 month 2 days 1 microsecond'                         | 0100000002000000e803000000000000
        x'00ff'                                                         | 00ff
        'é'                                                             | c3a9
        """)
    void valuesAreHashedByTheirBytes(String value, String bytes) throws InterruptedException {
        byte[] content = HexFormat.of().parseHex(bytes);
        var expected = new AttestationHash();
        expected.beginRow();
        expected.value(0, content, 0, content.length);
        expected.endRow();
        assertThat(one("SELECT attestation_hash(v) AS h FROM (SELECT " + value
                        + " AS v FROM tiny.blocks WHERE block_num = 1)"))
                .isEqualTo(line(HexFormat.of().formatHex(expected.finish())));
    }

    // As an aggregate.

    @Test
    void manyRowsInParallelGiveTheHashOfTheMultiset() throws InterruptedException {
        int rows = 300_000;
        var expected = new AttestationHash();
        byte[] bytes = new byte[Long.BYTES];
        for (long i = 1; i <= rows; i++) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(i % 1000);
            expected.beginRow();
            expected.value(0, bytes, 0, bytes.length);
            expected.endRow();
        }
        String source = " FROM (SELECT unnest(range(1, " + (rows + 1) + ")) % 1000 AS n)";
        String hash = line(HexFormat.of().formatHex(expected.finish()));
        assertThat(one("SELECT attestation_hash(n) AS h" + source)).isEqualTo(hash);
        assertThat(one("SELECT attestation_hash(n) AS h FROM (SELECT n" + source + " ORDER BY n DESC)"))
                .isEqualTo(hash);
    }

    @Test
    void usualRulesOfAggregatesHold() throws InterruptedException {
        String all = one("SELECT attestation_hash(v) AS h FROM (VALUES (1), (2)) AS t(v)");
        assertThat(one("SELECT attestation_hash(DISTINCT v) AS h FROM (VALUES (1), (2), (1)) AS t(v)"))
                .isEqualTo(all);
        assertThat(one("SELECT attestation_hash(v) FILTER (WHERE v < 3) AS h FROM (VALUES (1), (2), (3)) AS t(v)"))
                .isEqualTo(all);
        assertThat(one("SELECT attestation_hash(v) FILTER (WHERE v > 3) AS h FROM (VALUES (1)) AS t(v)"))
                .isEqualTo(line(NO_ROWS));
        assertThat(harness.rows(
                        "SELECT g, attestation_hash(v) AS h FROM (VALUES ('a', 1), ('b', 1), ('a', 2), ('b', 2))"
                                + " AS t(g, v) GROUP BY g HAVING attestation_hash(v) = (SELECT attestation_hash(v) FROM"
                                + " (VALUES (2), (1)) AS u(v)) ORDER BY g"))
                .hasSize(2);
        assertThat(harness.rows("SELECT attestation_hash(v) OVER (ORDER BY v) AS h FROM (VALUES (1), (2)) AS t(v)"))
                .hasSize(2)
                .contains(all);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        1.5e0                | hash column type Float64
        [1, 2]               | hash column type List(Int64)
        {'a': 1}             | hash column type Struct
        """)
    void otherTypesArePlanErrors(String value, String message) {
        var error = catchThrowableOfType(
                AmpException.class, () -> harness.plan("SELECT attestation_hash(" + value + ") AS h"));
        assertThat(error.code()).isEqualTo(QueryError.INVALID_PLAN);
        assertThat(error).hasMessageContaining(message);
    }

    @Test
    void needsAnArgument() {
        var error = catchThrowableOfType(AmpException.class, () -> harness.plan("SELECT attestation_hash() AS h"));
        assertThat(error).hasMessageContaining("'attestation_hash' does not support zero arguments");
    }
}
