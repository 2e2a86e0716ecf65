package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OrderedBlockStreamTest {
    private static final NetworkId NETWORK = new NetworkId("test");
    private static final ProviderErrors ERRORS = new ProviderErrors("p", NETWORK);

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();

    /** Later groups finish earlier. */
    private class Backwards implements BlockFetcher {
        private final int groupSize;
        private final int atOnce;
        private final long failing;

        Backwards(int groupSize, int atOnce, long failing) {
            this.groupSize = groupSize;
            this.atOnce = atOnce;
            this.failing = failing;
        }

        @Override
        public int groupSize() {
            return groupSize;
        }

        @Override
        public int groupsAtOnce() {
            return atOnce;
        }

        @Override
        public Fetched fetch(BlockInterval blocks) throws InterruptedException {
            started.incrementAndGet();
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                Thread.yield();
                List<BlockRows> rows = new ArrayList<>();
                for (long number = blocks.start(); number <= blocks.end(); number++) {
                    if (number == failing) {
                        return new Fetched(rows, new AmpException(SourceError.BAD_DATA, "block " + number));
                    }
                    rows.add(rows(number));
                }
                return new Fetched(rows, null);
            } finally {
                running.decrementAndGet();
            }
        }
    }

    private static BlockRows rows(long number) {
        return new BlockRows(
                new BlockRange(BlockInterval.of(number, number), NETWORK, BlockHash.ZERO, BlockHash.ZERO, 0L),
                Map.of());
    }

    private static BlockStream stream(long start, long end, BlockFetcher fetcher) {
        return new OrderedBlockStream(BlockInterval.of(start, end), fetcher, ERRORS, stream -> {});
    }

    private static List<Long> numbers(BlockStream stream, long most) throws InterruptedException {
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < most; i++) {
            BlockRows rows = stream.next();
            if (rows == null) {
                break;
            }
            numbers.add(rows.range().start());
        }
        return numbers;
    }

    @Test
    void blocksComeInOrderAndNoMoreGroupsThanAllowedAreFetched() throws Exception {
        for (int groupSize : new int[] {1, 3, 7}) {
            try (BlockStream stream = stream(5, 104, new Backwards(groupSize, 4, -1))) {
                List<Long> numbers = numbers(stream, 1000);
                assertThat(numbers).hasSize(100).isSorted().startsWith(5L).endsWith(104L);
                assertThat(stream.next()).isNull();
            }
        }
        assertThat(mostRunning.get()).isBetween(1, 4);
    }

    @Test
    void nothingIsFetchedBeforeTheFirstBlockIsWantedNorAheadOfASlowReader() throws Exception {
        try (BlockStream stream = stream(0, 1000, new Backwards(1, 4, -1))) {
            assertThat(started.get()).isZero();
            assertThat(numbers(stream, 2)).containsExactly(0L, 1L);
            assertThat(started.get()).isLessThanOrEqualTo(6);
        }
    }

    @Test
    void blocksBeforeTheFailureOfAGroupComeThenTheFailureAgainAndAgain() throws Exception {
        try (BlockStream stream = stream(0, 20, new Backwards(5, 2, 7))) {
            assertThat(numbers(stream, 7)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(stream::next)
                        .isInstanceOf(AmpException.class)
                        .hasMessage("block 7");
            }
        }
    }

    @Test
    void groupsEndBelowTheLargestNumber() throws Exception {
        try (BlockStream stream = stream(Long.MAX_VALUE - 3, Long.MAX_VALUE - 1, new Backwards(5, 3, -1))) {
            assertThat(numbers(stream, 10)).containsExactly(Long.MAX_VALUE - 3, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
        }
    }

    @Test
    void closingInterruptsWhatRunsAndWaitsForIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch forever = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        BlockFetcher stuck = new BlockFetcher() {
            @Override
            public int groupSize() {
                return 1;
            }

            @Override
            public int groupsAtOnce() {
                return 2;
            }

            @Override
            public Fetched fetch(BlockInterval blocks) throws InterruptedException {
                begun.countDown();
                try {
                    forever.await();
                    return new Fetched(List.of(), null);
                } finally {
                    ended.incrementAndGet();
                }
            }
        };
        BlockStream stream = stream(0, 9, stuck);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                stream.next();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        begun.await();
        stream.close();
        assertThat(ended.get()).isEqualTo(2);
        reader.join();
        assertThat(thrown.get()).isInstanceOf(AmpException.class).hasMessageContaining("closed");
    }

    @Test
    void aBugInFetchingReachesTheReader() {
        BlockFetcher broken = new Backwards(1, 1, -1) {
            @Override
            public Fetched fetch(BlockInterval blocks) {
                throw new IllegalStateException("bug");
            }
        };
        try (BlockStream stream = stream(0, 9, broken)) {
            assertThatThrownBy(stream::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("bug");
        }
    }

    @Test
    void theBudgetIsSharedAndFollowsTheSizeOfBlocks() {
        FetchBudget budget = new FetchBudget(64 << 20);
        FetchBudget.BlockSize size = new FetchBudget.BlockSize();
        budget.streamOpened();
        assertThat(budget.blocks(size.expected(), 1000)).isEqualTo(64);
        assertThat(budget.blocks(size.expected(), 10)).isEqualTo(10);
        budget.streamOpened();
        assertThat(budget.blocks(size.expected(), 1000)).isEqualTo(32);
        size.met(100 << 20);
        assertThat(budget.blocks(size.expected(), 1000))
                .as("one block is always allowed")
                .isEqualTo(1);
        budget.streamClosed();
        for (int i = 0; i < 1000; i++) {
            size.met(1000);
        }
        assertThat(budget.blocks(size.expected(), 64)).isEqualTo(64);
    }
}
