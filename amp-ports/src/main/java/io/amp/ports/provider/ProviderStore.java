package io.amp.ports.provider;

import io.amp.ports.chain.NetworkId;
import java.util.List;
import java.util.Optional;

/** Provider files of this deployment; new and changed files are seen without a restart. Thread-safe. */
public interface ProviderStore {
    /** All readable files sorted by name; files that do not parse are left out with one warning each. */
    List<ProviderConfig> list();

    Optional<ProviderConfig> find(String name);

    /** The readable files of one kind and network, sorted by name; a new file is seen at once when there would be none. */
    default List<ProviderConfig> findAll(String kind, NetworkId network) {
        return list().stream()
                .filter(provider ->
                        provider.kind().equals(kind) && provider.network().equals(network))
                .toList();
    }

    /**
     * Creates or replaces a file.
     *
     * @param createOnly when a file of that name exists: {@code false} is returned and nothing changes
     * @return true when written
     */
    boolean save(ProviderConfig provider, boolean createOnly);

    /** @return false when there was none */
    boolean delete(String name);
}
