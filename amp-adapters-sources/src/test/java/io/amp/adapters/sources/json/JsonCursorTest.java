package io.amp.adapters.sources.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {
    private final JsonCursor cursor = new JsonCursor();

    private JsonCursor at(String text) {
        return at(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonCursor at(byte[] text) {
        cursor.reset(Arrays.copyOf(text, text.length + JsonCursor.PADDING), 0, text.length);
        return cursor;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                " false ",
                "0",
                "-0",
                "12",
                "-1.5e+10",
                "1E9",
                "\"\"",
                "\"plain\"",
                "\"\\u0041\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
                "[]",
                "[ ]",
                "{ }",
                "[1,[2,{}],\"]\"]",
                "{\"a\":{\"b\":[null]},\"\\u0061\":\"}\"}",
                "\"é😀\u007f\""
            })
    void walksOverJson(String json) {
        at(json).skipValue();
        cursor.expectEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nul",
                "nulL",
                "tru",
                "+1",
                "01",
                "1.",
                ".5",
                "1e",
                "-",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "\"\u0000\"",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{",
                "{}}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,\"a\":1}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "[1]]",
                "1 2",
                "NaN",
                "<html>"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> {
                    at(text).skipValue();
                    cursor.expectEnd();
                })
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("at byte");
    }

    @Test
    void refusesDepthWithoutEnd() {
        assertThatThrownBy(() -> at("[".repeat(100_000)).skipValue()).isInstanceOf(MalformedJsonException.class);
        at("[".repeat(128) + "]".repeat(128)).skipValue();
        cursor.expectEnd();
    }

    /** Random bytes over an alphabet of JSON: what Jackson takes and what this takes is the same. */
    @Test
    void agreesWithJackson() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        ObjectMapper jackson = new ObjectMapper(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder().build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"b\\n\"",
            "\"\\u00e9\"",
            "1",
            "-2",
            "0.5",
            "1e3",
            "true",
            "null",
            " ",
            "\"",
            "\\",
            "x"
        };
        int accepted = 0;
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 1 + random.nextInt(9); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            boolean valid;
            try {
                valid = !jackson.readTree(text.toString()).isMissingNode();
            } catch (JsonProcessingException e) {
                valid = false;
            }
            boolean taken;
            try {
                at(text.toString()).skipValue();
                cursor.expectEnd();
                taken = true;
            } catch (MalformedJsonException e) {
                taken = false;
            }
            assertThat(taken).as("%s, -Damp.seed=%s", text, seed).isEqualTo(valid);
            accepted += valid ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    @Test
    void readsQuantities() {
        expectQuantity("\"0x0\"", "0");
        expectQuantity("\"0x\"", "0");
        expectQuantity("\"0xFf\"", "255");
        expectQuantity("\"0x\\u0031\"", "1");
        expectQuantity("17", "17");
        expectQuantity("\"17\"", "17");
        expectQuantity("\"0x" + "0".repeat(60) + "1f\"", "31");
        expectQuantity("\"0x" + "f".repeat(16) + "\"", "18446744073709551615");
        expectQuantity("\"0x1" + "0".repeat(16) + "\"", "18446744073709551616");
        expectQuantity("18446744073709551616", "18446744073709551616");
        String most = BigInteger.TWO.pow(256).subtract(BigInteger.ONE).toString();
        expectQuantity("\"0x" + "f".repeat(64) + "\"", most);
        expectQuantity(most, most);
        for (String wrong : new String[] {
            "\"\"",
            "\"x\"",
            "\"0xg\"",
            "\"-1\"",
            "-1",
            "1.0",
            "1e3",
            "true",
            "{}",
            "[1]",
            "\"0x1" + "0".repeat(64) + "\"",
            BigInteger.TWO.pow(256).toString(),
            "\"0x 1\"",
            "\"1 \""
        }) {
            assertThat(at(wrong).quantity(new Quantity())).as(wrong).isFalse();
        }
    }

    private void expectQuantity(String json, String expected) {
        Quantity quantity = new Quantity();
        assertThat(at(json).quantity(quantity)).as(json).isTrue();
        cursor.expectEnd();
        assertThat(quantity.toBigInteger()).as(json).isEqualTo(expected);
    }

    @Test
    void knowsWhatFitsADecimal() {
        BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
        Quantity quantity = new Quantity();
        assertThat(at(most.toString()).quantity(quantity)).isTrue();
        assertThat(quantity.fitsDecimal38()).isTrue();
        assertThat(at(most.add(BigInteger.ONE).toString()).quantity(quantity)).isTrue();
        assertThat(quantity.fitsDecimal38()).isFalse();
        assertThat(at(BigInteger.ONE.shiftLeft(128).toString()).quantity(quantity))
                .isTrue();
        assertThat(quantity.fitsDecimal38()).isFalse();
    }

    @Test
    void readsPaddedNumbersAsBytes() {
        byte[] bytes = new byte[4];
        assertThat(at("\"0x1\"").paddedBytes(bytes, 0, 4)).isTrue();
        assertThat(bytes).containsExactly(0, 0, 0, 1);
        assertThat(at("\"0x00abcdef12\"").paddedBytes(bytes, 0, 4)).isTrue();
        assertThat(bytes).containsExactly(0xab, 0xcd, 0xef, 0x12);
        assertThat(at("\"0x\"").paddedBytes(bytes, 0, 4)).isTrue();
        assertThat(bytes).containsExactly(0, 0, 0, 0);
        assertThat(at("\"0x\\u0031f\"").paddedBytes(bytes, 0, 4)).isTrue();
        assertThat(bytes).containsExactly(0, 0, 0, 0x1f);
        assertThat(at("\"0x1abcdef12\"").paddedBytes(bytes, 0, 4)).isFalse();
        assertThat(at("\"0xg\"").paddedBytes(bytes, 0, 4)).isFalse();
        assertThat(at("7").paddedBytes(bytes, 0, 4)).isFalse();
    }

    @Test
    void findsFieldsByNameWhateverTheirLength() {
        String[] names = {
            "a", "ab", "number", "sevenle", "eightlen", "ninechars", "parentBeaconBlockRoot", "parentBeaconBl0ckRoot"
        };
        FieldNames fields = FieldNames.of(names);
        for (int i = 0; i < names.length; i++) {
            at("{\"" + names[i] + "\":1}").enterObject();
            assertThat(cursor.nextField(fields)).as(names[i]).isEqualTo(i);
            at("{\"" + names[i].substring(1) + "\\u0000\":1}").enterObject();
            assertThat(cursor.nextField(fields)).isEqualTo(JsonCursor.UNKNOWN);
        }
        at("{\"\":1}").enterObject();
        assertThat(cursor.nextField(fields)).isEqualTo(JsonCursor.UNKNOWN);
        at("{\"n\\u0075mber\":1}").enterObject();
        assertThat(cursor.nextField(fields)).isEqualTo(2);
    }

    @Test
    void unescapesStrings() {
        assertThat(at("\"a\\u00e9\\ud83d\\ude00\\\\\\n\\ud800x\"").string()).isEqualTo("aé😀\\\n?x");
        assertThat(at("\"é😀\"").string()).isEqualTo("é😀");
        assertThat(at("\"\\n" + "long".repeat(1000) + "\"").string()).isEqualTo("\n" + "long".repeat(1000));
    }
}
