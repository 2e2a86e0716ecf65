package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitShiftTest {
    private final UnitShift shift = new UnitShift();

    static List<JsonNode> vectors() {
        return Vectors.read("shift.ndjson");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void vector(JsonNode vector) {
        String type = vector.get("value").get(0).textValue();
        String value = vector.get("value").get(1).textValue();
        int units = vector.get("units").isTextual()
                ? UnitShift.parseUnits(vector.get("units").textValue())
                : vector.get("units").intValue();
        int length;
        if (type.equals("Utf8")) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            length = shift.shift(text, 0, text.length, units);
        } else if (type.startsWith("Int") || type.startsWith("UInt")) {
            length = shift.shift(new BigInteger(value).longValue(), type.startsWith("Int"), units);
        } else if (type.equals("Float64")) {
            length = shift.shift(Double.parseDouble(value), units);
        } else if (type.equals("Float32")) {
            length = shift.shift(Float.parseFloat(value), units);
        } else {
            int scale = Integer.parseInt(type.substring(type.indexOf(',') + 1, type.length() - 1));
            byte[] word = new byte[32];
            Word.write(new BigDecimal(value).setScale(scale).unscaledValue(), word, 0);
            length = shift.shiftDecimal(word, 0, scale, units);
        }
        assertThat(result(length)).isEqualTo(vector.get("out").textValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                ".",
                "e5",
                "1e",
                "1e+",
                "1.2.3",
                "_1",
                "1 ",
                " 1",
                "1e5.0",
                "0x10",
                "1e_5",
                "--1",
                "NaN",
                "1f",
                "not_a_number",
                "١"
            })
    void badText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(shift.shift(bytes, 0, bytes.length, 0)).isEqualTo(UnitShift.INVALID);
        assertThat(shift.problem()).isEqualTo("invalid digit found in string");
    }

    @Test
    void hugeTextIsRefusedBeforeAnythingIsBuilt() {
        byte[] exponent = "1e999999999".getBytes(StandardCharsets.UTF_8);
        assertThat(shift.shift(exponent, 0, exponent.length, 0)).isEqualTo(UnitShift.INVALID);
        assertThat(shift.problem()).contains("1024");
        byte[] text = "1".repeat(1025).getBytes(StandardCharsets.UTF_8);
        assertThat(shift.shift(text, 0, text.length, 0)).isEqualTo(UnitShift.INVALID);
        assertThat(shift.problem()).contains("1024");
        assertThat(shift.shift(text, 0, 1024, 32)).isEqualTo(1056);
        byte[] edge = "1e-1024".getBytes(StandardCharsets.UTF_8);
        assertThat(result(shift.shift(edge, 0, edge.length, -32))).isEqualTo("0." + "0".repeat(1055) + "1");
    }

    @Test
    void notFinite() {
        assertThat(shift.shift(Double.NaN, 0)).isEqualTo(UnitShift.INVALID);
        assertThat(shift.problem()).isEqualTo("failed to parse float64");
        assertThat(shift.shift(Float.NEGATIVE_INFINITY, 0)).isEqualTo(UnitShift.INVALID);
        assertThat(shift.problem()).isEqualTo("failed to parse float32");
    }

    @ParameterizedTest
    @CsvSource({
        "0.1,1,1",
        "65504,0,65500",
        "0.00006104,0,0.00006104",
        "-2,3,-2000",
        "0.3333,0,0.3333",
        "0.00000006,0,0.00000006"
    })
    void half(float value, int units, String expected) {
        assertThat(result(shift.shiftHalf(Float.floatToFloat16(value), units))).isEqualTo(expected);
    }

    @Test
    void units() {
        assertThatThrownBy(() -> UnitShift.requireUnits(BigInteger.valueOf(33)))
                .hasMessage("units must be between -32 and 32 (got 33)");
        assertThatThrownBy(() -> UnitShift.parseUnits("not_a_number"))
                .hasMessage("failed to parse integer: invalid digit found in string");
        assertThat(UnitShift.parseUnits("-32")).isEqualTo(-32);
        assertThat(UnitShift.parseUnits("+7")).isEqualTo(7);
    }

    @Test
    void agreesWithBigDecimal() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String digits = new BigInteger(random.nextInt(1, 300), random).toString();
            int point = random.nextInt(digits.length() + 1);
            String text = (random.nextBoolean() ? "-" : "") + digits.substring(0, point) + "." + digits.substring(point)
                    + (random.nextBoolean() ? "e" + random.nextInt(-40, 41) : "");
            int units = random.nextInt(-32, 33);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            BigDecimal expected = new BigDecimal(text).scaleByPowerOfTen(units);
            String plain =
                    expected.signum() == 0 ? "0" : expected.stripTrailingZeros().toPlainString();
            assertThat(result(shift.shift(bytes, 0, bytes.length, units)))
                    .as("-Damp.seed=%d: %s by %d", seed, text, units)
                    .isEqualTo(plain);
        }
    }

    private String result(int length) {
        return new String(shift.array(), 0, length, StandardCharsets.US_ASCII);
    }
}
