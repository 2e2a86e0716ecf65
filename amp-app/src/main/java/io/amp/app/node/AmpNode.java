package io.amp.app.node;

import io.amp.adapters.objectstore.ObjectStores;
import io.amp.adapters.objectstore.parquet.Compression;
import io.amp.adapters.objectstore.parquet.ParquetSegmentStore;
import io.amp.adapters.objectstore.parquet.SegmentFileCache;
import io.amp.adapters.objectstore.parquet.SegmentFormat;
import io.amp.adapters.objectstore.provider.TomlProviderStore;
import io.amp.adapters.postgres.PostgresMetadataStore;
import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.adapters.query.CalciteQueryEngine;
import io.amp.adapters.query.QueryEngineSettings;
import io.amp.adapters.sources.evmrpc.EvmRpcConnector;
import io.amp.app.config.AmpConfig;
import io.amp.app.config.MetadataDbConfig;
import io.amp.app.config.QueryServerConfig;
import io.amp.app.config.WriterConfig;
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
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.provider.ProviderRegistry;
import io.amp.ports.provider.ProviderStore;
import io.amp.ports.query.QueryService;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Metrics;
import io.amp.ports.runtime.Tasks;
import io.amp.ports.storage.ObjectStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Every adapter and service of one process, made from its configuration. Nothing runs in the background before a part of {@link
 * AmpProcess} is started. Closed last, by whoever made it.
 */
public final class AmpNode implements AutoCloseable {
    /** Copies of segments of remote stores that this process keeps on its disk. */
    private static final long SEGMENT_CACHE_BYTES_MAX = 20L << 30;

    private final Closer closer = new Closer();
    private final AmpConfig config;
    private final Path cacheDirectory;
    private final SystemClock clock = new SystemClock();
    private final SystemRandomness randomness = new SystemRandomness();
    private final Tasks tasks = new VirtualThreadTasks();
    private final BufferAllocator allocator;
    private final ObjectStore data;
    private final SegmentFileCache segmentCache;
    private final ParquetSegmentStore segments;
    private final MetadataStore metadata;
    private final DatasetRegistry datasets;
    private final ProviderStore providerStore;
    private final ProviderRegistry providers;
    private final JobControl jobs;
    private final RawJobRunner rawJobs;

