package io.amp.adapters.query.prune;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.ports.storage.Segment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For {@code SELECT … FROM t ORDER BY block_num DESC LIMIT n} the newest segments that together have n rows are enough; likewise the oldest
 * for ascending order. All rows of a block are in one segment, and segments of a chain do not overlap.
 *
 * @param rows that are wanted, those skipped by OFFSET included
 */
public record RowGoal(long rows, boolean newest) {
    /** Scan id and goal of a statement of that form. */
    public static Map<Integer, RowGoal> of(Rel rel) {
        Map<Integer, RowGoal> goals = new HashMap<>();
        Rel at = rel;
        while (at instanceof Rel.Project project) {
            at = project.input();
        }
        if (at instanceof Rel.Sort sort && !sort.keys().isEmpty()) {
            Long rows = rows(sort);
            Rel.Scan scan = scanBelow(sort.input());
            if (rows != null
                    && scan != null
                    && sort.keys().getFirst().value() instanceof Column key
                    && isBlockNumber(sort.input(), key, scan)) {
                goals.put(scan.id(), new RowGoal(rows, sort.keys().getFirst().descending()));
            }
        }
        return goals;
    }

    private static @Nullable Long rows(Rel.Sort sort) {
        Long limit = count(sort.limit());
        Long offset = sort.offset() == null ? Long.valueOf(0) : count(sort.offset());
        return limit == null || offset == null || limit + offset < 0 ? null : Long.valueOf(limit + offset);
    }

    private static @Nullable Long count(@Nullable Expr expr) {
        return expr instanceof Expr.Literal literal
                        && literal.value() instanceof BigInteger value
                        && value.signum() >= 0
                        && value.bitLength() < 63
                ? Long.valueOf(value.longValue())
                : null;
    }

    /** The scan whose rows come through one by one, without filter. */
    private static Rel.@Nullable Scan scanBelow(Rel rel) {
        Rel at = rel;
        while (true) {
            switch (at) {
                case Rel.Project project -> at = project.input();
                case Rel.Extend extend -> at = extend.input();
                case Rel.Scan scan -> {
                    return scan;
                }
                default -> {
                    return null;
                }
            }
        }
    }

    private static boolean isBlockNumber(Rel rel, Column key, Rel.Scan scan) {
        Expr value = key;
        for (Rel at = rel; !(at instanceof Rel.Scan); ) {
            List<Rel.Assignment> assignments = switch (at) {
                case Rel.Project project -> project.assignments();
                case Rel.Extend extend -> extend.assignments();
                default -> List.of();
            };
            for (Rel.Assignment assignment : assignments) {
                if (value instanceof Column column && assignment.column().id() == column.id()) {
                    value = assignment.value();
                    break;
                }
            }
            at = at instanceof Rel.Project project ? project.input() : ((Rel.Extend) at).input();
        }
        if (!(value instanceof Column column)) {
            return false;
        }
        var definition = scan.table().definition();
        for (int i = 0; i < scan.outputs().size(); i++) {
            if (scan.outputs().get(i).id() == column.id()) {
                return definition
                        .blockNumberColumns()
                        .contains(definition.schema().fields().get(i).getName());
            }
        }
        return false;
    }

    /** @param segments of one table in chain order */
    public List<Segment> apply(List<Segment> segments) {
        List<Segment> kept = new ArrayList<>();
        long found = 0;
        for (Segment segment : newest ? segments.reversed() : segments) {
            if (segment.rowCount() < 0) {
                return segments;
            }
            if (found >= rows) {
                break;
            }
            kept.add(segment);
            found += segment.rowCount();
        }
        if (newest) {
            Collections.reverse(kept);
        }
        return kept;
    }
}
