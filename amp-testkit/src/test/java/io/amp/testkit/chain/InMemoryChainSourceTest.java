package io.amp.testkit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.testkit.runtime.WallClock;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class InMemoryChainSourceTest extends ChainSourceContract {
    @Override
    protected ChainSource connect(BlockTree tree, BufferAllocator allocator) {
        return source(tree, allocator);
    }

    private static InMemoryChainSource source(BlockTree tree, BufferAllocator allocator) {
        return new InMemoryChainSource("twin", tree, EvmTables.all(), allocator, new WallClock());
    }

    @Test
    void skippedNumbersLeaveGapsThatLink() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 1);
        tree.mine();
        tree.skip(2);
        tree.mine(2);
        try (BufferAllocator allocator = new RootAllocator();
                ChainSource source = source(tree, allocator);
                BlockStream stream = source.stream(BlockInterval.of(0, 5))) {
            List<Long> numbers = new ArrayList<>();
            for (BlockRows rows = stream.next(); rows != null; rows = stream.next()) {
                numbers.add(rows.range().start());
                rows.close();
            }
            assertThat(numbers).containsExactly(0L, 1L, 4L, 5L);
            assertThat(tree.find(4).orElseThrow().parentHash())
                    .isEqualTo(tree.find(1).orElseThrow().hash());
        }
    }

    @Test
    void failsAndLiesAsTold() throws Exception {
        BlockTree tree = BlockTree.withGenesis(NETWORK, 2);
        EvmBlock block = tree.mine();
        try (BufferAllocator allocator = new RootAllocator();
                InMemoryChainSource source = source(tree, allocator);
                BlockStream stream = source.stream(BlockInterval.of(1, 1))) {
            source.failNext(new AmpException(SourceError.UNREACHABLE, "down"));
            assertThatThrownBy(stream::next).hasMessage("down");
            source.failAlways(1, new AmpException(SourceError.BAD_DATA, "bad"));
            assertThatThrownBy(stream::next).hasMessage("bad");
            assertThatThrownBy(stream::next).hasMessage("bad");
            source.heal();
            source.tamperOnce(1, truth -> truth.withParent(truth.hash()));
            try (BlockRows rows = stream.next()) {
                assertThat(rows.range().prevHash()).isEqualTo(block.hash());
            }
            try (BlockStream again = source.stream(BlockInterval.of(1, 1))) {
                expectBlock(block, again.next());
            }
        }
    }
}