    /**
     * @param environment credentials of stores and values of provider files
     * @param cacheDirectory for files that can be made again
     * @throws io.amp.ports.error.AmpException when a store's address cannot be used
     */
    public AmpNode(
            AmpConfig config,
            PostgresUrl databaseUrl,
            Map<String, String> environment,
            Path cacheDirectory,
            String version) {
        this.config = config;
        this.cacheDirectory = cacheDirectory;
        try {
            this.allocator = closer.add("memory", new RootAllocator());
            ObjectStores stores = new ObjectStores(environment, clock);
            this.data = closer.add("data store", stores.open(config.storage().dataDir()));
            ObjectStore manifests =
                    closer.add("manifest store", stores.open(config.storage().manifestsDir()));
            ObjectStore providerFiles =
                    closer.add("provider store", stores.open(config.storage().providersDir()));
            this.segmentCache = closer.add(
                    "segment cache", new SegmentFileCache(cacheDirectory.resolve("segments"), SEGMENT_CACHE_BYTES_MAX));
            this.segments = new ParquetSegmentStore(
                    data, format(config), segmentCache, Runtime.getRuntime().availableProcessors());
            PostgresSettings database = databaseSettings(config.metadataDb(), databaseUrl, data.url());
            new Migrations(database).prepare(config.metadataDb().autoMigrate());
            this.metadata = closer.add("metadata database", new PostgresMetadataStore(database, config.jobs()));
            this.datasets = new DatasetRegistryService(metadata, manifests, DerivedChecks.UNSUPPORTED, clock);
            this.providerStore = new TomlProviderStore(providerFiles, clock);
            this.providers =
                    new ProviderRegistryService(providerStore, config.adminApi().redactSecrets());
            this.jobs = new JobService(metadata, datasets);
            this.rawJobs = new RawJobRunner(datasets, materializer(environment, version));
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    private static SegmentFormat format(AmpConfig config) {
        return SegmentFormat.defaults()
                .with(compression(config.writer().compression()))
                .withBloomOnAllColumns(config.writer().bloomFilters())
                .withRowGroup(
                        SegmentFormat.defaults().rowGroupRows(),
                        config.writer().maxRowGroup().bytes());
    }

    private static Compression compression(io.amp.app.config.Compression configured) {
        Compression.Codec codec = switch (configured.codec()) {
            case ZSTD -> Compression.Codec.ZSTD;
            case LZ4 -> Compression.Codec.LZ4;
            case GZIP -> Compression.Codec.GZIP;
            case BROTLI -> Compression.Codec.BROTLI;
            case SNAPPY -> Compression.Codec.SNAPPY;
            case UNCOMPRESSED -> Compression.Codec.UNCOMPRESSED;
        };
        return new Compression(codec, configured.level());
    }

    private static PostgresSettings databaseSettings(MetadataDbConfig config, PostgresUrl url, String dataUrl) {
        return PostgresSettings.of(url)
                .withPool(config.poolSize(), config.minConnections(), config.maxLifetime(), config.idleTimeout())
                .withDataUrl(dataUrl)
                .withApplicationName("ampd");
    }

    private RawMaterializer materializer(Map<String, String> environment, String version) {
        EvmRpcConnector evmRpc = new EvmRpcConnector(allocator, clock, Metrics.none());
        ChainSources sources = new ChainSources(
                providerStore,
                List.of(evmRpc),
                new EnvironmentVariables(name -> Optional.ofNullable(environment.get(name))),
                randomness,
                clock);
        WriterConfig writer = config.writer();
        MaterializeSettings settings = new MaterializeSettings(
                config.extraction().pollInterval(),
                writer.fileSize().bytes().bytes(),
                writer.fileSize().rows(),
                writer.flushInterval(),
                "ampd/" + version);
        return new RawMaterializer(
                metadata.segments(), segments, data, sources::open, AmpNode::check, settings, clock, tasks, randomness);
    }

    private static BlockCheck check(VerifyMode mode) {
        return mode == VerifyMode.OFF ? BlockCheck.NONE : verifying(BlockVerifier.during(mode));
    }

    private static BlockCheck verifying(BlockVerifier verifier) {
        return verifier::verify;
    }

    /** The query engine; made on demand, because only some processes answer queries. */
    QueryService openQueries(Closer parts) {
        QueryServerConfig limits = config.queryServer();
        List<Path> readable = new ArrayList<>(List.of(cacheDirectory.resolve("segments")));
        if (data.url().startsWith("file:")) {
            readable.add(Path.of(URI.create(data.url())));
        }
        CalciteQueryEngine engine = parts.add(
                "query engine",
                new CalciteQueryEngine(
                        segments,
                        allocator,
                        new QueryEngineSettings(
                                0,
                                limits.memoryMax().bytes(),
                                limits.queryMemoryMax().bytes(),
                                limits.spillDirectories(),
                                readable)));
        return new QueryExecutor(
                datasets,
                metadata.segments(),
                engine,
                new QueryLimits(
                        limits.concurrentMax(),
                        limits.streamingMax(),
                        limits.perClientMax(),
                        limits.perClientPerMinuteMax(),
                        limits.queueMax(),
                        limits.queueTimeout(),
                        limits.timeout(),
                        limits.resultRowsMax(),
                        limits.sqlBytesMax()),
                clock);
    }

    Worker newWorker(String nodeId, Map<String, String> buildFacts) {
        return new Worker(nodeId, buildFacts, metadata, rawJobs, config.jobs(), clock, tasks, randomness);
    }

    Controller newController() {
        return new Controller(metadata.jobs(), config.jobs(), clock);
    }

    AmpConfig config() {
        return config;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    public MetadataStore metadata() {
        return metadata;
    }

    ObjectStore data() {
        return data;
    }

    Tasks tasks() {
        return tasks;
    }

    public Clock clock() {
        return clock;
    }

    public DatasetRegistry datasets() {
        return datasets;
    }

    public ProviderRegistry providers() {
        return providers;
    }

    public JobControl jobs() {
        return jobs;
    }

    @Override
    public void close() {
        closer.close();
    }
}
