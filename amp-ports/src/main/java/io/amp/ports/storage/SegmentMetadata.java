package io.amp.ports.storage;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's footer says about it (jobs-and-storage specification, section 4.4).
 *
 * @param ranges one per network, sorted by network; exactly one in files written today
 * @param watermark only for multi-network files
 * @param createdAt wall clock at close
 * @param scanned numbers that were asked for at the source, contains the range's numbers; null = the numbers themselves
 * @param orderAt rank among competitors; equal to {@code createdAt} for written files
 * @param generation 0 = written, n + 1 = compacted
 * @param writer {@code ampd/<version>}; null in files of older deployments
 */
public record SegmentMetadata(
        String table,
        String fileName,
        Instant createdAt,
        List<BlockRange> ranges,
        @Nullable Long watermark,
        @Nullable BlockInterval scanned,
        Instant orderAt,
        int generation,
        List<Long> parentFileIds,
        @Nullable String writer) {
    public SegmentMetadata {
        ranges = List.copyOf(ranges);
        parentFileIds = List.copyOf(parentFileIds);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("a segment has at least one block range");
        }
    }

    /** The only range of a single-network segment. */
    public BlockRange range() {
        if (ranges.size() != 1) {
            throw new IllegalStateException("segment " + fileName + " spans " + ranges.size() + " networks");
        }
        return ranges.getFirst();
    }

    /** {@link #scanned()}, else the numbers of the range. */
    public BlockInterval covered() {
        return scanned != null ? scanned : range().numbers();
    }
}
