package io.amp.core.query;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which blocks all tables of a query have in common (query specification, section 2.3). */
final class CoveredRanges {
    private CoveredRanges() {}

    /**
     * Per network the greatest start, with the parent hash there, to the least end, with the hash and time there.
     *
     * @param synced the range of every block table that takes part, empty for one without data
     * @return sorted by network; empty when some table has no data, and without networks whose tables share no block
     */
    static List<BlockRange> of(Collection<Optional<BlockRange>> synced) {
        Map<NetworkId, BlockRange> common = new TreeMap<>();
        List<NetworkId> apart = new ArrayList<>();
        for (Optional<BlockRange> table : synced) {
            if (table.isEmpty()) {
                return List.of();
            }
            BlockRange range = table.get();
            BlockRange before = common.get(range.network());
            if (before == null) {
                common.put(range.network(), range);
            } else if (before.numbers().overlaps(range.numbers())) {
                common.put(range.network(), intersect(before, range));
            } else {
                apart.add(range.network());
            }
        }
        apart.forEach(common::remove);
        return List.copyOf(common.values());
    }

    private static BlockRange intersect(BlockRange a, BlockRange b) {
        BlockRange starting = b.start() > a.start() ? b : a;
        BlockRange ending = b.end() < a.end() ? b : a;
        return new BlockRange(
                new BlockInterval(starting.start(), ending.end()),
                a.network(),
                ending.hash(),
                starting.prevHash(),
                ending.timestamp());
    }
}
