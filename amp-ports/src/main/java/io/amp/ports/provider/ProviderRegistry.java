package io.amp.ports.provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Inbound: operate provider files. Secrets are redacted in what it returns. Thread-safe. Failures carry a {@link ProviderError}. */
public interface ProviderRegistry {
    /** Sorted by name. */
    List<ProviderConfig> list();

    /** @throws io.amp.ports.error.AmpException {@link ProviderError#INVALID_PROVIDER_NAME} */
    Optional<ProviderConfig> find(String name);

    /**
     * Creates or replaces a provider. A value that equals the redacted form of the stored one keeps the stored one.
     *
     * @param values keys of the file, {@code kind} and {@code network} included; keys of the kind may also stand in an object {@code
     *     config}; values as JSON holds them
     * @throws io.amp.ports.error.AmpException {@link ProviderError#INVALID_REQUEST_BODY}, {@link ProviderError#DATA_CONVERSION_ERROR}
     */
    void save(String name, Map<String, ? extends @Nullable Object> values);

    /**
     * Removes a provider; unknown is success.
     *
     * @return false when there was none
     * @throws io.amp.ports.error.AmpException {@link ProviderError#INVALID_PROVIDER_NAME}
     */
    boolean delete(String name);
}
