package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonReader;
import io.amp.core.json.JsonWriter;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.error.AmpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowTypesTest {
    private static final String ITEM =
            "{\"name\":\"item\",\"data_type\":\"Utf8\",\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Null\"",
                "\"Boolean\"",
                "\"Int8\"",
                "\"UInt64\"",
                "\"Float16\"",
                "\"Utf8View\"",
                "\"BinaryView\"",
                "\"Date32\"",
                "\"Date64\"",
                "{\"Timestamp\":[\"Nanosecond\",\"+00:00\"]}",
                "{\"Timestamp\":[\"Second\",null]}",
                "{\"Time32\":\"Millisecond\"}",
                "{\"Time64\":\"Nanosecond\"}",
                "{\"Duration\":\"Second\"}",
                "{\"Interval\":\"MonthDayNano\"}",
                "{\"FixedSizeBinary\":32}",
                "{\"Decimal32\":[9,2]}",
                "{\"Decimal64\":[18,0]}",
                "{\"Decimal128\":[38,0]}",
                "{\"Decimal256\":[76,-3]}",
                "{\"List\":ITEM}",
                "{\"LargeList\":ITEM}",
                "{\"ListView\":ITEM}",
                "{\"LargeListView\":ITEM}",
                "{\"FixedSizeList\":[ITEM,4]}",
                "{\"Struct\":[ITEM,ITEM]}",
                "{\"Struct\":[]}",
                "{\"Dictionary\":[\"Int32\",\"Utf8\"]}",
                "{\"Union\":[[[0,ITEM],[5,ITEM]],\"Sparse\"]}",
                "{\"Union\":[[[1,ITEM]],\"Dense\"]}",
            })
    void everyTypeReadsAndWritesUnchanged(String text) {
        String json = text.replace("ITEM", ITEM);

        assertThat(throughArrow(json)).isEqualTo(json);
    }

    @Test
    void mapsAndRunEndsKeepTheirShape() {
        String key = ITEM.replace("item", "key").replace("true", "false");
        String entries = "{\"name\":\"entries\",\"data_type\":{\"Struct\":[" + key + "," + ITEM
                + "]},\"nullable\":false,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}";
        String map = "{\"Map\":[" + entries + ",true]}";
        String runEnds = "{\"RunEndEncoded\":[" + key.replace("key", "run_ends").replace("\"Utf8\"", "\"Int32\"") + ","
                + ITEM + "]}";

        assertThat(throughArrow(map)).isEqualTo(map);
        assertThat(throughArrow(runEnds)).isEqualTo(runEnds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Timestamp(Nanosecond, Some(\"UTC\")) | {\"Timestamp\":[\"Nanosecond\",\"UTC\"]}",
                "Timestamp(Nanosecond, None) | {\"Timestamp\":[\"Nanosecond\",null]}",
                "Timestamp(Second,Some(\"+00:00\")) | {\"Timestamp\":[\"Second\",\"+00:00\"]}",
                "Decimal128(38, 0) | {\"Decimal128\":[38,0]}",
                "Decimal256(76,-2) | {\"Decimal256\":[76,-2]}",
                "FixedSizeBinary(32) | {\"FixedSizeBinary\":32}",
                "Duration(Second) | {\"Duration\":\"Second\"}",
                "Time64(Nanosecond) | {\"Time64\":\"Nanosecond\"}",
                "Interval(DayTime) | {\"Interval\":\"DayTime\"}",
            })
    void aliasesAreWrittenBackAsObjects(String alias, String canonical) {
        assertThat(canonical(JsonWriter.compact(alias))).isEqualTo(canonical);
    }

    @Test
    void innerFieldsTakeAnyKeyOrderAndDefaults() {
        String shuffled = "{\"List\":{\"nullable\":true,\"x\":1,\"data_type\":\"Utf8\",\"name\":\"item\"}}";

        assertThat(canonical(shuffled)).isEqualTo("{\"List\":" + ITEM + "}");
    }

    @Test
    void innerFieldsKeepDictionaryAndSortedMetadata() {
        String inner =
                "{\"name\":\"item\",\"data_type\":{\"Dictionary\":[\"UInt8\",\"Utf8\"]},\"nullable\":true,\"dict_id\":7,"
                        + "\"dict_is_ordered\":true,\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}";
        String unsorted = inner.replace("\"a\":\"1\",\"b\":\"2\"", "\"b\":\"2\",\"a\":\"1\"");

        assertThat(canonical("{\"List\":" + unsorted + "}")).isEqualTo("{\"List\":" + inner + "}");
        assertThat(throughArrow("{\"List\":" + inner + "}")).isEqualTo("{\"List\":" + inner + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"Int128\" | type: unknown Arrow type 'Int128'",
                "\"utf8\" | type: unknown Arrow type 'utf8'",
                "\"List(Utf8)\" | type: unknown Arrow type 'List(Utf8)'",
                "{\"Foo\":1} | type: unknown Arrow type 'Foo'",
                "{\"FixedSizeBinary\":-1} | type.FixedSizeBinary: must be an integer from 0",
                "{\"FixedSizeBinary\":1.0} | type.FixedSizeBinary: must be an integer from 0",
                "{\"FixedSizeBinary\":\"32\"} | type.FixedSizeBinary: must be an integer",
                "{\"Time32\":\"Nanosecond\"} | type.Time32: 'Nanosecond' is not one of [Millisecond, Second]",
                "{\"Timestamp\":[\"Nanosecond\"]} | type.Timestamp: must be a list of 2, not of 1",
                "{\"Decimal128\":[39,0]} | type.Decimal128[0]: must be an integer from 1 to 38",
                "{\"List\":{\"name\":\"item\",\"type\":\"Utf8\",\"nullable\":true}} | type.List.data_type: missing",
                "{\"List\":{\"name\":\"item\",\"data_type\":\"Utf8\"}} | type.List.nullable: missing",
                "{\"Struct\":[{\"name\":\"a\",\"data_type\":\"X\",\"nullable\":true}]} | type.Struct[0].data_type: unknown Arrow type 'X'",
                "{} | type: an Arrow type is a string or an object with one key",
                "17 | type: must be an object, not a number",
            })
    void badTypesNameTheirPath(String json, String message) {
        assertThatThrownBy(() -> canonical(json))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.INVALID_MANIFEST))
                .hasMessageStartingWith(message);
    }

    @Test
    void textsForMessages() {
        assertThat(ArrowTypes.typeText(ArrowTypes.readType("a", "Utf8", true))).isEqualTo("Utf8");
        assertThat(ArrowTypes.typeText(ArrowTypes.readType("a", "Timestamp(Nanosecond, Some(\"+00:00\"))", true)))
                .isEqualTo("Timestamp(Nanosecond, Some(\"+00:00\"))");
    }

    private static String canonical(String json) {
        return JsonWriter.compact(
                ArrowTypeReader.type(new JsonNode("type", JsonReader.read(json), DatasetError.INVALID_MANIFEST)));
    }

    private static String throughArrow(String json) {
        return JsonWriter.compact(ArrowTypes.typeJson(ArrowTypes.readType("column", JsonReader.read(json), true)));
    }
}
