package io.amp.adapters.objectstore.provider;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderError;
import io.amp.ports.provider.ProviderStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Providers as {@code <name>.toml} directly below one store. Files are listed anew at most every 30 s and at once on a miss; unchanged
 * ones are not read again. Thread-safe.
 */
public final class TomlProviderStore implements ProviderStore {
    private static final Logger LOG = LoggerFactory.getLogger(TomlProviderStore.class);
    private static final String SUFFIX = ".toml";
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_-]*");
    private static final Set<String> KINDS =
            Set.of("evm-rpc", "firehose", "eth-beacon", "substreams", "solana", "static");
    private static final long LIST_INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

    private final ObjectStore files;
    private final Clock clock;
    private Map<String, Loaded> loaded = new TreeMap<>();
    private @Nullable Long listedNanos;

    /** One file as it was read; without a provider when it cannot be used. */
    private record Loaded(ObjectInfo file, @Nullable ProviderConfig provider) {}

    public TomlProviderStore(ObjectStore files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    @Override
    public synchronized List<ProviderConfig> list() {
        refresh(false);
        return providers();
    }

    @Override
    public synchronized List<ProviderConfig> findAll(String kind, NetworkId network) {
        refresh(false);
        List<ProviderConfig> found = providers(kind, network);
        if (found.isEmpty()) {
            refresh(true);
            found = providers(kind, network);
        }
        return found;
    }

    private List<ProviderConfig> providers(String kind, NetworkId network) {
        return providers().stream()
                .filter(provider ->
                        provider.kind().equals(kind) && provider.network().equals(network))
                .toList();
    }

    /** Sorted by name, as the map is. */
    private List<ProviderConfig> providers() {
        List<ProviderConfig> providers = new ArrayList<>();
        for (Loaded file : loaded.values()) {
            if (file.provider() != null) {
                providers.add(file.provider());
            }
        }
        return providers;
    }

    @Override
    public synchronized Optional<ProviderConfig> find(String name) {
        refresh(false);
        if (NAME.matcher(name).matches() && !loaded.containsKey(name)) {
            refresh(true);
        }
        return Optional.ofNullable(loaded.get(name)).map(Loaded::provider);
    }

    @Override
    public synchronized boolean save(ProviderConfig provider, boolean createOnly) {
        String path = path(provider.name());
        byte[] content = TomlText.write(provider.values()).getBytes(StandardCharsets.UTF_8);
        if (createOnly) {
            if (files.putIfAbsent(path, content).isEmpty()) {
                return false;
            }
        } else {
            files.put(path, content);
        }
        refresh(true);
        return true;
    }

    @Override
    public synchronized boolean delete(String name) {
        String path = path(name);
        boolean existed = files.head(path).isPresent();
        files.delete(path);
        refresh(true);
        return existed;
    }

    private static String path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new AmpException(ProviderError.INVALID_PROVIDER_NAME, "invalid provider name '" + name + "'");
        }
        return name + SUFFIX;
    }

    private void refresh(boolean now) {
        if (!now && listedNanos != null && clock.nanoTime() - listedNanos < LIST_INTERVAL_NANOS) {
            return;
        }
        Map<String, Loaded> found = new TreeMap<>();
        for (ObjectInfo file : files.list("")) {
            String path = file.path();
            if (path.contains("/") || !path.endsWith(SUFFIX)) {
                continue;
            }
            String name = path.substring(0, path.length() - SUFFIX.length());
            Loaded before = loaded.get(name);
            found.put(name, before != null && before.file().equals(file) ? before : load(name, file));
        }
        loaded = found;
        listedNanos = clock.nanoTime();
    }

    private Loaded load(String name, ObjectInfo file) {
        try {
            String text = new String(files.read(file.path()), StandardCharsets.UTF_8);
            return new Loaded(file, text.isBlank() ? null : provider(name, TomlText.parse(text)));
        } catch (IllegalArgumentException e) {
            LOG.warn("provider file {} is skipped: {}", file.path(), e.getMessage());
        } catch (AmpException e) {
            if (!e.is(StorageError.OBJECT_NOT_FOUND)) {
                throw e;
            }
        }
        return new Loaded(file, null);
    }

    private static ProviderConfig provider(String name, Map<String, Object> values) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("its name is not a provider name");
        }
        if (!(values.get("kind") instanceof String kind) || kind.isBlank()) {
            throw new IllegalArgumentException("'kind' is missing");
        }
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("its kind is unknown");
        }
        if (!(values.get("network") instanceof String network) || !NetworkId.isValid(network)) {
            throw new IllegalArgumentException("'network' is missing or not a network id");
        }
        if (values.get("name") instanceof String inside && !inside.equals(name)) {
            LOG.warn("provider file {}{} names itself '{}'; the file's name counts", name, SUFFIX, inside);
        }
        return new ProviderConfig(name, kind, new NetworkId(network), values);
    }
}
