package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AbiDecoderTest {
    private static String word(long value) {
        return Vectors.hex(BigInteger.valueOf(value)
                        .add(BigInteger.ONE.shiftLeft(256))
                        .toByteArray())
                .substring(2);
    }

    private static boolean accepts(String type, String hex) {
        byte[] data = Vectors.hex(hex);
        return AbiDecoder.of(List.of(AbiType.parse(type))).accepts(data, 0, data.length);
    }

    @Test
    void sharedTailsAreReadableButCannotBlowUp() {
        String few = word(32) + word(4) + word(128).repeat(4) + word(2) + word(7) + word(8);
        assertThat(AbiObjects.decode(List.of(AbiType.parse("uint256[][]")), Vectors.hex(few)))
                .isEqualTo(List.of(Collections.nCopies(4, List.of(BigInteger.valueOf(7), BigInteger.valueOf(8)))));
        // 1,000 offsets that all lead to the same 1,000 numbers: 64 kB that would become a million values.
        String many = word(32) + word(1000) + word(32_000).repeat(1000) + word(1000) + word(1).repeat(1000);
        assertThat(accepts("uint256[][]", many)).isFalse();
        String texts = word(32) + word(1000) + word(32_000).repeat(1000) + word(32_000) + word(1).repeat(1000);
        assertThat(accepts("string[]", texts)).isFalse();
    }

    @Test
    void countsThatOverflowAreRefusedBeforeAnythingIsSized() {
        for (String count :
                new String[] {word(Long.MAX_VALUE), word(1L << 59), word(1L << 32), word(-1), "80" + "00".repeat(31)}) {
            assertThat(accepts("uint256[]", word(32) + count + word(1).repeat(3)))
                    .isFalse();
            assertThat(accepts("uint8[65535][]", word(32) + count + word(1).repeat(3)))
                    .isFalse();
            assertThat(accepts("bytes", word(32) + count + word(1).repeat(3))).isFalse();
            assertThat(accepts("uint256[]", count + word(1).repeat(3))).isFalse();
            assertThat(accepts("(uint256,string)", count + word(1).repeat(3))).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "16 | bool | true",
                "17 | bool | false",
                "15 | string | true",
                "16 | string | false",
                "14 | bool[] | true",
                "15 | bool[] | false"
            })
    void depthIsBounded(int tuples, String leaf, boolean readable) {
        String type = "(".repeat(tuples) + leaf + ")".repeat(tuples);
        boolean dynamic = AbiType.parse(type).isDynamic();
        String data = dynamic ? word(32).repeat(tuples + 1) + word(1) + word(1) : word(1);
        assertThat(accepts(type, data)).isEqualTo(readable);
    }

    @Test
    void anEmptyArrayCostsOneLevelLess() {
        String type = "uint256" + "[]".repeat(8);
        assertThat(accepts("(" + type + ")", word(32).repeat(2) + (word(1) + word(32)).repeat(7) + word(0)))
                .isTrue();
        assertThat(accepts("(" + type + ")", word(32).repeat(2) + (word(1) + word(32)).repeat(7) + word(1) + word(5)))
                .isFalse();
    }

    @Test
    void aSliceOfALargerArrayIsDecodedByItself() {
        byte[] data = Vectors.hex("ff" + word(32) + word(3) + "616263" + "64");
        AbiDecoder decoder = AbiDecoder.of(List.of(new AbiType.Text()));
        assertThat(decoder.accepts(data, 1, 67)).isTrue();
        assertThat(decoder.accepts(data, 1, 66)).isFalse();
        assertThat(decoder.parameterCount()).isEqualTo(1);
    }

    /** The Unicode standard, table 3-8, and the WHATWG encoding standard. */
    @ParameterizedTest
    @CsvSource({
        "61f18080e180c262806380bf64, a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd",
        "c0af, \ufffd\ufffd",
        "e0809f, \ufffd\ufffd\ufffd",
        "f08282ac, \ufffd\ufffd\ufffd\ufffd",
        "f4908080, \ufffd\ufffd\ufffd\ufffd",
        "f09f98, \ufffd",
        "eda0bdedb880, \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd",
        "f09f9880, \ud83d\ude00",
        "6162636465666768696a6bff, abcdefghijk\ufffd"
    })
    void invalidTextIsRepaired(String hex, String text) {
        byte[] bytes = Vectors.hex(hex);
        assertThat(new String(Utf8.repair(bytes, 0, bytes.length), StandardCharsets.UTF_8))
                .isEqualTo(text);
        byte[] good = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(java.util.Arrays.equals(bytes, good));
        assertThat(Utf8.isValid(good, 0, good.length)).isTrue();
    }
}
