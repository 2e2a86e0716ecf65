package io.amp.evm.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BloomTest {
    private final BloomBits bits = new BloomBits(new Keccak256());

    /** Datasets specification, appendix B.8. */
    @Test
    void publishedBits() {
        byte[] address = Vectors.hex("c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
        byte[] topic = Vectors.hex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        assertThat(bits.ofAddress(address, 0)).isEqualTo(1657L << 22 | 237L << 11 | 1627);
        assertThat(bits.ofTopic(topic, 0)).isEqualTo(1443L << 22 | 481L << 11 | 1060);
        var bloom = new Bloom();
        bloom.add(bits.ofAddress(address, 0));
        bloom.add(bits.ofTopic(topic, 0));
        byte[] expected = new byte[256];
        expected[48] = 0x02;
        expected[52] = 0x08;
        expected[75] = 0x08;
        expected[123] = 0x10;
        expected[195] = 0x02;
        expected[226] = 0x20;
        assertThat(bloom.bytes()).isEqualTo(expected);
        var other = new Bloom();
        other.add(0);
        other.addAll(bloom);
        expected[255] = 1;
        assertThat(other.bytes()).isEqualTo(expected);
        other.clear();
        assertThat(other.bytes()).containsOnly(0);
    }

    @Test
    void rememberedValuesGiveTheSameBits() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        byte[][] values = new byte[12_000][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new byte[i % 2 == 0 ? 20 : 32];
            random.nextBytes(values[i]);
        }
        for (int i = 0; i < 50_000; i++) {
            byte[] value = values[Math.min(random.nextInt(values.length), random.nextInt(values.length))];
            byte[] hash = Keccak256.hash(value);
            long expected = 0;
            for (int at = 0; at < 6; at += 2) {
                expected = expected << 11 | ((hash[at] & 7) << 8 | (hash[at + 1] & 0xff));
            }
            assertThat(value.length == 20 ? bits.ofAddress(value, 0) : bits.ofTopic(value, 0))
                    .as("-Damp.seed=%d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void anAddressAndTheTopicThatStartsWithItDiffer() {
        byte[] topic = new byte[32];
        assertThat(bits.ofAddress(topic, 0)).isNotEqualTo(bits.ofTopic(topic, 0));
        assertThat(bits.ofAddress(topic, 0)).isEqualTo(new BloomBits(new Keccak256()).ofAddress(topic, 0));
    }
}
