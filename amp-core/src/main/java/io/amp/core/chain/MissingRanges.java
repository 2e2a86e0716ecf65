package io.amp.core.chain;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.storage.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which block numbers a raw table still lacks (jobs-and-storage specification, section 4.7). Single-network tables only. */
public final class MissingRanges {
    private MissingRanges() {}

    /** Numbers of {@code desired} that no segment, on whatever branch, covers. */
    public static List<BlockInterval> uncovered(Collection<Segment> live, BlockInterval desired) {
        return BlockIntervals.subtract(
                desired, covered(live, CanonicalChain.of(live).segments()));
    }

    /**
     * {@link #uncovered} and, where a fork competes, the piece of the canonical chain in front of it again: each call goes one segment
     * further back until both link. For sources that cannot be asked for headers; others use {@link ChainRepair}.
     */
    public static List<BlockInterval> withFork(Collection<Segment> live, BlockInterval desired) {
        CanonicalChain chain = CanonicalChain.of(live);
        List<BlockInterval> missing =
                new ArrayList<>(BlockIntervals.subtract(desired, covered(live, chain.segments())));
        if (!chain.fork().isEmpty()) {
            long before = chain.fork().getFirst().range().start() - 1;
            chain.segments().reversed().stream()
                    .filter(segment -> segment.metadata().covered().contains(before))
                    .findFirst()
                    .flatMap(segment ->
                            new BlockInterval(segment.metadata().covered().start(), before).intersect(desired))
                    .ifPresent(missing::add);
        }
        return BlockIntervals.merge(missing);
    }

    /** Numbers asked for at the source, and those that a hash link proves not to exist. */
    private static List<BlockInterval> covered(Collection<Segment> live, List<Segment> linked) {
        List<BlockInterval> covered = new ArrayList<>(live.size());
        live.forEach(segment -> covered.add(segment.metadata().covered()));
        for (int i = 1; i < linked.size(); i++) {
            long after = linked.get(i - 1).range().end() + 1;
            long before = linked.get(i).range().start() - 1;
            if (after <= before) {
                covered.add(new BlockInterval(after, before));
            }
        }
        return covered;
    }

    static boolean covers(Collection<Segment> live, long number) {
        return live.stream().anyMatch(segment -> segment.metadata().covered().contains(number));
    }
}
