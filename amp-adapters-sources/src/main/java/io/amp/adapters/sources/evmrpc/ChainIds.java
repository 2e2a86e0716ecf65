package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.NetworkId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ids of well-known networks (sources specification, section 5.3). */
final class ChainIds {
    private static final Map<String, Long> WELL_KNOWN = Map.ofEntries(
            Map.entry("mainnet", 1L),
            Map.entry("sepolia", 11_155_111L),
            Map.entry("holesky", 17_000L),
            Map.entry("hoodi", 560_048L),
            Map.entry("base", 8_453L),
            Map.entry("base-sepolia", 84_532L),
            Map.entry("arbitrum-one", 42_161L),
            Map.entry("optimism", 10L),
            Map.entry("polygon", 137L),
            Map.entry("bsc", 56L),
            Map.entry("gnosis", 100L),
            Map.entry("avalanche", 43_114L));

    private ChainIds() {}

    /** What the network's node should answer; null for a name that is not well known. */
    static @Nullable Long of(NetworkId network) {
        return WELL_KNOWN.get(network.value());
    }
}
