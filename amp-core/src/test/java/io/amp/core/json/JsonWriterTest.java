package io.amp.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void escapesOnlyWhatJsonDemands() {
        assertThat(JsonWriter.compact("\"\\\n\r\t\b\f\u0001\u001f/<é\u2028😀\u007f"))
                .isEqualTo("\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u001f/<é\u2028😀\u007f\"");
    }

    @Test
    void keysOrderByTheirUtf8Bytes() {
        Map<String, Object> map = new TreeMap<>(JsonWriter.KEY_ORDER);
        map.put("😀", 1L);
        map.put("\uFFFD", 2L);
        map.put("B", 3L);
        map.put("a", 4L);

        assertThat(JsonWriter.compact(map)).isEqualTo("{\"B\":3,\"a\":4,\"\uFFFD\":2,\"😀\":1}");
    }

    @Test
    void indentsByTwoAndKeepsEmptyContainersShort() {
        assertThat(JsonWriter.indented(new TreeMap<>(Map.of("a", List.of(1L, List.of()), "b", Map.of()))))
                .isEqualTo("{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}");
    }

    @Test
    void readingRefusesWhatIsNotOneDocument() {
        assertThatThrownBy(() -> JsonReader.read("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JsonReader.read("{} {}")).hasMessageContaining("more text after the value");
        assertThatThrownBy(() -> JsonReader.read("{\"a\":1,\n\"a\":2}")).hasMessageContaining("line 2");
        assertThatThrownBy(() -> JsonReader.read("[".repeat(300) + "]".repeat(300)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("depth");
        assertThatThrownBy(() -> JsonReader.read("{\"a\":NaN}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JsonReader.read("{\"a\":1,}")).isInstanceOf(IllegalArgumentException.class);
    }
}
