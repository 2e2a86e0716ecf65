package io.amp.core.chain;

import io.amp.ports.chain.BlockRange;
import io.amp.ports.storage.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * The greedy chain and the fork that competes with it (jobs-and-storage specification, section 4.6, steps 1 to 4). Readers see
 * {@link VisibleChain} instead; the fork tells where re-extraction starts for a source that cannot be asked for headers.
 *
 * @param segments linked, ascending; empty when there are none
 * @param fork linked, ascending, ends past the chain and starts at most one after its end; empty when none competes
 */
public record CanonicalChain(List<Segment> segments, List<Segment> fork) {
    public CanonicalChain {
        segments = List.copyOf(segments);
        fork = List.copyOf(fork);
    }

    /** The result does not depend on the order of the input. */
    public static CanonicalChain of(Collection<Segment> live) {
        List<Segment> chain = new ArrayList<>();
        List<Segment> rest = new ArrayList<>();
        for (Segment segment :
                live.stream().sorted(SegmentOrder.START_NEWEST_FIRST).toList()) {
            if (chain.isEmpty() || SegmentOrder.isAdjacent(chain.getLast(), segment)) {
                chain.add(segment);
            } else {
                rest.add(segment);
            }
        }
        return new CanonicalChain(chain, chain.isEmpty() ? List.of() : fork(chain, rest));
    }

    private static List<Segment> fork(List<Segment> chain, List<Segment> rest) {
        rest.sort(SegmentOrder.END_OLDEST_FIRST);
        List<BlockRange> tip = chain.getLast().metadata().ranges();
        while (!rest.isEmpty()) {
            Segment last = rest.removeLast();
            if (!endsPast(last, tip)) {
                return List.of();
            }
            Deque<Segment> fork = new ArrayDeque<>(List.of(last));
            for (int i = rest.size() - 1; i >= 0; i--) {
                Segment below = rest.get(i);
                if (SegmentOrder.isAdjacent(below, fork.getFirst())) {
                    if (chain.stream().anyMatch(canonical -> sameEnds(canonical, below))) {
                        break;
                    }
                    fork.addFirst(below);
                }
            }
            if (startsWithin(fork.getFirst(), tip)) {
                return List.copyOf(fork);
            }
        }
        return List.of();
    }

    private static boolean endsPast(Segment segment, List<BlockRange> tip) {
        List<BlockRange> ranges = segment.metadata().ranges();
        for (int i = 0; i < Math.min(ranges.size(), tip.size()); i++) {
            if (ranges.get(i).end() != tip.get(i).end()) {
                return ranges.get(i).end() > tip.get(i).end();
            }
        }
        return false;
    }

    private static boolean startsWithin(Segment segment, List<BlockRange> tip) {
        List<BlockRange> ranges = segment.metadata().ranges();
        for (int i = 0; i < Math.min(ranges.size(), tip.size()); i++) {
            if (ranges.get(i).start() > tip.get(i).end() + 1) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEnds(Segment a, Segment b) {
        List<BlockRange> mine = a.metadata().ranges();
        List<BlockRange> theirs = b.metadata().ranges();
        for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
            if (mine.get(i).end() != theirs.get(i).end()
                    || !mine.get(i).hash().equals(theirs.get(i).hash())) {
                return false;
            }
        }
        return mine.size() == theirs.size();
    }
}
