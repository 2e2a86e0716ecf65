package io.amp.core.chain;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.storage.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a table: the highest complete chain of segments (jobs-and-storage specification, section 4.6, steps 5 and 6).
 * "Complete" means that it hangs together by hash down to the table's first block.
 *
 * @param segments linked, ascending; empty when no chain reaches the first block
 */
public record VisibleChain(List<Segment> segments) {
    /* Implementation note. One pass in start order decides which segments are grounded: whatever a segment can be adjacent to ends
     * before it starts, so it was decided earlier. Grounded segments are found again by the hash of their last block (or, for files
     * without a parent hash, by its number), which makes the whole O(n log n). */

    public VisibleChain {
        segments = List.copyOf(segments);
    }

    /**
     * @param live any order; the result does not depend on it
     * @param startBlock the dataset's declared start block; null = the lowest block stored
     */
    public static VisibleChain of(Collection<Segment> live, @Nullable Long startBlock) {
        if (live.isEmpty()) {
            return new VisibleChain(List.of());
        }
        List<Segment> sorted =
                live.stream().sorted(SegmentOrder.START_NEWEST_FIRST).toList();
        long first = startBlock != null
                ? startBlock
                : SegmentOrder.first(sorted.getFirst()).start();
        Grounded grounded = new Grounded();
        Segment top = null;
        for (Segment segment : sorted) {
            if (isFoundation(segment, first) || grounded.newestBelow(segment) != null) {
                grounded.add(segment);
                if (top == null || TOP.compare(segment, top) > 0) {
                    top = segment;
                }
            }
        }
        Deque<Segment> chain = new ArrayDeque<>();
        for (Segment next = top; next != null; ) {
            chain.addFirst(next);
            next = isFoundation(next, first) ? null : grounded.newestBelow(next);
        }
        return new VisibleChain(List.copyOf(chain));
    }

    private static final Comparator<Segment> TOP = Comparator.comparingLong(
                    (Segment segment) -> SegmentOrder.first(segment).end())
            .thenComparing(SegmentOrder.AGE);

    private static boolean isFoundation(Segment segment, long first) {
        return SegmentOrder.first(segment).start() <= first
                || (segment.metadata().scanned() != null
                        && segment.metadata().covered().start() <= first);
    }

    /** First to last block of the chain: its numbers, the last block's hash and time, the first block's parent hash. */
    public Optional<BlockRange> syncedRange() {
        return segments.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        segments.getFirst().range().extendTo(segments.getLast().range()));
    }

    /** Last block number, empty without segments. */
    public Optional<Long> end() {
        return segments.isEmpty()
                ? Optional.empty()
                : Optional.of(segments.getLast().range().end());
    }

    /** Segments that hang together down to the first block. */
    private static final class Grounded {
        private final Map<BlockHash, List<Segment>> byHash = new HashMap<>();
        private final Map<Long, List<Segment>> byEnd = new HashMap<>();

        void add(Segment segment) {
            BlockRange range = SegmentOrder.first(segment);
            byHash.computeIfAbsent(range.hash(), hash -> new ArrayList<>(1)).add(segment);
            byEnd.computeIfAbsent(range.end(), end -> new ArrayList<>(1)).add(segment);
        }

        @Nullable
        Segment newestBelow(Segment segment) {
            BlockRange range = SegmentOrder.first(segment);
            BlockHash parent = range.prevHash();
            List<Segment> candidates = parent != null
                    ? byHash.getOrDefault(parent, List.of())
                    : byEnd.getOrDefault(range.start() - 1, List.of());
            Segment newest = null;
            for (Segment candidate : candidates) {
                if (SegmentOrder.isAdjacent(candidate, segment)
                        && (newest == null || SegmentOrder.AGE.compare(candidate, newest) > 0)) {
                    newest = candidate;
                }
            }
            return newest;
        }
    }
}
