package io.amp.ports.chain;

import org.jspecify.annotations.Nullable;

/**
 * Blocks in strictly increasing number order, gaps allowed. Fetching runs ahead of the reader by a bounded number of blocks. Used by one
 * thread; {@link #close()} may come from any thread and ends a blocked {@link #next()}.
 */
public interface BlockStream extends AutoCloseable {
    /**
     * The next block, owned by the caller; null after the last one of the interval.
     *
     * @throws io.amp.ports.error.AmpException with a {@link SourceError}: retryable ones allow reopening at the next block
     */
    @Nullable
    BlockRows next() throws InterruptedException;

    @Override
    void close();
}
