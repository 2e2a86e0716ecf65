package io.amp.ports.chain;

import java.util.Optional;

/** Inclusive block numbers {@code start..end}; never empty. */
public record BlockInterval(long start, long end) implements Comparable<BlockInterval> {
    public BlockInterval {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("invalid block interval " + start + ".." + end);
        }
    }

    public static BlockInterval of(long start, long end) {
        return new BlockInterval(start, end);
    }

    /** Number of block numbers inside; saturates at {@link Long#MAX_VALUE}. */
    public long length() {
        long length = end - start + 1;
        return length <= 0 ? Long.MAX_VALUE : length;
    }

    public boolean contains(long number) {
        return start <= number && number <= end;
    }

    public boolean contains(BlockInterval other) {
        return start <= other.start && other.end <= end;
    }

    public boolean overlaps(BlockInterval other) {
        return start <= other.end && other.start <= end;
    }

    /** The common part, if any. */
    public Optional<BlockInterval> intersect(BlockInterval other) {
        return overlaps(other)
                ? Optional.of(new BlockInterval(Math.max(start, other.start), Math.min(end, other.end)))
                : Optional.empty();
    }

    @Override
    public int compareTo(BlockInterval other) {
        int byStart = Long.compare(start, other.start);
        return byStart != 0 ? byStart : Long.compare(end, other.end);
    }

    @Override
    public String toString() {
        return start + ".." + end;
    }
}
