package io.amp.ports.chain;

import io.amp.ports.dataset.RawManifest;
import io.amp.ports.provider.ProviderConfig;

/** Opens sources of one kind, e.g. {@code evm-rpc}. Thread-safe. */
public interface ChainConnector {
    /** Dataset and provider kind served. */
    String kind();

    /**
     * Connects, and checks that the source serves the right chain.
     *
     * @param provider after environment substitution
     * @throws io.amp.ports.error.AmpException {@link SourceError#INVALID_PROVIDER} (bad configuration),
     *     {@link SourceError#WRONG_CHAIN}, {@link SourceError#UNREACHABLE} (retryable)
     */
    ChainSource connect(ProviderConfig provider, RawManifest dataset) throws InterruptedException;
}
