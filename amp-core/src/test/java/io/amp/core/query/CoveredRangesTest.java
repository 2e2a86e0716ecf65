package io.amp.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoveredRangesTest {
    @Test
    void startAndEndComeWithTheHashesOfTheirTables() {
        BlockRange early = range("mainnet", 0, 90, 1);
        BlockRange late = range("mainnet", 10, 100, 2);

        assertThat(CoveredRanges.of(List.of(Optional.of(early), Optional.of(late))))
                .containsExactly(new BlockRange(
                        BlockInterval.of(10, 90),
                        new NetworkId("mainnet"),
                        early.hash(),
                        late.prevHash(),
                        early.timestamp()));
    }

    @Test
    void oneTableWithoutDataLeavesNothing() {
        assertThat(CoveredRanges.of(List.of(Optional.of(range("mainnet", 0, 9, 1)), Optional.empty())))
                .isEmpty();
    }

    @Test
    void networksAreSortedAndKeptApart() {
        assertThat(CoveredRanges.of(List.of(
                        Optional.of(range("mainnet", 0, 9, 1)),
                        Optional.of(range("base", 5, 6, 2)),
                        Optional.of(range("mainnet", 3, 20, 3)))))
                .extracting(range -> range.network() + " " + range.numbers())
                .containsExactly("base 5..6", "mainnet 3..9");
    }

    @Test
    void tablesThatShareNoBlockHaveNoRange() {
        assertThat(CoveredRanges.of(List.of(
                        Optional.of(range("mainnet", 0, 9, 1)),
                        Optional.of(range("mainnet", 10, 20, 2)),
                        Optional.of(range("base", 1, 2, 3)))))
                .extracting(BlockRange::network)
                .containsExactly(new NetworkId("base"));
    }

    @Test
    void noTablesNoRanges() {
        assertThat(CoveredRanges.of(List.of())).isEmpty();
    }

    private static BlockRange range(String network, long start, long end, int branch) {
        return new BlockRange(
                BlockInterval.of(start, end),
                new NetworkId(network),
                new BlockHash(branch, 0, 0, end),
                new BlockHash(branch, 0, 0, start - 1),
                1000L * branch + end);
    }
}
