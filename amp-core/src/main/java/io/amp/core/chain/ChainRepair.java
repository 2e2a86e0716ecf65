package io.amp.core.chain;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.storage.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the numbers to fetch again when the chain cannot go on although later numbers are stored: after a reorg, or after a source once
 * answered with a wrong parent hash (jobs-and-storage specification, section 4.7, "Repair by asking the source").
 */
public final class ChainRepair {
    private ChainRepair() {}

    /** Headers of the source's present chain; answers should be remembered for the duration of one repair. */
    @FunctionalInterface
    public interface Headers {
        Optional<BlockLink> at(long number) throws InterruptedException;
    }

    /** True when the block after the visible chain is stored but does not link, so that fetching the uncovered is not enough. */
    public static boolean isNeeded(Collection<Segment> live, VisibleChain visible, BlockInterval desired) {
        long following = visible.end().map(end -> end + 1).orElse(desired.start());
        return desired.contains(following) && MissingRanges.covers(live, following);
    }

    /**
     * Numbers to fetch again; those that no segment covers are not among them.
     *
     * @param desired from the table's first block to the block wanted last
     */
    public static List<BlockInterval> missing(
            Collection<Segment> live, VisibleChain visible, BlockInterval desired, Headers headers)
            throws InterruptedException {
        long first = desired.start();
        long at = first - 1;
        Segment base = null;
        for (Segment segment : visible.segments().reversed()) {
            if (isConfirmed(segment, first, headers)) {
                base = segment;
                at = segment.range().end();
                break;
            }
        }
        List<Segment> confirmed = new ArrayList<>();
        for (Segment segment : live) {
            if (segment.range().start() > at && isConfirmed(segment, first, headers)) {
                confirmed.add(segment);
            }
        }
        long top = Math.min(
                live.stream().mapToLong(segment -> segment.range().end()).max().orElse(at), desired.end());
        return climb(base, at, top, confirmed);
    }

    private static List<BlockInterval> climb(@Nullable Segment base, long from, long top, List<Segment> confirmed) {
        List<BlockInterval> missing = new ArrayList<>();
        Segment current = base;
        long at = from;
        while (at < top) {
            Segment below = current;
            long reached = at;
            Optional<Segment> adjacent = confirmed.stream()
                    .filter(segment -> follows(below, reached, segment))
                    .max(Comparator.comparingLong(segment -> segment.range().end()));
            if (adjacent.isPresent()) {
                current = adjacent.get();
                at = current.range().end();
                continue;
            }
            Optional<Segment> above = confirmed.stream()
                    .filter(segment -> segment.metadata().covered().start() > reached + 1)
                    .min(Comparator.comparingLong(
                            segment -> segment.metadata().covered().start()));
            long next =
                    above.map(segment -> segment.metadata().covered().start()).orElse(top + 1);
            long end = Math.min(next - 1, top);
            missing.add(new BlockInterval(at + 1, end));
            at = end;
            current = null;
        }
        return BlockIntervals.merge(missing);
    }

    /** After a stretch that will be fetched, any confirmed segment that starts right above it goes on. */
    private static boolean follows(@Nullable Segment below, long reached, Segment segment) {
        if (segment.range().end() <= reached) {
            return false;
        }
        return (below != null && SegmentOrder.isAdjacent(below, segment))
                || (segment.metadata().covered().start() <= reached + 1
                        && segment.range().start() > reached);
    }

    private static boolean isConfirmed(Segment segment, long first, Headers headers) throws InterruptedException {
        BlockRange range = segment.range();
        Optional<BlockLink> end = headers.at(range.end());
        if (end.isEmpty() || !end.get().hash().equals(range.hash())) {
            return false;
        }
        if (range.start() <= first || range.prevHash() == null) {
            return true;
        }
        return parentOf(range.start(), headers)
                .map(parent -> parent.equals(range.prevHash()))
                .orElse(false);
    }

    /** Hash right before a number: of the number below, or, where that was skipped, what the block itself says. */
    private static Optional<BlockHash> parentOf(long number, Headers headers) throws InterruptedException {
        Optional<BlockLink> below = headers.at(number - 1);
        return below.isPresent()
                ? below.map(BlockLink::hash)
                : headers.at(number).map(BlockLink::parentHash);
    }
}
