package io.amp.core;

import io.amp.core.dataset.DatasetRegistryService;
import io.amp.core.job.Controller;
import io.amp.core.job.JobService;
import io.amp.core.job.Worker;
import io.amp.core.provider.ProviderRegistryService;
import io.amp.core.query.QueryExecutor;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.provider.ProviderRegistry;
import io.amp.ports.query.QueryService;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Amp inside another program: adapters go in, use cases come out. Nothing runs before {@link #start()}; then, as far as asked for, one
 * worker and one controller do in this process until {@link #close()}. Adapters that were handed in stay open, they belong to whoever
 * opened them. Thread-safe.
 *
 * <pre>{@code
 * try (Amp amp = Amp.builder()
 *         .metadata(metadata).manifests(manifests).data(data, segments)
 *         .providers(providers).connector(evmRpc).queryEngine(engine)
 *         .worker("embedded").controller()
 *         .build()) {
 *     amp.start();
 *     DatasetVersion eth = amp.datasets().register(name, manifest, null);
 *     Job job = amp.jobs().deploy(new DeployRequest(eth, new EndBlock.Absolute(1000), 1, VerifyMode.OFF, null));
 *     amp.awaitEnd(job.id(), Duration.ofMinutes(10));
 *     try (QueryResult result = amp.queries().execute(amp.queries().plan(QueryRequest.of("SELECT …")))) { … }
 * }
 * }</pre>
 */
public final class Amp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Amp.class);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
    /** Longer than a worker waits for its node id. */
    private static final Duration REGISTRATION_MAX = Duration.ofSeconds(90);

    private static final Set<JobStatus> ENDED = EnumSet.of(JobStatus.COMPLETED, JobStatus.STOPPED, JobStatus.FATAL);

    private final MetadataStore metadata;
    private final DatasetRegistryService datasets;
    private final @Nullable ProviderRegistryService providers;
    private final JobService jobs;
    private final @Nullable QueryExecutor queries;
    private final @Nullable Worker worker;
    private final @Nullable String nodeId;
    private final @Nullable Controller controller;
    private final Clock clock;
    private final Tasks tasks;
    private @Nullable TaskScope running;
    private volatile @Nullable Throwable failure;
    private boolean closed;

    Amp(
            MetadataStore metadata,
            DatasetRegistryService datasets,
            @Nullable ProviderRegistryService providers,
            JobService jobs,
            @Nullable QueryExecutor queries,
            @Nullable Worker worker,
            @Nullable String nodeId,
            @Nullable Controller controller,
            Clock clock,
            Tasks tasks) {
        this.metadata = metadata;
        this.datasets = datasets;
        this.providers = providers;
        this.jobs = jobs;
        this.queries = queries;
        this.worker = worker;
        this.nodeId = nodeId;
        this.controller = controller;
        this.clock = clock;
        this.tasks = tasks;
    }

    public static AmpBuilder builder() {
        return new AmpBuilder();
    }

    public DatasetRegistry datasets() {
        return datasets;
    }

    /** @throws IllegalStateException without {@link AmpBuilder#providers} */
    public ProviderRegistry providers() {
        return present(providers, "providers");
    }

    public JobControl jobs() {
        return jobs;
    }

    /** @throws IllegalStateException without {@link AmpBuilder#queryEngine} */
    public QueryService queries() {
        return present(queries, "a query engine");
    }

    /**
     * Registers manifest files of older deployments and starts what was asked for. Returns when the worker can be given jobs. Only once.
     *
     * @throws AmpException {@link JobError#NODE_ID_IN_USE}, or the database failed
     */
    public void start() throws InterruptedException {
        TaskScope scope;
        synchronized (this) {
            if (closed || running != null) {
                throw new IllegalStateException("Amp was started or closed before");
            }
            scope = tasks.open("amp");
            running = scope;
        }
        datasets.registerLegacyFiles();
        if (controller != null) {
            Controller scanning = controller;
            run(scope, "controller", scanning::run);
        }
        if (worker != null && nodeId != null) {
            Worker working = worker;
            Optional<Instant> before = registration(nodeId);
            run(scope, "worker", working::run);
            awaitRegistration(nodeId, before);
        }
    }

    /** What ended the worker or the controller, if anything did. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Waits until a job is completed, stopped or failed for good; one that waits for its retry is not at its end.
     *
     * @return empty when the time ran out or the job does not exist
     * @throws IllegalStateException when the worker or the controller of this process ended meanwhile
     */
    public Optional<Job> awaitEnd(long jobId, Duration atMost) throws InterruptedException {
        long deadline = clock.nanoTime() + atMost.toNanos();
        while (true) {
            Optional<Job> job = jobs.find(jobId);
            if (job.isEmpty() || ENDED.contains(job.get().status())) {
                return job;
            }
            requireRunning();
            if (clock.nanoTime() - deadline >= 0) {
                return Optional.empty();
            }
            clock.sleep(LOOK_INTERVAL);
        }
    }

    /** Lets the worker stop its jobs at a safe point, which keeps their status, and waits for everything that was started. Idempotent. */
    @Override
    public void close() {
        TaskScope scope;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            scope = running;
        }
        if (worker != null) {
            worker.shutdown();
        }
        if (controller != null) {
            controller.shutdown();
        }
        if (scope != null) {
            try {
                scope.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                scope.close();
            }
        }
    }

    private void run(TaskScope scope, String name, Part part) {
        scope.fork(name, () -> {
            try {
                part.run();
            } catch (InterruptedException e) {
                throw e;
            } catch (RuntimeException | Error e) {
                failure = e;
                LOG.error("the {} ended: {}", name, e.getMessage(), e);
            }
            return name;
        });
    }

    private interface Part {
        void run() throws InterruptedException;
    }

    private Optional<Instant> registration(String node) {
        return metadata.workers().find(node).map(WorkerStore.Worker::registeredAt);
    }

    private void awaitRegistration(String node, Optional<Instant> before) throws InterruptedException {
        long deadline = clock.nanoTime() + REGISTRATION_MAX.toNanos();
        while (registration(node).equals(before)) {
            requireRunning();
            if (clock.nanoTime() - deadline >= 0) {
                throw new AmpException(JobError.SCHEDULER_ERROR, "worker '" + node + "' was not registered in time");
            }
            clock.sleep(LOOK_INTERVAL);
        }
    }

    private void requireRunning() {
        Throwable cause = failure;
        if (cause instanceof AmpException e) {
            throw new AmpException(e.code(), e.getMessage(), e, e.context());
        }
        if (cause != null) {
            throw new IllegalStateException("Amp stopped working: " + cause.getMessage(), cause);
        }
    }

    private static <T> T present(@Nullable T part, String name) {
        if (part == null) {
            throw new IllegalStateException("Amp was built without " + name);
        }
        return part;
    }
}
