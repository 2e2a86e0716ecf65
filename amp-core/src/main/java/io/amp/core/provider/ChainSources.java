package io.amp.core.provider;

import io.amp.core.provider.EnvironmentVariables.Outcome;
import io.amp.ports.chain.ChainConnector;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sources for raw datasets: the first candidate that can be configured and connected serves, and another takes over when it fails
 * (datasets specification, section 8.4). Messages name provider and kind, never an address or a value. Thread-safe.
 */
public final class ChainSources {
    private static final Logger LOG = LoggerFactory.getLogger(ChainSources.class);

    private final ProviderStore providers;
    private final Map<String, ChainConnector> connectors = new HashMap<>();
    private final EnvironmentVariables environment;
    private final Randomness randomness;
    private final Clock clock;
    private final AvoidedProviders avoided;

    /** @param connectors at most one per kind */
    public ChainSources(
            ProviderStore providers,
            Collection<ChainConnector> connectors,
            EnvironmentVariables environment,
            Randomness randomness,
            Clock clock) {
        this.providers = providers;
        for (ChainConnector connector : connectors) {
            if (this.connectors.put(connector.kind(), connector) != null) {
                throw new IllegalArgumentException("two connectors for kind '" + connector.kind() + "'");
            }
        }
        this.environment = environment;
        this.randomness = randomness;
        this.clock = clock;
        this.avoided = new AvoidedProviders(clock);
    }

    /**
     * A connected source that the caller closes. It changes its provider by itself, so {@link ChainSource#providerName()} may change.
     *
     * @throws AmpException {@link SourceError#NO_PROVIDER} (none configured, or the kind has no connector here), {@link
     *     SourceError#INVALID_PROVIDER} (no candidate can be used as configured), {@link SourceError#UNREACHABLE} (retryable)
     */
    public ChainSource open(RawManifest dataset) throws InterruptedException {
        return new FailoverChainSource(this, dataset, connect(dataset, null), clock, avoided);
    }

    /**
     * Connects to the best candidate.
     *
     * @param except name of a provider not to try
     */
    ChainSource connect(RawManifest dataset, @Nullable String except) throws InterruptedException {
        String kind = dataset.kind();
        ChainConnector connector = connectors.get(kind);
        if (connector == null) {
            throw new AmpException(SourceError.NO_PROVIDER, "kind '" + kind + "' cannot be extracted by this build");
        }
        List<ProviderConfig> candidates = ProviderChoice.candidates(
                providers.findAll(kind, dataset.network()), kind, dataset.network(), avoided.now(), randomness);
        candidates.removeIf(candidate -> candidate.name().equals(except));
        List<String> causes = new ArrayList<>();
        SourceError worst = SourceError.INVALID_PROVIDER;
        for (ProviderConfig candidate : candidates) {
            try {
                ChainSource source = connector.connect(usable(candidate), dataset);
                LOG.info("{} is served by {}", describe(dataset), candidate);
                return source;
            } catch (AmpException e) {
                causes.add("'" + candidate.name() + "': " + e.getMessage());
                LOG.warn("{} cannot be used for {}: {}", candidate, describe(dataset), e.getMessage());
                if (!e.is(SourceError.INVALID_PROVIDER)) {
                    avoided.failed(candidate.name());
                    worst = e.retryable() ? SourceError.UNREACHABLE : later(worst, e);
                }
            }
        }
        if (causes.isEmpty()) {
            throw new AmpException(
                    SourceError.NO_PROVIDER,
                    "no " + (except == null ? "" : "other ") + "provider found for kind '" + kind + "' and network '"
                            + dataset.network() + "'");
        }
        throw new AmpException(
                worst, "no provider of " + describe(dataset) + " can be used: " + String.join("; ", causes));
    }

    private static SourceError later(SourceError before, AmpException failure) {
        return before == SourceError.INVALID_PROVIDER && failure.code() instanceof SourceError error ? error : before;
    }

    private ProviderConfig usable(ProviderConfig provider) {
        return switch (environment.substitute(provider.values())) {
            case Outcome.Unusable unusable -> throw invalid(unusable.reason());
            case Outcome.Substituted substituted -> {
                List<String> problems = ProviderKeys.problems(substituted.values(), true);
                if (!problems.isEmpty()) {
                    throw invalid(String.join(", ", problems));
                }
                yield new ProviderConfig(
                        provider.name(),
                        provider.kind(),
                        provider.network(),
                        ProviderKeys.converted(substituted.values()));
            }
        };
    }

    private static AmpException invalid(String reason) {
        return new AmpException(SourceError.INVALID_PROVIDER, reason);
    }

    private static String describe(RawManifest dataset) {
        return "kind '" + dataset.kind() + "' and network '" + dataset.network() + "'";
    }
}
