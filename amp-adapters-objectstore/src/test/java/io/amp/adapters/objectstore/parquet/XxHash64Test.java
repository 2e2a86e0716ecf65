package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.column.values.bloomfilter.XxHash;
import org.junit.jupiter.api.Test;

class XxHash64Test {
    private static final long SEED = Long.getLong("amp.seed", 7L);

    @Test
    void publishedVectors() {
        assertThat(XxHash64.hash(new byte[0], 0, 0)).isEqualTo(0xEF46DB3751D8E999L);
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        assertThat(XxHash64.hash(abc, 0, 3)).isEqualTo(0x44BC2CF5AD770999L);
    }

    @Test
    void equalsParquetsOwnForEveryLengthAndOffset() {
        Random random = new Random(SEED);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length + 9];
            random.nextBytes(bytes);
            int offset = random.nextInt(10);
            byte[] value = Arrays.copyOfRange(bytes, offset, offset + Math.min(length, bytes.length - offset));
            assertThat(XxHash64.hash(bytes, offset, value.length))
                    .as("length %d, seed %d", length, SEED)
                    .isEqualTo(new XxHash().hashBytes(value));
        }
    }
}
