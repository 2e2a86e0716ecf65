package io.amp.evm.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Keccak256Test {
    @Test
    void publishedHashes() {
        assertThat(Vectors.hex(Keccak256.hash(new byte[0])))
                .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assertThat(Vectors.hex(Keccak256.hash("Transfer(address,address,uint256)".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        // The RLP of the empty string: root of the empty trie.
        assertThat(Vectors.hex(Keccak256.hash(new byte[] {(byte) 0x80})))
                .isEqualTo("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    }

    @Test
    void agreesWithTheTextbookFormAtEveryLengthAndOffset() {
        var random = new Random(1);
        var keccak = new Keccak256();
        byte[] data = new byte[700];
        random.nextBytes(data);
        byte[] out = new byte[40];
        try (var arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(data.length);
            MemorySegment.copy(data, 0, segment, ValueLayout.JAVA_BYTE, 0, data.length);
            for (int length = 0; length <= 420; length++) {
                int offset = random.nextInt(data.length - length);
                String expected = Vectors.hex(textbook(Arrays.copyOfRange(data, offset, offset + length)));
                keccak.hash(data, offset, length, out, 3);
                assertThat(Vectors.hex(Arrays.copyOfRange(out, 3, 35))).isEqualTo(expected);
                keccak.hash(segment, offset, length, out, 8);
                assertThat(Vectors.hex(Arrays.copyOfRange(out, 8, 40))).isEqualTo(expected);
                keccak.hash(MemorySegment.ofArray(data), offset, length, out, 0);
                assertThat(Vectors.hex(Arrays.copyOf(out, 32))).isEqualTo(expected);
            }
        }
    }

    @Test
    void theHashMayOverwriteItsInput() {
        byte[] data = new byte[200];
        Arrays.fill(data, (byte) 7);
        byte[] expected = textbook(data);
        new Keccak256().hash(data, 0, 200, data, 168);
        assertThat(Arrays.copyOfRange(data, 168, 200)).isEqualTo(expected);
    }

    /** FIPS 202, sections 3.2 and 4, with the padding of the original submission. */
    private static byte[] textbook(byte[] data) {
        byte[] padded = Arrays.copyOf(data, (data.length / 136 + 1) * 136);
        padded[data.length] ^= 1;
        padded[padded.length - 1] ^= (byte) 0x80;
        long[][] a = new long[5][5];
        var in = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            for (int lane = 0; lane < 17; lane++) {
                a[lane % 5][lane / 5] ^= in.getLong();
            }
            int lfsr = 1;
            for (int round = 0; round < 24; round++) {
                long[] c = new long[5];
                for (int x = 0; x < 5; x++) {
                    c[x] = a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4];
                }
                for (int x = 0; x < 5; x++) {
                    for (int y = 0; y < 5; y++) {
                        a[x][y] ^= c[(x + 4) % 5] ^ Long.rotateLeft(c[(x + 1) % 5], 1);
                    }
                }
                long[][] b = new long[5][5];
                b[0][0] = a[0][0];
                int x = 1;
                int y = 0;
                for (int t = 0; t < 24; t++) {
                    b[y][(2 * x + 3 * y) % 5] = Long.rotateLeft(a[x][y], (t + 1) * (t + 2) / 2);
                    int next = (2 * x + 3 * y) % 5;
                    x = y;
                    y = next;
                }
                for (x = 0; x < 5; x++) {
                    for (y = 0; y < 5; y++) {
                        a[x][y] = b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]);
                    }
                }
                for (int j = 0; j < 7; j++) {
                    if ((lfsr & 1) != 0) {
                        a[0][0] ^= 1L << ((1 << j) - 1);
                    }
                    lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171;
                }
            }
        }
        var out = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int lane = 0; lane < 4; lane++) {
            out.putLong(a[lane][0]);
        }
        return out.array();
    }
}
