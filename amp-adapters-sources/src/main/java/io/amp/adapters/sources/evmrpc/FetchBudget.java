package io.amp.adapters.sources.evmrpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many blocks a stream may have in flight, so that the answers of all streams together stay within a number of bytes. The size of the
 * next block is not known before it comes, so the largest recent one counts, and every stream may have one whatever its size. Thread-safe.
 */
final class FetchBudget {
    private final long bytes;
    private final AtomicInteger streams = new AtomicInteger();

    FetchBudget(long bytes) {
        this.bytes = bytes;
    }

    /** A quarter of the heap, at most 256 MiB. */
    static FetchBudget ofHeap() {
        return new FetchBudget(Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4));
    }

    void streamOpened() {
        streams.incrementAndGet();
    }

    void streamClosed() {
        streams.decrementAndGet();
    }

    /** Number of blocks of that size, from 1 to {@code most}. */
    int blocks(long blockBytes, int most) {
        long share = bytes / Math.max(1, streams.get());
        return Math.clamp(share / Math.max(1, blockBytes), 1, most);
    }

    /** The size of the largest recent block, for one network. Follows growth at once and forgets it slowly. Thread-safe. */
    static final class BlockSize {
        /** Before the first block: small enough to start with, large enough not to be flooded. */
        private static final long FIRST_GUESS = 1 << 20;

        private long recentLargest = FIRST_GUESS;

        synchronized void met(long bytes) {
            recentLargest = Math.max(bytes, recentLargest - (recentLargest - bytes) / 32);
        }

        synchronized long expected() {
            return recentLargest;
        }
    }
}
