package io.amp.ports.chain;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** One connected data source of one network. Thread-safe: partitions stream from it at the same time. */
public interface ChainSource extends AutoCloseable {
    /** Name of the provider file, for logs and metrics. */
    String providerName();

    /**
     * Blocks of an inclusive interval. Opening does no I/O that can fail; errors come from {@link BlockStream#next()}.
     */
    BlockStream stream(BlockInterval numbers);

    /**
     * Newest available block number, or empty when the chain has none yet.
     *
     * @param finalizedOnly newest finalized one instead
     * @throws io.amp.ports.error.AmpException {@link SourceError}
     */
    OptionalLong latestBlock(boolean finalizedOnly) throws InterruptedException;

    /**
     * Header of one block on the source's current chain; empty when it does not exist (yet, or a skipped number).
     *
     * @throws io.amp.ports.error.AmpException {@link SourceError}
     */
    Optional<BlockLink> header(long number) throws InterruptedException;

    /**
     * Waits for news of the head: returns as soon as the source pushed a header other than those already announced to earlier calls,
     * or when {@code atMost} is over. Sources without push just wait.
     */
    void awaitHead(Duration atMost) throws InterruptedException;

    /** N when intervals must not be split inside {@code [k*N, (k+1)*N-1]}. */
    default OptionalLong bucketSize() {
        return OptionalLong.empty();
    }

    /** Number by which the chain names itself (EIP-155), for kinds that have one; asked for when connecting. */
    default OptionalLong chainId() {
        return OptionalLong.empty();
    }

    @Override
    void close();
}
