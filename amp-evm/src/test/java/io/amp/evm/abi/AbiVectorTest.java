package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of the functions specification, sections 11.1 to 11.8. */
class AbiVectorTest {
    static List<JsonNode> topics() {
        return Vectors.read("topic.ndjson");
    }

    static List<JsonNode> selectors() {
        return Vectors.read("selector.ndjson");
    }

    static List<JsonNode> logs() {
        return Vectors.read("log.ndjson");
    }

    static List<JsonNode> calls() {
        return Vectors.read("dparams.ndjson");
    }

    static List<JsonNode> encodedCalls() {
        return Vectors.read("eparams.ndjson");
    }

    static List<JsonNode> encodedValues() {
        return Vectors.read("etype.ndjson");
    }

    static List<JsonNode> values() {
        return Vectors.read("dtype.ndjson");
    }

    static List<JsonNode> results() {
        return Vectors.read("dres.ndjson");
    }

    @ParameterizedTest
    @MethodSource("topics")
    void eventHash(JsonNode vector) {
        assertThat(Vectors.hex(AbiEvent.parse(vector.get("sig").textValue()).topic0()))
                .isEqualTo(vector.get("out").textValue());
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void selector(JsonNode vector) {
        assertThat(Vectors.hex(AbiFunction.parse(vector.get("sig").textValue()).selector()))
                .isEqualTo(vector.get("out").textValue());
    }

    @ParameterizedTest
    @MethodSource("logs")
    void decodedLog(JsonNode vector) {
        AbiEvent event = AbiEvent.parse(vector.get("sig").textValue());
        var topics = new ArrayList<byte[]>();
        vector.get("topics").forEach(topic -> topics.add(Vectors.bytes(topic)));
        List<Object> actual = AbiObjects.decodeLog(event, topics, Vectors.bytes(vector.get("data")));
        List<ValueType.Field> fields = LogDecoder.of(event).fields();
        if (vector.get("out").isNull()) {
            assertThat(fields).isEmpty();
        } else {
            assertFields(fields, actual, vector.get("out"));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void decodedCall(JsonNode vector) {
        AbiFunction function = AbiFunction.parse(vector.get("sig").textValue());
        byte[] input = Vectors.bytes(vector.get("data"));
        if (vector.get("out").isNull()) {
            assertThat(input == null ? null : AbiObjects.decodeCall(function, input))
                    .isNull();
        } else {
            assertFields(CallDecoder.of(function).fields(), AbiObjects.decodeCall(function, input), vector.get("out"));
        }
    }

    @ParameterizedTest
    @MethodSource("results")
    void decodedResults(JsonNode vector) {
        List<AbiParameter> outputs =
                AbiFunction.parse(vector.get("sig").textValue()).outputs();
        List<Object> actual =
                AbiObjects.decode(outputs.stream().map(AbiParameter::type).toList(), Vectors.bytes(vector.get("data")));
        if (vector.get("out").isNull()) {
            assertThat(actual).isNull();
        } else {
            assertFields(ValueType.struct(outputs).fields(), actual, vector.get("out"));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void decodedValue(JsonNode vector) {
        AbiType type = AbiType.parse(vector.get("type").textValue());
        assertThat(compact(ValueType.of(type))).isEqualTo(vector.get("arrow").textValue());
        byte[] data = Vectors.bytes(vector.get("data"));
        List<Object> actual = data == null ? null : AbiObjects.decode(List.of(type), data);
        if (vector.get("out").isNull()) {
            assertThat(actual).isNull();
        } else {
            assertThat(rendered(actual.getFirst())).isEqualTo(rendered(vector.get("out")));
        }
    }

    @ParameterizedTest
    @MethodSource("encodedCalls")
    void encodedCall(JsonNode vector) {
        var types = new ArrayList<ValueType>();
        var columns = new ArrayList<AbiSource>();
        for (JsonNode argument : vector.get("args")) {
            ValueType type = JsonColumn.type(argument.get(0).textValue());
            types.add(type);
            columns.add(new JsonColumn(type, List.of(argument.get(1))));
        }
        var out = new AbiWriter();
        AbiFunction function = AbiFunction.parse(vector.get("sig").textValue());
        assertThat(AbiEncoder.ofCall(function, types).encode(columns, 0, out)).isTrue();
        assertThat(Vectors.hex(out.toByteArray())).isEqualTo(Vectors.hex(Vectors.bytes(vector.get("out"))));
        assertThat(AbiObjects.decodeCall(function, out.toByteArray())).hasSize(types.size());
    }

    @ParameterizedTest
    @MethodSource("encodedValues")
    void encodedValueDecodesBack(JsonNode vector) {
        AbiType type = AbiType.parse(vector.get("type").textValue());
        ValueType from = JsonColumn.type(vector.get("arg").get(0).textValue());
        var column = new JsonColumn(from, List.of(vector.get("arg").get(1)));
        var out = new AbiWriter();
        assertThat(AbiEncoder.ofValue(type, from).encode(List.of(column), 0, out))
                .isTrue();
        assertThat(Vectors.hex(out.toByteArray())).isEqualTo(Vectors.hex(Vectors.bytes(vector.get("out"))));
        List<Object> back = AbiObjects.decode(List.of(type), out.toByteArray());
        assertThat(rendered(back.getFirst()))
                .isEqualTo(rendered(vector.get("arg").get(1)));
    }

    private static void assertFields(List<ValueType.Field> fields, List<Object> actual, JsonNode expected) {
        var expectedFields = new ArrayList<Map.Entry<String, JsonNode>>(expected.properties());
        assertThat(fields).hasSameSizeAs(expectedFields);
        assertThat(actual).hasSameSizeAs(expectedFields);
        for (int i = 0; i < fields.size(); i++) {
            JsonNode typed = expectedFields.get(i).getValue();
            assertThat(fields.get(i).name()).isEqualTo(expectedFields.get(i).getKey());
            assertThat(compact(fields.get(i).type())).isEqualTo(typed.get(0).textValue());
            assertThat(rendered(actual.get(i))).isEqualTo(rendered(typed.get(1)));
        }
    }

    private static String compact(ValueType type) {
        return type.toString().replace(" ", "");
    }

    /** Both sides as text: the vectors write numbers as text, binary as hex and structs as objects. */
    private static String rendered(Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> Vectors.hex(bytes);
            case List<?> list ->
                list.stream().map(AbiVectorTest::rendered).toList().toString();
            case JsonNode node -> {
                if (!node.isContainerNode()) {
                    yield node.asText();
                }
                var items = new ArrayList<String>();
                node.forEach(item -> items.add(rendered(item)));
                yield items.toString();
            }
            case BigInteger integer -> integer.toString();
            default -> value.toString();
        };
    }
}
