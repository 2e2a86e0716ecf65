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

    /**
     * Id of the chain that the source said it serves when it was connected (EIP-155); empty for kinds without such ids and for sources that
     * do not say. Ids of well-known networks are checked by {@link ChainConnector#connect} already; for any other network, the caller
     * compares this with the id that the first extraction recorded.
     */
    default OptionalLong chainId() {
        return OptionalLong.empty();
    }

    @Override
    void close();
}
