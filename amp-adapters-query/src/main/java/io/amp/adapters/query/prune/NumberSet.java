package io.amp.adapters.query.prune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of unsigned 64-bit numbers as disjoint ranges, ascending and not adjacent; ends are included. */
record NumberSet(List<Range> ranges) {
    /** Unsigned, both ends included, {@code start <= end}. */
    record Range(long start, long end) {}

    static final NumberSet ALL = new NumberSet(List.of(new Range(0, -1)));
    static final NumberSet NONE = new NumberSet(List.of());

    NumberSet {
        ranges = List.copyOf(ranges);
    }

    static NumberSet of(long start, long end) {
        return Long.compareUnsigned(start, end) > 0 ? NONE : new NumberSet(List.of(new Range(start, end)));
    }

    static NumberSet from(long start) {
        return of(start, -1);
    }

    static NumberSet upTo(long end) {
        return of(0, end);
    }

    boolean isAll() {
        return equals(ALL);
    }

    NumberSet union(NumberSet other) {
        var all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        all.sort(Comparator.comparing(Range::start, Long::compareUnsigned));
        var merged = new ArrayList<Range>();
        for (Range range : all) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            boolean touches =
                    last != null && (last.end() == -1 || Long.compareUnsigned(range.start(), last.end() + 1) <= 0);
            if (last != null && touches) {
                merged.set(merged.size() - 1, new Range(last.start(), max(last.end(), range.end())));
            } else {
                merged.add(range);
            }
        }
        return new NumberSet(merged);
    }

    NumberSet intersect(NumberSet other) {
        var common = new ArrayList<Range>();
        int i = 0;
        int j = 0;
        while (i < ranges.size() && j < other.ranges.size()) {
            Range left = ranges.get(i);
            Range right = other.ranges.get(j);
            long start = max(left.start(), right.start());
            long end = min(left.end(), right.end());
            if (Long.compareUnsigned(start, end) <= 0) {
                common.add(new Range(start, end));
            }
            if (Long.compareUnsigned(left.end(), right.end()) < 0) {
                i++;
            } else {
                j++;
            }
        }
        return new NumberSet(common);
    }

    NumberSet complement() {
        var rest = new ArrayList<Range>();
        long next = 0;
        for (Range range : ranges) {
            if (Long.compareUnsigned(next, range.start()) < 0) {
                rest.add(new Range(next, range.start() - 1));
            }
            if (range.end() == -1) {
                return new NumberSet(rest);
            }
            next = range.end() + 1;
        }
        rest.add(new Range(next, -1));
        return new NumberSet(rest);
    }

    /** True when some number from {@code start} to {@code end} is in the set. */
    boolean touches(long start, long end) {
        return !intersect(of(start, end)).ranges.isEmpty();
    }

    private static long max(long left, long right) {
        return Long.compareUnsigned(left, right) >= 0 ? left : right;
    }

    private static long min(long left, long right) {
        return Long.compareUnsigned(left, right) <= 0 ? left : right;
    }
}
