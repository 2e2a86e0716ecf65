package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.chain.VisibleChain;
import io.amp.core.dataset.DatasetRegistryService;
import io.amp.core.dataset.DerivedChecks;
import io.amp.core.materialize.BlockCheck;
import io.amp.core.materialize.MaterializeSettings;
import io.amp.core.materialize.RawJobRunner;
import io.amp.core.materialize.RawMaterializer;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.chain.InMemoryChainSource;
import io.amp.testkit.metadata.InMemoryDatabase;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.metadata.MetadataFixtures;
import io.amp.testkit.runtime.SeededRandomness;
import io.amp.testkit.runtime.SimulatedProcess;
import io.amp.testkit.runtime.Simulation;
import io.amp.testkit.storage.InMemoryObjectStore;
import io.amp.testkit.storage.InMemorySegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A chain, a database, an object store and as many processes as a test wants, in virtual time. */
final class Deployment implements AutoCloseable {
    static final NetworkId NETWORK = new NetworkId("anvil");
    private static final Duration POLL = Duration.ofMillis(100);

    final BufferAllocator allocator = new RootAllocator();
    final Simulation simulation;
    final SeededRandomness randomness;
    final InMemoryDatabase database;
    final InMemoryObjectStore objects;
    final BlockTree tree;
    final InMemoryMetadataStore metadata;
    final DatasetRegistry datasets;
    final JobService service;
    final DatasetVersion dataset;
    private final InMemoryObjectStore manifests;
    private final long seed;
    private int processes;

    /** While true, the chain's node does not answer. */
    volatile boolean nodeDown;

    Deployment(long seed) {
        this.seed = seed;
        this.simulation = new Simulation(seed);
        this.randomness = new SeededRandomness(seed);
        this.database = new InMemoryDatabase(simulation, randomness, JobTimings.DEFAULT);
        this.objects = new InMemoryObjectStore(simulation);
        this.manifests = new InMemoryObjectStore(simulation);
        this.tree = BlockTree.withGenesis(NETWORK, seed);
        this.metadata = new InMemoryMetadataStore(database, simulation);
        this.datasets = registry(metadata);
        this.service = new JobService(metadata, datasets);
        this.dataset =
                datasets.register(new DatasetName("_", "chain"), "{\"kind\":\"evm-rpc\",\"network\":\"anvil\"}", null);
    }

    private DatasetRegistry registry(MetadataStore store) {
        return new DatasetRegistryService(store, manifests, DerivedChecks.UNSUPPORTED, simulation);
    }

    /** Runs the body as the main thread of the simulation; what it forks ends with it. */
    void run(Duration atMost, Body body) throws Exception {
        simulation.run(atMost, () -> {
            try (TaskScope scope = simulation.open("test")) {
                body.run(scope);
            }
        });
    }

    interface Body {
        void run(TaskScope scope) throws Exception;
    }

    Job deploy(EndBlock end) {
        return deploy(end, null);
    }

    Job deploy(EndBlock end, @Nullable String selector) {
        return service.deploy(new DeployRequest(dataset, end, 1, VerifyMode.OFF, selector));
    }

    /** A job of a dataset that is not registered, for runners that only look at its name. */
    Job schedule(String name) {
        DatasetVersion version = MetadataFixtures.version(name, 'c');
        JobDescriptor descriptor =
                new JobDescriptor.MaterializeRaw(version, new EndBlock.Continuous(), 1, VerifyMode.OFF);
        return metadata.jobs()
                .schedule(
                        IdempotencyKeys.of(descriptor.kind(), version),
                        version,
                        JobDescriptorJson.write(descriptor),
                        null);
    }

