package io.amp.testkit.provider;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Provider files in memory. */
public final class InMemoryProviderStore implements ProviderStore {
    private final TreeMap<String, ProviderConfig> files = new TreeMap<>();

    /** Adds a provider with the URL {@code http://<name>} and more keys. */
    public InMemoryProviderStore with(String name, String kind, String network, Map<String, Object> more) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("kind", kind);
        values.put("network", network);
        values.put("url", "http://" + name);
        values.putAll(more);
        save(new ProviderConfig(name, kind, new NetworkId(network), values), false);
        return this;
    }

    @Override
    public synchronized List<ProviderConfig> list() {
        return List.copyOf(files.values());
    }

    @Override
    public synchronized Optional<ProviderConfig> find(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public synchronized boolean save(ProviderConfig provider, boolean createOnly) {
        if (createOnly && files.containsKey(provider.name())) {
            return false;
        }
        files.put(provider.name(), provider);
        return true;
    }

    @Override
    public synchronized boolean delete(String name) {
        return files.remove(name) != null;
    }
}
