package io.amp.adapters.query.prune;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.prune.AdmittedNumbers.Scale;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.storage.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a segment must have in common with a condition to be read.
 *
 * @param blocks block numbers that can count
 * @param times block times that can count
 */
public record SegmentFilter(NumberSet blocks, NumberSet times) {
    private static final long SECOND_MICROS = 1_000_000;

    public static final SegmentFilter NOTHING_KNOWN = new SegmentFilter(NumberSet.ALL, NumberSet.ALL);

    /** The filter of each scan of a statement, by scan id. */
    public static Map<Integer, SegmentFilter> of(Rel rel) {
        Map<Integer, List<Expr>> conditions = ScanConditions.of(rel);
        Map<Integer, SegmentFilter> filters = new HashMap<>();
        Rels.forEach(rel, node -> {
            if (node instanceof Rel.Scan scan) {
                filters.put(scan.id(), of(scan, conditions.getOrDefault(scan.id(), List.of())));
            }
        });
        return filters;
    }

    private static SegmentFilter of(Rel.Scan scan, List<Expr> conditions) {
        var definition = scan.table().definition();
        Set<Integer> numbers = ids(scan, definition.blockNumberColumns());
        Set<Integer> times = ids(scan, definition.blockTimeColumns());
        return new SegmentFilter(
                new AdmittedNumbers(numbers, Scale.COUNT).of(conditions),
                new AdmittedNumbers(times, Scale.TIME).of(conditions));
    }

    private static Set<Integer> ids(Rel.Scan scan, Collection<String> names) {
        TableSchema schema = scan.table().definition().schema();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < schema.fields().size(); i++) {
            Column column = scan.outputs().get(i);
            if (names.contains(schema.fields().get(i).getName())) {
                ids.add(column.id());
            }
        }
        return ids;
    }

    /** @param segments of one table in chain order */
    public List<Segment> apply(List<Segment> segments) {
        if (blocks.isAll() && times.isAll()) {
            return segments;
        }
        List<Segment> kept = new ArrayList<>();
        @Nullable Segment previous = null;
        for (Segment segment : segments) {
            if (mayCount(segment, previous)) {
                kept.add(segment);
            }
            previous = segment;
        }
        return kept;
    }

    private boolean mayCount(Segment segment, @Nullable Segment previous) {
        if (segment.metadata().ranges().size() != 1) {
            return true;
        }
        BlockRange range = segment.range();
        return blocks.touches(range.start(), range.end()) && timesTouch(range, previous);
    }

    /** Times of a segment lie between the last block before it and its own last block: they never decrease along a chain. */
    private boolean timesTouch(BlockRange range, @Nullable Segment previous) {
        if (times.isAll()) {
            return true;
        }
        Long end = range.timestamp();
        Long start = previous == null || previous.metadata().ranges().size() != 1
                ? null
                : previous.range().timestamp();
        long from = start == null ? Long.MIN_VALUE : Math.multiplyExact(start, SECOND_MICROS);
        // The seconds of a time may be followed by a fraction.
        long to = end == null ? Long.MAX_VALUE : Math.multiplyExact(end + 1, SECOND_MICROS) - 1;
        return from > to || times.touches(AdmittedNumbers.timeNumber(from), AdmittedNumbers.timeNumber(to));
    }
}
