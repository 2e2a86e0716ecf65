package io.amp.core.chain;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Segments drawn as text, as the specification draws them: {@code a-b p>q @t /s-e} has the hash of block {@code a-1} on branch
 * {@code p} as parent, the hash of {@code b} on branch {@code q}, was created at {@code t} and scanned {@code s-e}.
 */
final class Segments {
    private static final NetworkId NETWORK = new NetworkId("testnet");
    private static final Pattern FORM =
            Pattern.compile("(\\d+)-(\\d+)(?:/(\\d+)-(\\d+))?(?: (\\d+)>(\\d+))?(?: @(\\d+))?");

    private Segments() {}

    /** File ids count from 1 in the order written. */
    static List<Segment> parse(String text) {
        List<Segment> segments = new ArrayList<>();
        if (text.isBlank() || text.equals("none")) {
            return segments;
        }
        for (String part : text.split(",")) {
            Matcher form = FORM.matcher(part.strip());
            if (!form.matches()) {
                throw new IllegalArgumentException(part);
            }
            segments.add(segment(
                    segments.size() + 1,
                    Long.parseLong(form.group(1)),
                    Long.parseLong(form.group(2)),
                    form.group(3) == null
                            ? null
                            : new BlockInterval(Long.parseLong(form.group(3)), Long.parseLong(form.group(4))),
                    form.group(5) == null ? 0 : Integer.parseInt(form.group(5)),
                    form.group(6) == null ? 0 : Integer.parseInt(form.group(6)),
                    form.group(7) == null ? 0 : Long.parseLong(form.group(7))));
        }
        return segments;
    }

    static Segment segment(
            long id,
            long start,
            long end,
            @Nullable BlockInterval scanned,
            int parentBranch,
            int branch,
            long createdAt) {
        BlockRange range = new BlockRange(
                new BlockInterval(start, end),
                NETWORK,
                hash(end, branch),
                start == 0 ? BlockHash.ZERO : hash(start - 1, parentBranch),
                null);
        return of(id, List.of(range), scanned, createdAt);
    }

    static Segment of(long id, List<BlockRange> ranges, @Nullable BlockInterval scanned, long createdAt) {
        Instant time = Instant.ofEpochSecond(createdAt);
        SegmentMetadata metadata = new SegmentMetadata(
                "blocks", "file-" + id, time, ranges, null, scanned, time, 0, List.of(), "ampd/test");
        return new Segment(id, 1, "path/file-" + id, 1, 1, metadata);
    }

    static BlockHash hash(long number, int branch) {
        return new BlockHash(0x5eed, branch, 1, number);
    }

    /** {@code a-b, c-d} for comparing. */
    static String numbers(List<Segment> segments) {
        return String.join(
                ", ",
                segments.stream()
                        .map(segment ->
                                segment.range().start() + "-" + segment.range().end())
                        .toList());
    }

    static List<BlockInterval> intervals(String text) {
        List<BlockInterval> intervals = new ArrayList<>();
        if (text.isBlank() || text.equals("none")) {
            return intervals;
        }
        for (String part : text.split(",")) {
            String[] ends = part.strip().split("-");
            intervals.add(new BlockInterval(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
        }
        return intervals;
    }
}
