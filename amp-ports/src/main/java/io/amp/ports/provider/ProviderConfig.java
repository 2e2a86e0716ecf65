package io.amp.ports.provider;

import io.amp.ports.chain.NetworkId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One provider file.
 *
 * @param name the file's stem
 * @param values every key of the file in its order, {@code kind} and {@code network} included: strings, longs, doubles, booleans, lists
 *     and maps of these. May hold secrets, so {@link #toString()} shows only name, kind and network
 */
public record ProviderConfig(String name, String kind, NetworkId network, Map<String, Object> values) {
    public ProviderConfig {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public String toString() {
        return "provider '" + name + "' (" + kind + ", " + network + ")";
    }
}
