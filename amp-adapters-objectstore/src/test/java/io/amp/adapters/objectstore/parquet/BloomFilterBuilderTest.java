package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BloomFilterBuilderTest {
    private static final long SEED = Long.getLong("amp.seed", 11L);
    private static final double FALSE_POSITIVES = 0.05;
    private static final int VALUES_MAX = 122_880;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 2_047, 2_048, 2_049, 5_000, 33_000, 122_880})
    void filterHasTheSizeItsDistinctValuesNeedAndMissesNone(int distinct) {
        Random random = new Random(SEED);
        Set<Long> values = new LinkedHashSet<>();
        while (values.size() < distinct) {
            values.add(random.nextLong());
        }
        BloomFilterBuilder builder = new BloomFilterBuilder(VALUES_MAX, FALSE_POSITIVES);
        for (int repeat = 0; repeat < 3; repeat++) {
            values.forEach(builder::add);
        }

        BloomFilter filter = builder.take();

        assertThat(values).as("seed %d", SEED).allMatch(filter::findHash);
        int needed = new BlockSplitBloomFilter(BlockSplitBloomFilter.optimalNumOfBits(distinct, FALSE_POSITIVES) / 8)
                .getBitsetSize();
        assertThat(filter.getBitsetSize()).isEqualTo(needed);
        int strangers = 20_000;
        long found = random.longs(strangers).filter(filter::findHash).count();
        assertThat(found / (double) strangers).isLessThan(1.3 * FALSE_POSITIVES);
    }

    @Test
    void foldedFilterIsTheSmallerFilter() {
        Random random = new Random(SEED);
        BloomFilterBuilder builder = new BloomFilterBuilder(VALUES_MAX, FALSE_POSITIVES);
        long[] values = random.longs(10_000).toArray();
        for (long value : values) {
            builder.add(value);
        }
        BloomFilter folded = builder.take();

        BlockSplitBloomFilter direct = new BlockSplitBloomFilter(folded.getBitsetSize());
        for (long value : values) {
            direct.insertHash(value);
        }
        assertThat(folded).isEqualTo(direct);
    }

    @Test
    void eachRowGroupStartsEmpty() {
        BloomFilterBuilder builder = new BloomFilterBuilder(VALUES_MAX, FALSE_POSITIVES);
        assertThat(builder.take()).isNull();
        builder.add(1);
        assertThat(builder.take().findHash(1)).isTrue();
        assertThat(builder.take()).isNull();
        builder.add(0);
        BloomFilter second = builder.take();
        assertThat(second.findHash(0)).isTrue();
        assertThat(second.getBitsetSize()).isEqualTo(32);
    }
}
