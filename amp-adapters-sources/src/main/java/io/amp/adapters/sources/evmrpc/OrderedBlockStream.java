package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches groups of blocks side by side and hands their blocks out in order. What is in flight is bounded by the fetcher's numbers; new
 * groups start when the reader takes a block, so a reader that stops stops the fetching.
 */
final class OrderedBlockStream implements BlockStream {
    private final BlockInterval interval;
    private final BlockFetcher fetcher;
    private final ProviderErrors errors;
    private final Consumer<BlockStream> onClose;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    /** Oldest first. */
    private final ArrayDeque<Group> groups = new ArrayDeque<>();

    private long nextToFetch;
    private boolean exhausted;
    private boolean closed;

    /** @param onClose told once */
    OrderedBlockStream(
            BlockInterval interval, BlockFetcher fetcher, ProviderErrors errors, Consumer<BlockStream> onClose) {
        this.interval = interval;
        this.fetcher = fetcher;
        this.errors = errors;
        this.onClose = onClose;
        this.nextToFetch = interval.start();
    }

    @Override
    public @Nullable BlockRows next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw errors.closed();
                }
                fetchAhead();
                Group oldest = groups.peekFirst();
                if (oldest == null) {
                    return null;
                }
                if (oldest.running) {
                    progress.await();
                } else if (oldest.rows.hasNext()) {
                    BlockRows next = oldest.rows.next();
                    if (!oldest.rows.hasNext() && oldest.failure == null) {
                        groups.removeFirst();
                        fetchAhead();
                    }
                    return next;
                } else if (oldest.failure != null) {
                    throw rethrown(oldest.failure);
                } else {
                    groups.removeFirst();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a blocked {@link #next}, interrupts what is in flight and waits until nothing of it holds Arrow memory.
     */
    @Override
    public void close() {
        List<Group> left;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            left = List.copyOf(groups);
            groups.clear();
            left.forEach(Group::interrupt);
            progress.signalAll();
            while (left.stream().anyMatch(group -> group.running)) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        left.forEach(Group::discard);
        onClose.accept(this);
    }

    private void fetchAhead() {
        while (!exhausted && groups.size() < fetcher.groupsAtOnce()) {
            // By what is left, since a sum might pass the largest number.
            long last = nextToFetch + Math.min(interval.end() - nextToFetch, fetcher.groupSize() - 1L);
            Group group = new Group(BlockInterval.of(nextToFetch, last));
            groups.addLast(group);
            exhausted = last == interval.end();
            nextToFetch = last + 1;
            group.start();
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }

    /** One group in flight; fields are guarded by the stream's lock. */
    private final class Group {
        private final BlockInterval blocks;
        private final Thread thread;
        private boolean running = true;
        private Iterator<BlockRows> rows = Collections.emptyIterator();
        private @Nullable Throwable failure;

        Group(BlockInterval blocks) {
            this.blocks = blocks;
            this.thread =
                    Thread.ofVirtual().name("evm-rpc-fetch-" + blocks.start()).unstarted(this::run);
        }

        void start() {
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        private void run() {
            List<BlockRows> fetched = List.of();
            Throwable failed;
            try {
                BlockFetcher.Fetched result = fetcher.fetch(blocks);
                fetched = result.rows();
                failed = result.failure();
            } catch (InterruptedException e) {
                failed = errors.closed();
            } catch (Throwable e) {
                // Also a bug or lack of memory: the reader must learn of it, not this thread's handler.
                failed = e;
            }
            lock.lock();
            try {
                running = false;
                failure = failed;
                rows = fetched.iterator();
                progress.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void discard() {
            rows.forEachRemaining(BlockRows::close);
        }
    }
}
