package io.amp.core.chain;

import io.amp.ports.chain.BlockInterval;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Set arithmetic on inclusive block numbers. All results are sorted, without overlap, and touching intervals are merged. */
public final class BlockIntervals {
    private BlockIntervals() {}

    /** Union of any intervals in any order. */
    public static List<BlockInterval> merge(Collection<BlockInterval> intervals) {
        List<BlockInterval> merged = new ArrayList<>();
        for (BlockInterval next : intervals.stream().sorted().toList()) {
            BlockInterval last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && next.start() <= last.end() + 1) {
                merged.set(merged.size() - 1, new BlockInterval(last.start(), Math.max(last.end(), next.end())));
            } else {
                merged.add(next);
            }
        }
        return List.copyOf(merged);
    }

    /** Numbers of {@code from} that are in none of {@code taken}. */
    public static List<BlockInterval> subtract(BlockInterval from, Collection<BlockInterval> taken) {
        List<BlockInterval> left = new ArrayList<>();
        long next = from.start();
        for (BlockInterval gone : merge(taken)) {
            if (gone.end() < next) {
                continue;
            }
            if (gone.start() > from.end()) {
                break;
            }
            if (gone.start() > next) {
                left.add(new BlockInterval(next, gone.start() - 1));
            }
            next = gone.end() + 1;
        }
        if (next <= from.end()) {
            left.add(new BlockInterval(next, from.end()));
        }
        return List.copyOf(left);
    }

    /** How many numbers disjoint intervals hold. */
    public static long count(Collection<BlockInterval> disjoint) {
        return disjoint.stream().mapToLong(BlockInterval::length).sum();
    }
}
