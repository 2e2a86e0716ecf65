package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HexTest {
    static List<JsonNode> texts() {
        return Vectors.read("enchex.ndjson");
    }

    static List<JsonNode> binaries() {
        return Vectors.read("dechex.ndjson").stream()
                .filter(vector -> !vector.get("arg").get(1).isNull())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textToBytes(JsonNode vector) {
        assertThat(Vectors.hex(Hex.parseAddressOrHash(vector.get("arg").textValue())))
                .isEqualTo(vector.get("out").get(1).textValue());
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void bytesToText(JsonNode vector) {
        byte[] bytes = Vectors.bytes(vector.get("arg").get(1));
        byte[] text = new byte[2 + 2 * bytes.length];
        Hex.write(bytes, 0, bytes.length, text, 0);
        assertThat(new String(text, StandardCharsets.US_ASCII))
                .isEqualTo(vector.get("out").textValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x123 | invalid hex string: odd number of digits",
                "'' | expected 20 or 32 bytes, got 0",
                "0x1234 | expected 20 or 32 bytes, got 2",
                "0xzz | invalid hex string: invalid character 'z' at position 0",
                "0x12xy | invalid hex string: invalid character 'x' at position 2",
                "0xz | invalid hex string: odd number of digits",
                "0x1😀 | invalid hex string: invalid character '😀' at position 1",
                "0x１２ | invalid hex string: invalid character '１' at position 0"
            })
    void badText(String text, String message) {
        assertThatThrownBy(() -> Hex.parseAddressOrHash(text)).hasMessage(message);
    }
}
