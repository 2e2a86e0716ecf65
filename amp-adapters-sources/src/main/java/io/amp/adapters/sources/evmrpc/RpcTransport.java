package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.net.ResponseBody;
import java.time.Duration;

/** Carries JSON-RPC texts to one node and back. Thread-safe. */
interface RpcTransport extends AutoCloseable {
    /**
     * Sends a request and waits for its answer, as long as the provider's time limit says.
     *
     * @return owned by the caller
     * @throws RpcErrorException the node answered with an error that came without a usable body
     */
    ResponseBody exchange(RpcRequest request) throws RpcFailure, InterruptedException;

    /** See {@link io.amp.ports.chain.ChainSource#awaitHead}. */
    void awaitHead(Duration atMost) throws InterruptedException;

    @Override
    void close();
}
