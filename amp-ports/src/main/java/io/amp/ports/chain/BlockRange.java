package io.amp.ports.chain;

import org.jspecify.annotations.Nullable;

/**
 * A hash-linked run of blocks (sources specification, section 1.3).
 *
 * @param numbers first and last existing block, inclusive
 * @param hash hash of block {@code numbers.end}
 * @param prevHash parent hash of block {@code numbers.start}: zero for block 0, null only in files of older deployments
 * @param timestamp Unix seconds of block {@code numbers.end}, null when unknown
 */
public record BlockRange(
        BlockInterval numbers,
        NetworkId network,
        BlockHash hash,
        @Nullable BlockHash prevHash,
        @Nullable Long timestamp) {

    public long start() {
        return numbers.start();
    }

    public long end() {
        return numbers.end();
    }

    /**
     * True when {@code next} goes on where this ends: same network, later numbers, and linked by hash (or, for a {@code next} without
     * parent hash, by number). Gaps in the numbers are allowed when the hashes link.
     */
    public boolean isFollowedBy(BlockRange next) {
        if (!network.equals(next.network) || end() >= next.start()) {
            return false;
        }
        return next.prevHash == null ? end() + 1 == next.start() : next.prevHash.equals(hash);
    }

    /** From this start to that end; {@code last} must link to this. */
    public BlockRange extendTo(BlockRange last) {
        return new BlockRange(new BlockInterval(start(), last.end()), network, last.hash, prevHash, last.timestamp);
    }
}
