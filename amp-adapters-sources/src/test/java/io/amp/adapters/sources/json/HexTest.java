package io.amp.adapters.sources.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HexTest {
    private final long seed = Long.getLong("amp.seed", System.nanoTime());

    /** Every pair of bytes in every place of a word, and in the tail that is read byte by byte. */
    @Test
    void decidesAndDecodesEveryPairOfBytesAsATableDoes() {
        byte[] text = "0123456789abcdef01".getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = new byte[9];
        for (int place = 0; place < text.length; place += 2) {
            byte[] changed = text.clone();
            for (int pair = 0; pair < 1 << 16; pair++) {
                changed[place] = (byte) (pair >> 8);
                changed[place + 1] = (byte) pair;
                boolean valid = isDigit(changed[place]) && isDigit(changed[place + 1]);
                if (Hex.decode(changed, 0, decoded, 0, 9) != valid) {
                    throw new AssertionError("pair " + Integer.toHexString(pair) + " at " + place);
                }
                if (valid) {
                    assertThat(decoded[place / 2]).isEqualTo((byte)
                            (Character.digit(changed[place], 16) << 4 | Character.digit(changed[place + 1], 16)));
                }
            }
        }
    }

    @Test
    void decodesWhatTheLibraryEncodes() {
        Random random = new Random(seed);
        for (int length = 0; length < 100; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            HexFormat format =
                    random.nextBoolean() ? HexFormat.of() : HexFormat.of().withUpperCase();
            byte[] decoded = new byte[length + 3];
            assertThat(Hex.decode(format.formatHex(bytes).getBytes(StandardCharsets.US_ASCII), 0, decoded, 3, length))
                    .isTrue();
            assertThat(decoded).as("-Damp.seed=%s", seed).endsWith(bytes).startsWith(0, 0, 0);
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
    }
}
