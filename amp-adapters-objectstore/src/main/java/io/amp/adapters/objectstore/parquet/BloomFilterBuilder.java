package io.amp.adapters.objectstore.parquet;

import java.util.Arrays;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. A filter must have the size its values need: too small it excludes nothing, too big it outweighs the column. The
 * number of distinct values is known only at the end of a row group, so the hashes go to a filter of the greatest size that could be needed,
 * and at the end that filter is folded: halving the number of blocks halves each block's index, floor((h * 2z) / 2^32) / 2 = floor((h * z) / 2^32),
 * so the OR of neighbours is exactly the smaller filter. The number of distinct values n follows from the share p of bits that are set:
 * p = 1 - e^(-n / 32z) for z blocks of 8 words of 32 bits, one bit of each word per value.
 *
 * Remembering distinct hashes in a set instead took a sixth of the time of writing logs (cache misses); the filter fits the L2 cache.
 */

/**
 * The Bloom filter of one column in one row group, split-block as in parquet-format. Takes 8 bytes per value for the first values, then the
 * size of a filter for as many values as a row group has rows.
 */
final class BloomFilterBuilder {
    private static final int PENDING_MAX = 2048;
    private static final int WORDS_PER_BLOCK = 8;
    private static final int BLOCK_BYTES = 32;
    private static final int[] SALT = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final int blocksMax;
    private final double falsePositives;
    private long[] pending = new long[64];
    private int pendingCount;
    /** Null until there are more values than {@code pending} takes. */
    private int @Nullable [] words;

    /** @param valuesMax distinct values at most */
    BloomFilterBuilder(int valuesMax, double falsePositives) {
        this.falsePositives = falsePositives;
        this.blocksMax = bytesFor(valuesMax) / BLOCK_BYTES;
    }

    private int bytesFor(long values) {
        int bytes = BlockSplitBloomFilter.optimalNumOfBits(Math.max(1, values), falsePositives) / 8;
        return Math.max(BLOCK_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
    }

    void add(long hash) {
        if (words != null) {
            set(words, hash);
            return;
        }
        if (pendingCount == pending.length) {
            if (pendingCount == PENDING_MAX) {
                int[] filter = new int[blocksMax * WORDS_PER_BLOCK];
                for (long early : pending) {
                    set(filter, early);
                }
                set(filter, hash);
                words = filter;
                pendingCount = 0;
                return;
            }
            pending = Arrays.copyOf(pending, Math.min(PENDING_MAX, 4 * pendingCount));
        }
        pending[pendingCount++] = hash;
    }

    private static void set(int[] filter, long hash) {
        int blocks = filter.length / WORDS_PER_BLOCK;
        int block = (int) (((hash >>> 32) * blocks) >>> 32) * WORDS_PER_BLOCK;
        int key = (int) hash;
        for (int i = 0; i < WORDS_PER_BLOCK; i++) {
            filter[block + i] |= 1 << ((key * SALT[i]) >>> 27);
        }
    }

    /** Ends the row group. @return null when it holds no value; then there is nothing to exclude by */
    @Nullable
    BloomFilter take() {
        int[] filter = words == null ? small() : folded(words);
        pendingCount = 0;
        words = null;
        return filter.length == 0 ? null : new BlockSplitBloomFilter(bytes(filter));
    }

    private int[] small() {
        if (pendingCount == 0) {
            return new int[0];
        }
        Arrays.sort(pending, 0, pendingCount);
        int distinct = 1;
        for (int i = 1; i < pendingCount; i++) {
            distinct += pending[i] == pending[i - 1] ? 0 : 1;
        }
        int[] filter = new int[bytesFor(distinct) / Integer.BYTES];
        for (int i = 0; i < pendingCount; i++) {
            set(filter, pending[i]);
        }
        return filter;
    }

    private int[] folded(int[] filter) {
        int blocks = filter.length / WORDS_PER_BLOCK;
        int blocksNeeded = bytesFor(estimatedValues(filter)) / BLOCK_BYTES;
        while (blocks > blocksNeeded) {
            blocks /= 2;
            for (int block = 0; block < blocks; block++) {
                for (int i = 0; i < WORDS_PER_BLOCK; i++) {
                    filter[block * WORDS_PER_BLOCK + i] =
                            filter[2 * block * WORDS_PER_BLOCK + i] | filter[(2 * block + 1) * WORDS_PER_BLOCK + i];
                }
            }
        }
        return Arrays.copyOf(filter, blocks * WORDS_PER_BLOCK);
    }

    private static long estimatedValues(int[] filter) {
        long set = 0;
        for (int word : filter) {
            set += Integer.bitCount(word);
        }
        double share = Math.min(set / (32.0 * filter.length), 0.999);
        return Math.round(-Math.log1p(-share) * 32 * filter.length / WORDS_PER_BLOCK);
    }

    private static byte[] bytes(int[] filter) {
        byte[] bytes = new byte[filter.length * Integer.BYTES];
        for (int i = 0; i < filter.length; i++) {
            PlainBytes.putInt(bytes, i * Integer.BYTES, filter[i]);
        }
        return bytes;
    }
}
