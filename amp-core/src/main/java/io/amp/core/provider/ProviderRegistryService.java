package io.amp.core.provider;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderError;
import io.amp.ports.provider.ProviderRegistry;
import io.amp.ports.provider.ProviderStore;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Provider files for operators: checked when written, redacted when read (datasets specification, section 8.1). */
public final class ProviderRegistryService implements ProviderRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistryService.class);
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_-]{0,254}");
    private static final Set<String> FRAME = Set.of("name", "kind", "network", "config");

    private final ProviderStore store;
    private final boolean redactSecrets;

    public ProviderRegistryService(ProviderStore store, boolean redactSecrets) {
        this.store = store;
        this.redactSecrets = redactSecrets;
    }

    @Override
    public List<ProviderConfig> list() {
        return store.list().stream().map(this::shown).toList();
    }

    @Override
    public Optional<ProviderConfig> find(String name) {
        requireName(name, ProviderError.INVALID_PROVIDER_NAME);
        return store.find(name).map(this::shown);
    }

    @Override
    public void save(String name, Map<String, ? extends @Nullable Object> values) {
        requireName(name, ProviderError.INVALID_REQUEST_BODY);
        Map<String, Object> submitted = new LinkedHashMap<>();
        values.forEach((key, value) -> submitted.put(key, tomlValue(key, value)));
        submitted.remove("name");
        Map<String, Object> flat = flattened(submitted);
        Map<String, Object> complete = store.find(name)
                .map(stored -> Secrets.restored(flat, stored.values()))
                .orElse(flat);
        List<String> problems = ProviderKeys.problems(complete, false);
        if (!problems.isEmpty()) {
            throw new AmpException(
                    ProviderError.INVALID_REQUEST_BODY, "provider '" + name + "': " + String.join(", ", problems));
        }
        List<String> unknown = ProviderKeys.unknown(complete);
        if (!unknown.isEmpty()) {
            LOG.warn("provider '{}' has keys that nothing reads: {}", name, unknown);
        }
        store.save(
                new ProviderConfig(
                        name,
                        String.valueOf(complete.get("kind")),
                        new NetworkId(String.valueOf(complete.get("network"))),
                        complete),
                false);
        LOG.info("saved provider '{}'", name);
    }

    @Override
    public boolean delete(String name) {
        requireName(name, ProviderError.INVALID_PROVIDER_NAME);
        return store.delete(name);
    }

    private ProviderConfig shown(ProviderConfig provider) {
        return redactSecrets
                ? new ProviderConfig(
                        provider.name(), provider.kind(), provider.network(), Secrets.redacted(provider.values()))
                : provider;
    }

    /** Some clients send the keys of the kind in an object of their own. */
    private static Map<String, Object> flattened(Map<String, Object> submitted) {
        if (!(submitted.get("config") instanceof Map<?, ?> config) || !FRAME.containsAll(submitted.keySet())) {
            return submitted;
        }
        Map<String, Object> flat = new LinkedHashMap<>(submitted);
        flat.remove("config");
        config.forEach((key, value) -> flat.putIfAbsent((String) key, value));
        flat.remove("name");
        return flat;
    }

    private static Object tomlValue(String key, @Nullable Object value) {
        return switch (value) {
            case null -> throw unconvertible(key, "null");
            case String text -> text;
            case Boolean flag -> flag;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Double number -> number;
            case BigDecimal number -> number.doubleValue();
            case Map<?, ?> table -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                table.forEach((name, member) -> copy.put((String) name, tomlValue(key + "." + name, member)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(element -> copy.add(tomlValue(key, element)));
                yield copy;
            }
            default -> throw unconvertible(key, "a number of more than 64 bits");
        };
    }

    private static AmpException unconvertible(String key, String what) {
        return new AmpException(ProviderError.DATA_CONVERSION_ERROR, "key '" + key + "': TOML cannot hold " + what);
    }

    private static void requireName(String name, ProviderError code) {
        if (!NAME.matcher(name).matches()) {
            throw new AmpException(code, "invalid provider name '" + name + "', expected [a-z_][a-z0-9_-]*");
        }
    }
}
