package io.amp.ports.provider;

import java.util.List;
import java.util.Optional;

/** Provider files of this deployment; new and changed files are seen without a restart. Thread-safe. */
public interface ProviderStore {
    /** All readable files sorted by name; files that do not parse are left out with one warning each. */
    List<ProviderConfig> list();

    Optional<ProviderConfig> find(String name);

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
