package io.amp.core.provider;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.runtime.Randomness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** In which order the providers of one kind and network are tried (datasets specification, section 8.4). */
public final class ProviderChoice {
    private static final NetworkId SOLANA_ALIAS = new NetworkId("solana-mainnet");
    private static final NetworkId SOLANA = new NetworkId("mainnet");

    private ProviderChoice() {}

    /**
     * Candidates, best first: by {@code priority} ascending, shuffled among equals; those that failed lately come last, the one that
     * failed first leading.
     *
     * @param avoidedUntil monotonic time up to which a provider is avoided, by name; only times in the future
     */
    public static List<ProviderConfig> candidates(
            List<ProviderConfig> all,
            String kind,
            NetworkId network,
            Map<String, Long> avoidedUntil,
            Randomness randomness) {
        List<ProviderConfig> candidates = new ArrayList<>();
        for (ProviderConfig provider : all) {
            if (provider.kind().equals(kind)
                    && canonical(kind, provider.network()).equals(canonical(kind, network))) {
                candidates.add(provider);
            }
        }
        for (int last = candidates.size() - 1; last > 0; last--) {
            int other = randomness.nextInt(last + 1);
            ProviderConfig swapped = candidates.get(last);
            candidates.set(last, candidates.get(other));
            candidates.set(other, swapped);
        }
        candidates.sort(Comparator.comparing((ProviderConfig provider) -> avoidedUntil.containsKey(provider.name()))
                .thenComparingLong(provider -> avoidedUntil.getOrDefault(provider.name(), 0L))
                .thenComparingLong(ProviderChoice::priority));
        return candidates;
    }

    private static long priority(ProviderConfig provider) {
        Object priority = ProviderKeys.converted(provider.values()).get("priority");
        return priority instanceof Long number ? number : 0;
    }

    private static NetworkId canonical(String kind, NetworkId network) {
        return kind.equals("solana") && network.equals(SOLANA_ALIAS) ? SOLANA : network;
    }
}
