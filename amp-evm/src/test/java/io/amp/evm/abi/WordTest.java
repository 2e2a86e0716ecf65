package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    /** Around every power of two and of ten, and random ones of every length. */
    private static List<BigInteger> words(Random random) {
        var words = new ArrayList<BigInteger>();
        for (int bits = 0; bits <= 256; bits++) {
            for (int delta = -2; delta <= 2; delta++) {
                words.add(BigInteger.ONE.shiftLeft(bits).add(BigInteger.valueOf(delta)));
            }
            words.add(new BigInteger(Math.max(bits, 1), random));
        }
        for (int digits = 0; digits <= 77; digits++) {
            for (int delta = -1; delta <= 1; delta++) {
                words.add(BigInteger.TEN.pow(digits).add(BigInteger.valueOf(delta)));
                words.add(BigInteger.TEN.pow(digits).negate().add(BigInteger.valueOf(delta)));
            }
        }
        for (int i = 0; i < 20_000; i++) {
            words.add(new BigInteger(random.nextInt(1, 257), random));
        }
        return words.stream().map(word -> word.mod(MODULUS)).toList();
    }

    @Test
    void agreesWithBigInteger() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        byte[] array = new byte[40];
        for (BigInteger word : words(new Random(seed))) {
            Word.write(word, array, 5);
            for (boolean signed : new boolean[] {false, true}) {
                BigInteger value = signed && word.testBit(255) ? word.subtract(MODULUS) : word;
                String what = "-Damp.seed=" + seed + ": " + value;
                assertThat(Word.toBigInteger(array, 5, signed)).as(what).isEqualTo(value);
                assertThat(Word.toDecimal(array, 5, signed)).as(what).isEqualTo(value.toString());
                for (int digits : new int[] {38, 76}) {
                    assertThat(Word.fitsDecimal(array, 5, signed, digits))
                            .as(what)
                            .isEqualTo(value.abs().compareTo(BigInteger.TEN.pow(digits)) < 0);
                }
            }
            for (int bits = 8; bits <= 256; bits += 8) {
                BigInteger signed = word.testBit(255) ? word.subtract(MODULUS) : word;
                assertThat(Word.fitsUnsigned(array, 5, bits)).isEqualTo(word.bitLength() <= bits);
                assertThat(Word.fitsSigned(array, 5, bits)).isEqualTo(signed.bitLength() < bits);
            }
            byte[] text = word.toString().getBytes(StandardCharsets.US_ASCII);
            byte[] parsed = new byte[32];
            assertThat(Word.parseDecimal(text, 0, text.length, parsed, 0)).isTrue();
            assertThat(new BigInteger(1, parsed)).isEqualTo(word);
            Word.negate(array, 5);
            assertThat(Word.toBigInteger(array, 5, false))
                    .isEqualTo(word.negate().mod(MODULUS));
        }
    }

    @Test
    void littleEndianForms() {
        byte[] word = new byte[32];
        for (int i = 0; i < 32; i++) {
            word[i] = (byte) (i + 1);
        }
        byte[] out = new byte[32];
        Word.writeLittleEndian256(word, 0, out, 0);
        for (int i = 0; i < 32; i++) {
            assertThat(out[i]).isEqualTo(word[31 - i]);
        }
        byte[] half = new byte[16];
        Word.writeLittleEndian128(word, 0, half, 0);
        assertThat(half).isEqualTo(java.util.Arrays.copyOf(out, 16));
    }

    @Test
    void textBeyond256BitsIsRefused() {
        byte[] to = new byte[32];
        for (String text : List.of(
                MODULUS.toString(),
                "9".repeat(78),
                "9".repeat(200),
                "1" + "0".repeat(100),
                "",
                "-1",
                "1a",
                "12345678901234567890x")) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            assertThat(Word.parseDecimal(bytes, 0, bytes.length, to, 0))
                    .as(text)
                    .isFalse();
        }
        byte[] zeros = ("0".repeat(500) + "42").getBytes(StandardCharsets.US_ASCII);
        assertThat(Word.parseDecimal(zeros, 0, zeros.length, to, 0)).isTrue();
        assertThat(Word.toLong(to, 0)).isEqualTo(42);
    }

    @Test
    void signExtension() {
        byte[] to = new byte[32];
        Word.write(-2, true, to, 0);
        assertThat(Word.toDecimal(to, 0, true)).isEqualTo("-2");
        Word.write(-2, false, to, 0);
        assertThat(Word.toDecimal(to, 0, false)).isEqualTo("18446744073709551614");
        Word.write(-1L, -5L, to, 0);
        assertThat(Word.toDecimal(to, 0, true)).isEqualTo("-5");
        Word.write(1L, 0L, to, 0);
        assertThat(Word.toDecimal(to, 0, true)).isEqualTo("18446744073709551616");
    }
}
