package io.amp.core.chain;

import io.amp.ports.chain.BlockRange;
import io.amp.ports.storage.Segment;
import java.util.Comparator;
import java.util.List;

/** How segments compare and link (jobs-and-storage specification, sections 4.5 and 4.6). */
final class SegmentOrder {
    /** Greater is newer: time of writing, then generation, then commit order. */
    static final Comparator<Segment> AGE = Comparator.comparing(
                    (Segment segment) -> segment.metadata().orderAt())
            .thenComparingInt(segment -> segment.metadata().generation())
            .thenComparingLong(Segment::fileId);

    private static final Comparator<Segment> START = (a, b) -> compareEach(a, b, true);

    /** By start (networks in order), newest first among equals. */
    static final Comparator<Segment> START_NEWEST_FIRST = START.thenComparing(AGE.reversed());

    /** By end (networks in order), oldest first among equals. */
    static final Comparator<Segment> END_OLDEST_FIRST =
            ((Comparator<Segment>) (a, b) -> compareEach(a, b, false)).thenComparing(AGE);

    private SegmentOrder() {}

    /** True when {@code next} goes on where {@code segment} ends, on every network. */
    static boolean isAdjacent(Segment segment, Segment next) {
        List<BlockRange> ranges = segment.metadata().ranges();
        List<BlockRange> nextRanges = next.metadata().ranges();
        if (ranges.size() != nextRanges.size()) {
            return false;
        }
        for (int i = 0; i < ranges.size(); i++) {
            if (!ranges.get(i).isFollowedBy(nextRanges.get(i))) {
                return false;
            }
        }
        return true;
    }

    static BlockRange first(Segment segment) {
        return segment.metadata().ranges().getFirst();
    }

    private static int compareEach(Segment a, Segment b, boolean starts) {
        List<BlockRange> mine = a.metadata().ranges();
        List<BlockRange> theirs = b.metadata().ranges();
        for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
            int order = starts
                    ? Long.compare(mine.get(i).start(), theirs.get(i).start())
                    : Long.compare(mine.get(i).end(), theirs.get(i).end());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.size(), theirs.size());
    }
}
