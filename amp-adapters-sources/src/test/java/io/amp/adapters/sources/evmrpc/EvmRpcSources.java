package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.runtime.Metrics;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.runtime.WallClock;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** Connects to test nodes. */
final class EvmRpcSources {
    private EvmRpcSources() {}

    static ChainSource connect(NetworkId network, URI url, Map<String, Object> keys, BufferAllocator allocator)
            throws InterruptedException {
        return new EvmRpcConnector(allocator, new WallClock(), Metrics.none())
                .connect(provider(network, url, keys), EvmTables.manifest(network));
    }

    static ProviderConfig provider(NetworkId network, URI url, Map<String, Object> keys) {
        Map<String, Object> values = new HashMap<>(keys);
        values.put("kind", "evm-rpc");
        values.put("network", network.value());
        values.put("url", url.toString());
        return new ProviderConfig("node1", "evm-rpc", network, values);
    }
}