    /** Waits on the main thread, which is no part of the deployment. */
    void await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        Duration deadline = simulation.elapsed().plus(atMost);
        while (!condition.getAsBoolean()) {
            assertThat(simulation.elapsed())
                    .as("waiting, -Damp.seed=%d, jobs %s", seed, jobs())
                    .isLessThan(deadline);
            simulation.sleep(POLL);
        }
    }

    /** Starts workers and waits until they can get jobs. */
    void start(TaskScope scope, Process... started) throws InterruptedException {
        for (Process process : started) {
            process.start(scope);
        }
        await(
                Duration.ofSeconds(5),
                () -> Arrays.stream(started)
                        .allMatch(process ->
                                metadata.workers().find(process.nodeId).isPresent()));
    }

    void awaitStatus(long jobId, JobStatus status, Duration atMost) throws InterruptedException {
        await(atMost, () -> status(jobId) == status);
    }

    JobStatus status(long jobId) {
        return job(jobId).status();
    }

    Job job(long jobId) {
        return metadata.jobs().find(jobId).orElseThrow();
    }

    List<Job> jobs() {
        return metadata.jobs().listOf(dataset);
    }

    List<String> eventTypes(long jobId) {
        return metadata.jobs().events(jobId).stream().map(JobEvent::eventType).toList();
    }

    Process process(String nodeId) {
        return new Process(nodeId, null);
    }

    Process process(String nodeId, JobRunner runner) {
        return new Process(nodeId, runner);
    }

    Controller startController(TaskScope scope) {
        InMemoryMetadataStore store = new InMemoryMetadataStore(database, simulation);
        Controller controller = new Controller(store.jobs(), JobTimings.DEFAULT, simulation);
        scope.fork("controller", () -> {
            controller.run();
            return true;
        });
        return controller;
    }

    /** One {@code ampd worker}. */
    final class Process {
        final String nodeId;
        final String name = "process " + ++processes;
        final InMemoryMetadataStore connection = new InMemoryMetadataStore(database, simulation);
        final SimulatedProcess edge = new SimulatedProcess(simulation, seed * 31 + processes);
        final Worker worker;
        final List<Throwable> failures = new ArrayList<>();
        private @Nullable TaskScope threads;
        private boolean ended;

        /** Runs that the database fenced out. */
        int fenced;

        Process(String nodeId, @Nullable JobRunner runner) {
            this.nodeId = nodeId;
            edge.onDeath(connection::disconnect);
            MetadataStore store = edge.wrap(MetadataStore.class, connection);
            this.worker = new Worker(
                    nodeId,
                    Map.of("version", "test"),
                    store,
                    counting(runner == null ? rawJobs(store) : runner),
                    JobTimings.DEFAULT,
                    simulation,
                    simulation,
                    randomness);
        }

        private JobRunner counting(JobRunner runner) {
            return (job, descriptor) -> {
                try {
                    runner.run(job, descriptor);
                } catch (AmpException e) {
                    fenced += JobFailure.isFenced(e) ? 1 : 0;
                    throw e;
                }
            };
        }

        private JobRunner rawJobs(MetadataStore store) {
            ObjectStore data = edge.wrap(ObjectStore.class, objects);
            return new RawJobRunner(
                    registry(store),
                    new RawMaterializer(
                            store.segments(),
                            new InMemorySegmentStore(data, allocator),
                            data,
                            manifest -> new FailingNode(
                                    new InMemoryChainSource("node", tree, EvmTables.all(), allocator, simulation)),
                            mode -> BlockCheck.NONE,
                            MaterializeSettings.defaults("ampd/test"),
                            simulation,
                            simulation,
                            randomness));
        }

        Process start(TaskScope scope) {
            TaskScope own = simulation.openProcess(name);
            threads = own;
            own.fork("worker", () -> {
                try {
                    worker.run();
                } catch (AmpException | InterruptedException e) {
                    failures.add(e);
                } finally {
                    ended = true;
                }
                return true;
            });
            scope.fork("end of " + nodeId, () -> {
                try {
                    simulation.sleep(Duration.ofDays(365));
                } finally {
                    own.close();
                }
                return true;
            });
            return this;
        }

        boolean ended() {
            return ended;
        }

        void interrupt() {
            Objects.requireNonNull(threads).cancel();
        }

        /** Like SIGSTOP. */
        void freeze() {
            simulation.freeze(name);
        }

        /** Like SIGCONT. */
        void thaw() {
            simulation.thaw(name);
        }

        /** Like kill -9: nothing it still tries has an effect. */
        void kill() {
            edge.kill();
            Objects.requireNonNull(threads).cancel();
        }
    }

    /** The chain's node, which can be down. */
    private final class FailingNode implements ChainSource {
        private final ChainSource source;

        FailingNode(ChainSource source) {
            this.source = source;
        }

        private void requireUp() {
            if (nodeDown) {
                throw new AmpException(SourceError.UNREACHABLE, "connection refused");
            }
        }

        @Override
        public String providerName() {
            return source.providerName();
        }

        @Override
        public BlockStream stream(BlockInterval numbers) {
            BlockStream stream = source.stream(numbers);
            return new BlockStream() {
                @Override
                public @Nullable BlockRows next() throws InterruptedException {
                    requireUp();
                    return stream.next();
                }

                @Override
                public void close() {
                    stream.close();
                }
            };
        }

        @Override
        public OptionalLong latestBlock(boolean finalizedOnly) throws InterruptedException {
            requireUp();
            return source.latestBlock(finalizedOnly);
        }

        @Override
        public Optional<BlockLink> header(long number) throws InterruptedException {
            requireUp();
            return source.header(number);
        }

        @Override
        public void awaitHead(Duration atMost) throws InterruptedException {
            source.awaitHead(atMost);
        }

        @Override
        public void close() {
            source.close();
        }
    }

    List<Segment> live(String table) {
        return metadata.segments()
                .findActive(new TableKey(dataset, table))
                .map(revision -> metadata.segments().segments(revision.id()))
                .orElse(List.of());
    }

    /** True when every table shows exactly the chain. */
    boolean showsTheChain() {
        return showsTheChainTo(tree.head().number());
    }

    boolean showsTheChainTo(long block) {
        return EvmTables.all().keySet().stream().allMatch(table -> {
            VisibleChain chain = VisibleChain.of(live(table), 0L);
            return chain.end().filter(end -> end >= block).isPresent()
                    && chain.segments().stream().allMatch(this::isOnChain);
        });
    }

    private boolean isOnChain(Segment segment) {
        BlockRange range = segment.range();
        return tree.find(range.end())
                .map(EvmBlock::hash)
                .filter(range.hash()::equals)
                .isPresent();
    }

    /** Every block's rows up to {@code end} exactly once and in order in every table, read from the files' objects. */
    void assertRowsAreTheChain(long end) {
        InMemorySegmentStore files = new InMemorySegmentStore(objects, allocator);
        for (String table : EvmTables.all().keySet()) {
            List<Long> expected = new ArrayList<>();
            for (EvmBlock block : tree.chain()) {
                if (block.number() <= end) {
                    block.rows(table).forEach(row -> expected.add(block.number()));
                }
            }
            List<Long> found = new ArrayList<>();
            List<Segment> chain = VisibleChain.of(live(table), 0L).segments();
            for (int i = 0; i < chain.size(); i++) {
                files.rows(chain.get(i).path()).forEach(row -> found.add((Long) row.get("_block_num")));
                if (i > 0) {
                    assertThat(chain.get(i - 1)
                                    .range()
                                    .isFollowedBy(chain.get(i).range()))
                            .as("linked, -Damp.seed=%d", seed)
                            .isTrue();
                }
            }
            assertThat(found).as("%s, -Damp.seed=%d", table, seed).isEqualTo(expected);
        }
    }

    /** Objects of the data store that no row names. */
    List<String> orphans() {
        List<String> known = EvmTables.all().keySet().stream()
                .flatMap(table -> live(table).stream())
                .map(Segment::path)
                .toList();
        return objects.list("").stream()
                .map(ObjectInfo::path)
                .filter(path -> !known.contains(path))
                .toList();
    }

    @Override
    public void close() {
        metadata.close();
        allocator.close();
    }
}
