package io.amp.testkit.chain;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The twin of every real source: streams a {@link BlockTree} as it is at each moment, so a reorganisation in the middle of a stream is
 * seen as with a real node. Waits only through the given clock. Misbehaves when told:
 *
 * <ul>
 *   <li>{@link #failNext}: calls fail, in order, before they do anything;
 *   <li>{@link #failAlways}: one block number fails every time until {@link #heal};
 *   <li>{@link #tamperOnce}: one block is changed the first time it is streamed.
 * </ul>
 */
public final class InMemoryChainSource implements ChainSource {
    private final String name;
    private final BlockTree tree;
    private final SortedMap<String, TableDefinition> tables;
    private final BufferAllocator allocator;
    private final Clock clock;
    private final Signal news;
    private final AutoCloseable subscription;

    private final Object lock = new Object();
    private final Queue<AmpException> failures = new ArrayDeque<>();
    private final Map<Long, AmpException> broken = new HashMap<>();
    private final Map<Long, UnaryOperator<EvmBlock>> lies = new HashMap<>();
    private long announced;
    private long blocksServed;
    private @Nullable Long bucketSize;
    private boolean closed;

    /** @param tables the tables to stream, a subset of {@link EvmTables#all()} */
    public InMemoryChainSource(
            String name,
            BlockTree tree,
            SortedMap<String, TableDefinition> tables,
            BufferAllocator allocator,
            Clock clock) {
        this.name = name;
        this.tree = tree;
        this.tables = tables;
        this.allocator = allocator;
        this.clock = clock;
        this.news = clock.newSignal();
        this.announced = tree.version();
        this.subscription = tree.onChange(news::raise);
    }

    /** The next call of any method, or the next block of any stream, fails with this. Repeatable: failures queue up. */
    public void failNext(AmpException failure) {
        synchronized (lock) {
            failures.add(failure);
        }
    }

    /** Streams fail with this whenever they come to that block. */
    public void failAlways(long number, AmpException failure) {
        synchronized (lock) {
            broken.put(number, failure);
        }
    }

    /** Takes back {@link #failNext} and {@link #failAlways}. */
    public void heal() {
        synchronized (lock) {
            failures.clear();
            broken.clear();
        }
    }

    /** The next time a stream yields that number, it yields a changed block. */
    public void tamperOnce(long number, UnaryOperator<EvmBlock> lie) {
        synchronized (lock) {
            lies.put(number, lie);
        }
    }

    /** Makes {@link #bucketSize()} answer {@code blocks}. */
    public void useBuckets(long blocks) {
        synchronized (lock) {
            bucketSize = blocks;
        }
    }

    /** Blocks handed out by all streams so far: shows what was fetched twice. */
    public long blocksServed() {
        synchronized (lock) {
            return blocksServed;
        }
    }

    @Override
    public String providerName() {
        return name;
    }

    @Override
    public BlockStream stream(BlockInterval numbers) {
        return new TreeStream(numbers);
    }

    @Override
    public OptionalLong latestBlock(boolean finalizedOnly) {
        failIfTold();
        if (finalizedOnly) {
            return tree.finalizedNumber();
        }
        return tree.findHead().map(head -> OptionalLong.of(head.number())).orElse(OptionalLong.empty());
    }

    @Override
    public Optional<BlockLink> header(long number) {
        failIfTold();
        return tree.find(number).map(EvmBlock::link);
    }

    @Override
    public void awaitHead(Duration atMost) throws InterruptedException {
        long deadline = clock.nanoTime() + atMost.toNanos();
        // The signal may have been raised by news that an earlier call took: look again until the time is over.
        while (!takeNews()) {
            long left = deadline - clock.nanoTime();
            if (left <= 0 || !news.await(Duration.ofNanos(left))) {
                return;
            }
        }
    }

    @Override
    public OptionalLong bucketSize() {
        synchronized (lock) {
            return bucketSize == null ? OptionalLong.empty() : OptionalLong.of(bucketSize);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean takeNews() {
        long version = tree.version();
        synchronized (lock) {
            boolean news = version != announced;
            announced = version;
            return news;
        }
    }

    private void failIfTold() {
        synchronized (lock) {
            if (closed) {
                throw new AmpException(SourceError.UNREACHABLE, "source " + name + " is closed");
            }
            AmpException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
        }
    }

    private final class TreeStream implements BlockStream {
        private final BlockInterval numbers;
        private long next;
        private volatile boolean streamClosed;

        TreeStream(BlockInterval numbers) {
            this.numbers = numbers;
            this.next = numbers.start();
        }

        @Override
        public @Nullable BlockRows next() throws InterruptedException {
            while (next <= numbers.end()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (streamClosed) {
                    throw new AmpException(
                            SourceError.UNREACHABLE, "stream " + numbers + " of source " + name + " is closed");
                }
                failIfTold();
                Optional<EvmBlock> block = load(next);
                next++;
                if (block.isPresent()) {
                    synchronized (lock) {
                        blocksServed++;
                    }
                    return block.get().toBlockRows(tree.network(), tables, allocator);
                }
            }
            return null;
        }

        /** Empty for a skipped number. */
        private Optional<EvmBlock> load(long number) {
            UnaryOperator<EvmBlock> lie;
            synchronized (lock) {
                AmpException failure = broken.get(number);
                if (failure != null) {
                    throw failure;
                }
                lie = lies.remove(number);
            }
            Optional<EvmBlock> block = tree.find(number);
            if (block.isEmpty()
                    && tree.findHead().map(head -> head.number() < number).orElse(true)) {
                throw new AmpException(
                        SourceError.NOT_READY,
                        "block " + number + " of network " + tree.network() + " not found at provider " + name,
                        null,
                        Map.of("block", number));
            }
            return lie == null ? block : block.map(lie);
        }

        @Override
        public void close() {
            streamClosed = true;
        }
    }
}
