package io.amp.core.chain;

import io.amp.ports.chain.BlockInterval;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** Splits missing numbers over writers (jobs-and-storage specification, section 5.2). */
public final class Partitioning {
    /** Smallest partition, in blocks, unless it is the last. */
    public static final long MIN_BLOCKS = 2000;

    private Partitioning() {}

    /**
     * At most {@code writers} partitions of roughly equal size, each a sorted list of intervals.
     *
     * @param missing disjoint, sorted
     * @param bucketSize N when no interval may be split inside {@code [k*N, (k+1)*N-1]}
     */
    public static List<List<BlockInterval>> split(
            Collection<BlockInterval> missing, int writers, long minBlocks, OptionalLong bucketSize) {
        long total = BlockIntervals.count(missing);
        if (total == 0) {
            return List.of();
        }
        int partitions = Math.max(1, writers);
        long target = Math.max(Math.ceilDiv(total, partitions), minBlocks);
        return bucketSize.isPresent()
                ? splitBetweenBuckets(missing, target, bucketSize.getAsLong())
                : splitAnywhere(missing, target);
    }

    private static List<List<BlockInterval>> splitAnywhere(Collection<BlockInterval> missing, long target) {
        List<List<BlockInterval>> result = new ArrayList<>();
        List<BlockInterval> open = new ArrayList<>();
        long room = target;
        for (BlockInterval interval : missing) {
            long start = interval.start();
            while (start <= interval.end()) {
                long end = interval.end() - start < room ? interval.end() : start + room - 1;
                open.add(new BlockInterval(start, end));
                room -= end - start + 1;
                start = end + 1;
                if (room == 0) {
                    result.add(List.copyOf(open));
                    open.clear();
                    room = target;
                }
            }
        }
        if (!open.isEmpty()) {
            result.add(List.copyOf(open));
        }
        return List.copyOf(result);
    }

    private static List<List<BlockInterval>> splitBetweenBuckets(
            Collection<BlockInterval> missing, long target, long bucketSize) {
        List<List<BlockInterval>> result = new ArrayList<>();
        List<BlockInterval> open = new ArrayList<>();
        long filled = 0;
        long lastBucket = -1;
        for (BlockInterval interval : missing) {
            for (long start = interval.start(); start <= interval.end(); ) {
                long bucket = start / bucketSize;
                long end = Math.min(interval.end(), bucket * bucketSize + bucketSize - 1);
                if (filled >= target && bucket != lastBucket) {
                    result.add(BlockIntervals.merge(open));
                    open.clear();
                    filled = 0;
                }
                open.add(new BlockInterval(start, end));
                filled += end - start + 1;
                lastBucket = bucket;
                start = end + 1;
            }
        }
        if (!open.isEmpty()) {
            result.add(BlockIntervals.merge(open));
        }
        return List.copyOf(result);
    }
}
