package io.amp.core;

import io.amp.core.concurrent.SystemClock;
import io.amp.core.concurrent.SystemRandomness;
import io.amp.core.concurrent.VirtualThreadTasks;
import io.amp.core.dataset.DatasetRegistryService;
import io.amp.core.dataset.DerivedChecks;
import io.amp.core.job.Controller;
import io.amp.core.job.JobService;
import io.amp.core.job.Worker;
import io.amp.core.materialize.BlockCheck;
import io.amp.core.materialize.MaterializeSettings;
import io.amp.core.materialize.RawJobRunner;
import io.amp.core.materialize.RawMaterializer;
import io.amp.core.provider.ChainSources;
import io.amp.core.provider.EnvironmentVariables;
import io.amp.core.provider.ProviderRegistryService;
import io.amp.core.query.QueryExecutor;
import io.amp.core.query.QueryLimits;
import io.amp.core.verify.BlockVerifier;
import io.amp.ports.chain.ChainConnector;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.provider.ProviderStore;
import io.amp.ports.query.QueryEngine;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.runtime.Tasks;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link Amp} together. Metadata store and manifests are needed always, a query engine for queries, and data store, providers
 * and connectors for a worker.
 */
public final class AmpBuilder {
    private @Nullable MetadataStore metadata;
    private @Nullable ObjectStore manifests;
    private @Nullable ObjectStore data;
    private @Nullable SegmentStore segments;
    private @Nullable QueryEngine queryEngine;
    private @Nullable ProviderStore providers;
    private final List<ChainConnector> connectors = new ArrayList<>();
    private Function<String, Optional<String>> environment = name -> Optional.empty();
    private boolean redactSecrets = true;
    private DerivedChecks derivedChecks = DerivedChecks.UNSUPPORTED;
    private QueryLimits queryLimits = QueryLimits.DEFAULT;
    private MaterializeSettings materializeSettings = MaterializeSettings.defaults("amp");
    private JobTimings timings = JobTimings.DEFAULT;
    private Clock clock = new SystemClock();
    private Tasks tasks = new VirtualThreadTasks();
    private Randomness randomness = new SystemRandomness();
    private @Nullable String nodeId;
    private Map<String, String> nodeInfo = Map.of();
    private boolean controller;

    AmpBuilder() {}

    public AmpBuilder metadata(MetadataStore store) {
        metadata = store;
        return this;
    }

    /** Where manifests are kept. */
    public AmpBuilder manifests(ObjectStore store) {
        manifests = store;
        return this;
    }

    /**
     * Where rows are kept.
     *
     * @param files segments below {@code store}
     */
    public AmpBuilder data(ObjectStore store, SegmentStore files) {
        data = store;
        segments = files;
        return this;
    }

    public AmpBuilder queryEngine(QueryEngine engine) {
        queryEngine = engine;
        return this;
    }

    public AmpBuilder queryLimits(QueryLimits limits) {
        queryLimits = limits;
        return this;
    }

    public AmpBuilder providers(ProviderStore store) {
        providers = store;
        return this;
    }

    /** Whether {@link Amp#providers} masks secrets, which is the default. */
    public AmpBuilder redactSecrets(boolean redact) {
        redactSecrets = redact;
        return this;
    }

    /** Sources of one more kind. */
    public AmpBuilder connector(ChainConnector connector) {
        connectors.add(connector);
        return this;
    }

    /** Variables that provider files may refer to; none by default. */
    public AmpBuilder environment(Function<String, Optional<String>> lookup) {
        environment = lookup;
        return this;
    }

    /** What judges the SQL of derived datasets; without it they cannot be registered. */
    public AmpBuilder derivedChecks(DerivedChecks checks) {
        derivedChecks = checks;
        return this;
    }

    public AmpBuilder materializeSettings(MaterializeSettings settings) {
        materializeSettings = settings;
        return this;
    }

    public AmpBuilder timings(JobTimings jobTimings) {
        timings = jobTimings;
        return this;
    }

    /** Time, threads and randomness, for simulations; by default those of the machine. */
    public AmpBuilder runtime(Clock newClock, Tasks newTasks, Randomness newRandomness) {
        clock = newClock;
        tasks = newTasks;
        randomness = newRandomness;
        return this;
    }

    /** Runs a worker under this node id in this process. */
    public AmpBuilder worker(String node) {
        return worker(node, Map.of());
    }

    /** @param info build facts shown by the Admin API */
    public AmpBuilder worker(String node, Map<String, String> info) {
        nodeId = node;
        nodeInfo = Map.copyOf(info);
        return this;
    }

    /** Retries failed jobs and moves those of dead workers; one in a deployment is enough, several do no harm. */
    public AmpBuilder controller() {
        controller = true;
        return this;
    }

    /** @throws IllegalStateException something is missing; the message names it */
    public Amp build() {
        MetadataStore store = required(metadata, "metadata", "always");
        var registry =
                new DatasetRegistryService(store, required(manifests, "manifests", "always"), derivedChecks, clock);
        QueryEngine engine = queryEngine;
        ProviderStore files = providers;
        return new Amp(
                store,
                registry,
                files == null ? null : new ProviderRegistryService(files, redactSecrets),
                new JobService(store, registry),
                engine == null ? null : new QueryExecutor(registry, store.segments(), engine, queryLimits, clock),
                nodeId == null ? null : newWorker(nodeId, store, registry),
                nodeId,
                controller ? new Controller(store.jobs(), timings, clock) : null,
                clock,
                tasks);
    }

    private Worker newWorker(String node, MetadataStore store, DatasetRegistryService registry) {
        var sources = new ChainSources(
                required(providers, "providers", "for a worker"),
                connectors,
                new EnvironmentVariables(environment),
                randomness,
                clock);
        var materializer = new RawMaterializer(
                store.segments(),
                required(segments, "data", "for a worker"),
                required(data, "data", "for a worker"),
                sources::open,
                AmpBuilder::check,
                materializeSettings,
                clock,
                tasks,
                randomness);
        return new Worker(
                node, nodeInfo, store, new RawJobRunner(registry, materializer), timings, clock, tasks, randomness);
    }

    private static BlockCheck check(VerifyMode mode) {
        if (mode == VerifyMode.OFF) {
            return BlockCheck.NONE;
        }
        BlockVerifier verifier = BlockVerifier.during(mode);
        return verifier::verify;
    }

    private static <T> T required(@Nullable T part, String name, String when) {
        if (part == null) {
            throw new IllegalStateException("AmpBuilder." + name + " must be called " + when);
        }
        return part;
    }
}
