package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.adapters.query.type.SqlType;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.query.QueryError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of the functions specification, sections 11.1 to 11.10 and 11.14, through SQL. */
class EvmFunctionVectorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

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

    // Running.

    private record Result(SqlType type, Object value) {}

    /** The value of an expression, over constants and over the columns of a one-row table. */
    private static Result evaluate(String sql) {
        Plan plan = harness.plan(sql);
        SqlType type = ArrowTypes.fromField(plan.schema().fields().getFirst());
        try (BatchStream stream = harness.engine.execute(plan, harness.dataset.segments(), ExecutionOptions.UNLIMITED);
                RecordBatch batch = stream.next()) {
            return new Result(type, PlainValues.read(batch.root().getVector(0), 0));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a call with its arguments as constants, and as columns. */
    private static void check(String call, List<String> arguments, Consumer<Result> check) {
        check.accept(evaluate("SELECT " + fill(call, arguments) + " AS r"));
        if (!arguments.isEmpty()) {
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < arguments.size(); i++) {
                columns.add("a" + i);
            }
            check.accept(evaluate(
                    "SELECT " + fill(call, columns) + " AS r FROM (VALUES (" + String.join(", ", arguments) + ")) AS v("
                            + String.join(", ", columns) + ") CROSS JOIN tiny.blocks b WHERE b.block_num = 1"));
        }
    }

    private static String fill(String call, List<String> arguments) {
        String filled = call;
        for (int i = 0; i < arguments.size(); i++) {
            filled = filled.replace("{" + i + "}", arguments.get(i));
        }
        return filled;
    }

    // Notation.

    private static Stream<JsonNode> vectors(String name) {
        try (var in = EvmFunctionVectorTest.class.getResourceAsStream("functions/" + name + ".ndjson")) {
            List<JsonNode> vectors = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    vectors.add(JSON.readTree(line));
                }
            }
            return vectors.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** A binary in the notation of the specification: words, {@code >} right-padded, {@code =} exact. */
    private static String bytes(JsonNode node) {
        if (node.isNull()) {
            return "arrow_cast(NULL, 'Binary')";
        }
        if (node.isTextual()) {
            return "x'" + node.textValue() + "'";
        }
        return "x'" + hex(node) + "'";
    }

    private static String hex(JsonNode items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> {
                    String text = item.textValue();
                    if (text.startsWith("=")) {
                        return text.substring(1);
                    }
                    if (text.startsWith(">")) {
                        String digits = text.substring(1);
                        return digits + "0".repeat((64 - digits.length() % 64) % 64);
                    }
                    return "0".repeat(64 - text.length()) + text;
                })
                .collect(Collectors.joining());
    }

    private static String topic(JsonNode node) {
        return node.isNull()
                ? "arrow_cast(NULL, 'FixedSizeBinary(32)')"
                : "arrow_cast(" + bytes(node) + ", 'FixedSizeBinary(32)')";
    }

    /** A typed value as SQL. */
    private static String value(String type, JsonNode value) {
        if (value.isNull()) {
            return "arrow_cast(NULL, " + text(type) + ")";
        }
        if (type.startsWith("FixedSizeBinary")) {
            return "arrow_cast(x'" + value.textValue() + "', " + text(type) + ")";
        }
        if (type.startsWith("Decimal")) {
            String digits = value.asText();
            return "CAST(" + text(digits) + " AS DECIMAL" + type.substring(type.indexOf('(')) + ")";
        }
        if (type.startsWith("List<") || type.startsWith("FixedSizeList<")) {
            String element =
                    type.substring(type.indexOf('<') + 1, type.lastIndexOf('>')).split(",(?=\\d+$)")[0];
            String list = StreamSupport.stream(value.spliterator(), false)
                    .map(item -> value(element, item))
                    .collect(Collectors.joining(", ", "[", "]"));
            return type.startsWith("List")
                    ? list
                    : "arrow_cast(" + list + ", 'FixedSizeList(" + value.size() + ", " + element + ")')";
        }
        if (type.startsWith("Struct<")) {
            String[] types = type.substring(7, type.length() - 1).split(",(?![^<]*>)");
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < types.length; i++) {
                parts.add(value(types[i], value.get(i)));
            }
            return "struct(" + String.join(", ", parts) + ")";
        }
        return switch (type) {
            case "Utf8" -> text(value.asText());
            case "Binary" -> "x'" + value.textValue() + "'";
            case "Boolean" -> value.asText();
            default -> "arrow_cast(" + text(value.asText()) + ", " + text(type) + ")";
        };
    }

    private static Object plain(JsonNode node) {
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            node.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (node.isObject()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            node.properties().forEach(entry -> fields.put(entry.getKey(), plain(entry.getValue())));
            return fields;
        }
        return node.isNull() ? null : node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }

    private static Stream<DynamicTest> tests(String name, Consumer<JsonNode> check) {
        return vectors(name)
                .map(vector -> DynamicTest.dynamicTest(vector.get("id").textValue(), () -> check.accept(vector)));
    }

    // Vectors.

    @TestFactory
    Stream<DynamicTest> topics() {
        return tests(
                "topic",
                vector -> assertThat(evaluate(
                                "SELECT evm_topic(" + text(vector.get("sig").textValue()) + ") AS t"))
                        .isEqualTo(new Result(
                                new SqlType.FixedBinary(32), vector.get("out").textValue())));
    }

    @TestFactory
    Stream<DynamicTest> logs() {
        return tests("log", vector -> {
            JsonNode topics = vector.get("topics");
            List<String> arguments = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                JsonNode topic = topics.get(i);
                arguments.add(
                        topic.isNull() ? topic(topic) : "arrow_cast(" + bytes(topic) + ", 'FixedSizeBinary(32)')");
            }
            arguments.add(bytes(vector.get("data")));
            check(
                    "evm_decode_log({0}, {1}, {2}, {3}, "
                            + text(vector.get("sig").textValue()) + ")",
                    arguments,
                    result -> checkStruct(result, vector.get("out")));
        });
    }

    private static void checkStruct(Result result, JsonNode out) {
        if (out.isNull()) {
            assertThat(result.value()).isNull();
            return;
        }
        var struct = (SqlType.Struct) result.type();
        List<String> types = new ArrayList<>();
        Map<String, Object> values = new LinkedHashMap<>();
        out.properties().forEach(entry -> {
            types.add(entry.getKey() + ": " + entry.getValue().get(0).textValue());
            values.put(entry.getKey(), plain(entry.getValue().get(1)));
        });
        assertThat(struct.members().stream().map(m -> m.name() + ": " + PlainValues.type(m.type())))
                .containsExactlyElementsOf(types);
        assertThat(struct.members()).allMatch(SqlType.Member::nullable);
        // A struct without fields is carried as a truth value on the way and as an empty struct in the end.
        assertThat(result.value()).isEqualTo(values);
    }

    @TestFactory
    Stream<DynamicTest> calls() {
        return tests(
                "dparams",
                vector -> check(
                        "evm_decode_params({0}, " + text(vector.get("sig").textValue()) + ")",
                        List.of(bytes(vector.get("data"))),
                        result -> checkStruct(result, vector.get("out"))));
    }

    @TestFactory
    Stream<DynamicTest> results() {
        return tests(
                "dres",
                vector -> check(
                        "evm_decode_results({0}, " + text(vector.get("sig").textValue()) + ")",
                        List.of(bytes(vector.get("data"))),
                        result -> checkStruct(result, vector.get("out"))));
    }

    @TestFactory
    Stream<DynamicTest> values() {
        return tests(
                "dtype",
                vector -> check(
                        "evm_decode_type({0}, " + text(vector.get("type").textValue()) + ")",
                        List.of(bytes(vector.get("data"))),
                        result -> {
                            assertThat(PlainValues.type(result.type()))
                                    .isEqualTo(vector.get("arrow").textValue());
                            assertThat(result.value()).isEqualTo(plain(vector.get("out")));
                        }));
    }

    @TestFactory
    Stream<DynamicTest> encodedCalls() {
        return tests("eparams", vector -> {
            List<String> arguments = new ArrayList<>();
            vector.get("args")
                    .forEach(argument -> arguments.add(value(argument.get(0).textValue(), argument.get(1))));
            var call = new StringBuilder("evm_encode_params(");
            for (int i = 0; i < arguments.size(); i++) {
                call.append('{').append(i).append("}, ");
            }
            check(
                    call + text(vector.get("sig").textValue()) + ")",
                    arguments,
                    result -> assertThat(result.value()).isEqualTo(hex(vector.get("out"))));
        });
    }

    @TestFactory
    Stream<DynamicTest> encodedValues() {
        return tests("etype", vector -> {
            JsonNode argument = vector.get("arg");
            String type = text(vector.get("type").textValue());
            String encoded = "evm_encode_type({0}, " + type + ")";
            List<String> arguments = List.of(value(argument.get(0).textValue(), argument.get(1)));
            check(encoded, arguments, result -> assertThat(result.value()).isEqualTo(hex(vector.get("out"))));
            check(
                    "evm_encode_type(evm_decode_type(" + encoded + ", " + type + "), " + type + ")",
                    arguments,
                    result -> assertThat(result.value()).isEqualTo(hex(vector.get("out"))));
        });
    }

    @TestFactory
    Stream<DynamicTest> shifts() {
        return tests("shift", vector -> {
            JsonNode value = vector.get("value");
            JsonNode units = vector.get("units");
            check(
                    "shift_units({0}, {1})",
                    List.of(
                            value(value.get(0).textValue(), value.get(1)),
                            units.isTextual() ? text(units.textValue()) : units.asText()),
                    result -> assertThat(result.value())
                            .isEqualTo(vector.get("out").textValue()));
        });
    }

    @TestFactory
    Stream<DynamicTest> hexTexts() {
        return tests(
                "dechex",
                vector -> check(
                        "evm_decode_hex({0})",
                        List.of(value(
                                vector.get("arg").get(0).textValue(),
                                vector.get("arg").get(1))),
                        result -> assertThat(result.value()).isEqualTo(plain(vector.get("out")))));
    }

    @TestFactory
    Stream<DynamicTest> hexBytes() {
        return tests("enchex", vector -> {
            Result result =
                    evaluate("SELECT evm_encode_hex(" + text(vector.get("arg").textValue()) + ") AS h");
            assertThat(PlainValues.type(result.type()))
                    .isEqualTo(vector.get("out").get(0).textValue());
            assertThat(result.value()).isEqualTo(vector.get("out").get(1).textValue());
        });
    }

    // Errors, section 11.14.

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        evm_topic('Foo(uint7 x)') | invalid size for type: uint7
        evm_topic('Foo(IERC20 t)') | invalid type string: IERC20
        evm_topic('Foo(uint256 x') | parse event signature
        evm_topic('Foo(uint256[0] x)') | parse event signature
        evm_topic('Ev(uint256 a) anonymous') | anonymous event Ev has no topic0
        evm_topic(value) | evm_topic: expected scalar argument for the signature but got Utf8
        evm_decode_log(topic1, topic2, topic3, data, 'F(uint256 indexed a,uint256 indexed b,uint256 indexed c,uint256 indexed d)') | event can only have 3 indexed parameters but has 4
        evm_decode_log(topic1, topic2, data, 'Transfer(address,address,uint256)') | No function matches
        evm_decode_params(data, value) | evm_decode_params: expected a string literal for the signature
        evm_decode_log(topic1, topic2, topic3, data, NULL) | expected Utf8
        evm_encode_params(evm_encode_hex('0x1111111111111111111111111111111111111111'), 'transfer(address to, uint256 amount)') | expected 2 arguments for the function signature but got 1
        evm_encode_type(CAST(-2 AS TINYINT), 'uint8') | expected int type, got uint8
        evm_encode_type(CAST(-2 AS TINYINT), 'string') | expected int type, got string
        evm_encode_type('str', 'uint256') | cannot convert string to solidity type uint256
        evm_encode_type(CAST(635 AS DECIMAL(39,1)), 'uint256') | Unsupported type Decimal256(39, 1) for Solidity type uint256
        evm_encode_type(CAST(635 AS DECIMAL(38,1)), 'uint128') | Unsupported type Decimal128(38, 1) for Solidity type uint128
        evm_encode_type(arrow_cast(300, 'UInt16'), 'uint8') | cannot convert uint to solidity uint8: 300 not in [0, 256)
        evm_encode_type(arrow_cast(128, 'Int16'), 'int8') | cannot convert int to solidity int8: 128 not in [-128, 127]
        evm_encode_hex('0x123') | evm_encode_hex: invalid hex string: odd number of digits
        evm_encode_hex('') | expected 20 or 32 bytes, got 0
        evm_encode_hex('0x1234') | expected 20 or 32 bytes, got 2
        evm_encode_hex('0xzz') | invalid character 'z' at position 0
        evm_encode_hex(NULL) | evm_encode_hex: input cannot be null
        evm_encode_hex(value) | evm_encode_hex: expected scalar argument but got Utf8
        evm_encode_hex() | 'evm_encode_hex' does not support zero arguments
        evm_decode_hex(1) | No function matches the given name and argument types
        shift_units('not_a_number', 18) | shift_units: failed to parse value: invalid digit found in string
        shift_units('1.5', 'not_a_number') | shift_units: failed to parse integer: invalid digit found in string
        shift_units(NULL, 18) | shift_units: expected numeric type or Utf8 for first argument, got Null
        shift_units('1.5', NULL) | shift_units: expected numeric type for second argument, got Null
        shift_units(value, 33) | shift_units: units must be between -32 and 32
        shift_units(value, -33) | shift_units: units must be between -32 and 32
        block_num() | block_num() is only supported in streaming queries
        evm_decode_results(x'00', 'f()') | returns
        evm_topic() | 'evm_topic' does not support zero arguments
        evm_decode_log(miner, topic2, topic3, data, 'Transfer(address,address,uint256)') | No function matches
        "EVM_TOPIC"('Foo(uint256 x)') | Invalid function 'EVM_TOPIC'. Did you mean 'evm_topic'?
        a.b.fn(1) | Catalog-qualified function references are not supported
        a.b.c.fn(1) | Invalid function format
        """)
    void mistakesArePlanErrors(String call, String message) {
        AmpException failure = catchThrowableOfType(
                AmpException.class,
                () -> harness.plan("SELECT " + call
                        + " AS r FROM tiny.logs JOIN tiny.transactions t USING (tx_hash) CROSS JOIN (SELECT"
                        + " miner FROM tiny.blocks)"));
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.code()).isEqualTo(QueryError.INVALID_PLAN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        shift_units(concat('x', value), 1) | shift_units: failed to convert String to BigDecimal: invalid digit found in string
        evm_encode_type(arrow_cast(gas_used, 'Int64'), 'int8') | cannot convert int to solidity int8: 21000 not in [-128, 127]
        shift_units(value, CAST(gas_used AS BIGINT)) | units must be between -32 and 32 (got 21000)
        """)
    void badValuesInColumnsFailTheQuery(String call, String message) {
        AmpException failure = catchThrowableOfType(
                AmpException.class, () -> harness.rows("SELECT " + call + " AS r FROM tiny.transactions"));
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.code()).isEqualTo(QueryError.INVALID_DATA);
    }
}
