package io.amp.testkit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.testkit.batch.BatchRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every EVM source does with the chain of a {@link BlockTree}. */
public abstract class ChainSourceContract {
    protected static final NetworkId NETWORK = new NetworkId("anvil");

    private final BufferAllocator allocator = new RootAllocator();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** A source with all of {@link EvmTables} over that chain, which may change later. Resources go to {@link #closeLater}. */
    protected abstract ChainSource connect(BlockTree tree, BufferAllocator allocator) throws Exception;

    /** False for a source that learns of new heads only by asking. */
    protected boolean pushesHeads() {
        return true;
    }

    protected final void closeLater(AutoCloseable resource) {
        opened.add(resource);
    }

    @AfterEach
    void closeEverything() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
        allocator.close();
    }

    @Test
    void streamsEveryBlockOfTheIntervalInOrder() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 1);
        tree.mine(40);
        ChainSource source = open(tree);

        List<EvmBlock> expected = tree.chain().subList(3, 38);
        try (BlockStream stream = source.stream(BlockInterval.of(3, 37))) {
            for (EvmBlock block : expected) {
                expectBlock(block, stream.next());
            }
            assertThat(stream.next()).isNull();
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void genesisHasTheZeroParent() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 2);
        ChainSource source = open(tree);
        try (BlockStream stream = source.stream(BlockInterval.of(0, 0));
                BlockRows rows = present(stream.next())) {
            assertThat(rows.range().prevHash()).isEqualTo(BlockHash.ZERO);
        }
    }

    @Test
    void aBlockAboveTheHeadIsNotReady() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 3);
        EvmBlock last = tree.mine(2).getLast();
        ChainSource source = open(tree);
        try (BlockStream stream = source.stream(BlockInterval.of(2, 5))) {
            expectBlock(last, stream.next());
            assertThatThrownBy(stream::next).isInstanceOfSatisfying(AmpException.class, e -> {
                assertThat(e.code()).isEqualTo(SourceError.NOT_READY);
                assertThat(e.retryable()).isTrue();
                assertThat(e).hasMessageContaining("block 3").hasMessageContaining(NETWORK.value());
                assertThat(e.context()).containsEntry("block", 3L);
            });
        }
        List<EvmBlock> mined = tree.mine(3);
        try (BlockStream stream = source.stream(BlockInterval.of(3, 5))) {
            for (EvmBlock block : mined) {
                expectBlock(block, stream.next());
            }
        }
    }

    @Test
    void aReopenedStreamSeesTheNewBranch() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 4);
        tree.mine(6);
        EvmBlock branchA = tree.head();
        ChainSource source = open(tree);
        expectChain(tree, source, 0, 6);

        tree.reorg(3, 4);
        expectChain(tree, source, 2, 7);

        tree.setHead(branchA);
        expectChain(tree, source, 2, 6);
    }

    @Test
    void anEmptyChainHasNoLatestBlock() throws Exception {
        BlockTree tree = BlockTree.empty(NETWORK, 5);
        ChainSource source = open(tree);
        assertThat(source.latestBlock(false)).isEmpty();
        assertThat(source.latestBlock(true)).isEmpty();
        assertThat(source.header(0)).isEmpty();
        tree.mine();
        assertThat(source.latestBlock(false)).hasValue(0);
    }

    @Test
    void finalityLagsBehindTheHead() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 6);
        ChainSource source = open(tree);
        tree.mine(70);
        assertThat(source.latestBlock(false)).hasValue(70);
        assertThat(source.latestBlock(true)).hasValue(6);
        tree.finalizeAt(50);
        assertThat(source.latestBlock(true)).hasValue(50);
    }

    @Test
    void headersAreThoseOfTheChainAsItIsNow() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 7);
        tree.mine(3);
        ChainSource source = open(tree);
        for (EvmBlock block : tree.chain()) {
            assertThat(source.header(block.number())).hasValue(block.link());
        }
        EvmBlock replaced = tree.head();
        EvmBlock replacement = tree.reorg(1, 1).getFirst();
        assertThat(source.header(3)).hasValue(replacement.link()).isNotEqualTo(replaced.link());
        assertThat(source.header(4)).isEmpty();
    }

    @Test
    void streamsRunSideBySide() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 8);
        tree.mine(20);
        ChainSource source = open(tree);
        try (BlockStream low = source.stream(BlockInterval.of(0, 9));
                BlockStream high = source.stream(BlockInterval.of(10, 19))) {
            for (int i = 0; i < 10; i++) {
                expectBlock(tree.chain().get(i), low.next());
                expectBlock(tree.chain().get(10 + i), high.next());
            }
        }
    }

    @Test
    void aStreamGivenUpHalfWayKeepsNothing() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 9);
        tree.mine(50);
        ChainSource source = open(tree);
        try (BlockStream stream = source.stream(BlockInterval.of(0, 50))) {
            expectBlock(tree.chain().getFirst(), stream.next());
        }
        // The allocator's close in @AfterEach fails when anything is left.
        expectChain(tree, source, 0, 1);
    }

    @Test
    void aClosedStreamYieldsNothingMore() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 10);
        tree.mine(5);
        ChainSource source = open(tree);
        BlockStream stream = source.stream(BlockInterval.of(0, 5));
        expectBlock(tree.chain().getFirst(), stream.next());
        stream.close();
        stream.close();
        assertThatThrownBy(stream::next).isInstanceOf(AmpException.class);
    }

    @Test
    void newsOfTheHeadEndTheWait() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 11);
        ChainSource source = open(tree);
        CompletableFuture<Long> waited = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            long begin = System.nanoTime();
            try {
                source.awaitHead(pushesHeads() ? Duration.ofSeconds(60) : Duration.ofMillis(50));
                waited.complete(System.nanoTime() - begin);
            } catch (Exception e) {
                waited.completeExceptionally(e);
            }
        });
        tree.mine();
        long nanos = waited.get(30, TimeUnit.SECONDS);
        if (!pushesHeads()) {
            assertThat(nanos).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Test
    void withoutNewsTheWaitLastsItsTime() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 12);
        ChainSource source = open(tree);
        long begin = System.nanoTime();
        source.awaitHead(Duration.ofMillis(30));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
    }

    private ChainSource open(BlockTree tree) throws Exception {
        ChainSource source = connect(tree, allocator);
        closeLater(source);
        return source;
    }

    private static void expectChain(BlockTree tree, ChainSource source, int from, int to) throws Exception {
        try (BlockStream stream = source.stream(BlockInterval.of(from, to))) {
            for (EvmBlock block : tree.chain().subList(from, to + 1)) {
                expectBlock(block, stream.next());
            }
            assertThat(stream.next()).isNull();
        }
    }

    /** Compares and closes. */
    static void expectBlock(EvmBlock expected, @Nullable BlockRows received) {
        try (BlockRows actual = present(received)) {
            assertThat(actual.range()).isEqualTo(expected.range(NETWORK));
            assertThat(actual.tables()).containsOnlyKeys(EvmTables.all().keySet());
            EvmTables.all().forEach((name, table) -> {
                RecordBatch batch = batch(actual.tables(), name);
                assertThat(batch.root().getSchema()).isEqualTo(table.schema().arrow());
                assertThat(BatchRows.read(batch))
                        .as("%s of block %s", name, expected.number())
                        .isEqualTo(expected.rows(name));
            });
        }
    }

    private static BlockRows present(@Nullable BlockRows rows) {
        if (rows == null) {
            throw new AssertionError("the stream ended too early");
        }
        return rows;
    }

    private static RecordBatch batch(Map<String, RecordBatch> tables, String name) {
        RecordBatch batch = tables.get(name);
        if (batch == null) {
            throw new AssertionError("no batch of table " + name);
        }
        return batch;
    }
}
