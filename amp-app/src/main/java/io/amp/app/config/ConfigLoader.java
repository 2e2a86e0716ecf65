package io.amp.app.config;

import io.amp.ports.job.JobTimings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: options of the command line before the environment before the file before defaults (command-line
 * specification, sections 11 and 12). All problems are reported at once.
 */
public final class ConfigLoader {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
    private static final Set<String> STORES =
            Set.of("file", "s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss", "memory");
    private static final Duration KEEP_ALIVE_MIN = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);

    private final Map<String, String> environment;
    private final Path directory;
    private final Map<String, Setting> options = new HashMap<>();
    private final Map<String, Setting> defaults = new HashMap<>();

    /** @param directory what relative paths are relative to without a file */
    public ConfigLoader(Map<String, String> environment, Path directory) {
        this.environment = Map.copyOf(environment);
        this.directory = directory.toAbsolutePath();
    }

    /** A value from the command line, which beats everything else. */
    public ConfigLoader option(String key, String text) {
        options.put(key, new Setting(text, true, "option"));
        return this;
    }

    /** Another default, such as the folders of the development mode. */
    public ConfigLoader absent(String key, String text) {
        defaults.put(key, new Setting(text, true, "default"));
        return this;
    }

    /**
     * @param file null = environment and defaults only
     * @throws ConfigException with every problem found
     */
    public AmpConfig load(@Nullable Path file) {
        List<SettingLayer> layers = new ArrayList<>();
        layers.add(new SettingLayer(options, false));
        layers.add(EnvironmentSettings.read(environment, "AMP_CONFIG_"));
        layers.add(EnvironmentSettings.read(environment, "NOZZLE_CONFIG_"));
        Path base = directory;
        if (file != null) {
            Path absolute = directory.resolve(file).normalize();
            layers.add(TomlSettings.read(absolute));
            base = absolute.getParent() == null ? directory : absolute.getParent();
        }
        layers.add(new SettingLayer(defaults, false));
        return new Reading(new SettingReader(layers), base).read();
    }

    /** One pass over the settings. */
    private static final class Reading {
        private final SettingReader reader;
        private final Path base;

        Reading(SettingReader reader, Path base) {
            this.reader = reader;
            this.base = base;
        }

        AmpConfig read() {
            StorageConfig storage = storage();
            var extraction = new ExtractionConfig(
                    key("poll_interval_secs").duration(Duration.ofSeconds(1), SHORTEST_PAUSE),
                    key("microbatch_max_interval").whole(1, Long.MAX_VALUE, 100_000));
            QueryServerConfig queryServer = queryServer();
            AdminApiConfig adminApi = adminApi();
            MetadataDbConfig metadataDb = metadataDb();
            WriterConfig writer = writer();
            OpenTelemetryConfig openTelemetry = openTelemetry();
            WorkerEventsConfig workerEvents = workerEvents();
            JobTimings jobs = jobs();
            JavascriptConfig javascript = javascript();
            reader.withoutEffect("compaction.block_threshold");
            reader.withoutEffect("compaction.min_file_count");
            reader.withoutEffect("writer.compactor.blocks");
            reader.reportUnknown();
            if (!reader.problems().isEmpty()) {
                throw new ConfigException(reader.problems());
            }
            return new AmpConfig(
                    storage,
                    extraction,
                    queryServer,
                    adminApi,
                    metadataDb,
                    writer,
                    openTelemetry,
                    workerEvents,
                    jobs,
                    javascript,
                    reader.warnings());
        }

        private StorageConfig storage() {
            return new StorageConfig(
                    location(key("data_dir"), "data"),
                    location(key("providers_dir"), "providers"),
                    location(key("manifests_dir").retired("dataset_defs_dir"), "manifests"));
        }

        private QueryServerConfig queryServer() {
            Duration keepAlive = Duration.ofSeconds(key("keep_alive_interval").whole(0, Integer.MAX_VALUE, 30));
            return new QueryServerConfig(
                    key("flight_addr").address("0.0.0.0:1602"),
                    key("jsonl_addr").address("0.0.0.0:1603"),
                    key("server_microbatch_max_interval").whole(1, Long.MAX_VALUE, 1000),
                    keepAlive.compareTo(KEEP_ALIVE_MIN) < 0 ? KEEP_ALIVE_MIN : keepAlive,
                    mebibytes("max_mem_mb", 0, 0),
                    mebibytes("query_max_mem_mb", 0, 0),
                    key("spill_location").list().stream()
                            .map(text -> path("spill_location", text))
                            .toList(),
                    key("query_timeout_secs").duration(Duration.ZERO),
                    key("max_concurrent_queries").whole(0, 0),
                    key("max_streaming_queries").whole(0, 0),
                    key("max_queries_per_client").whole(0, 0),
                    key("max_queries_per_client_per_minute").whole(0, 0),
                    key("query_queue_size").whole(0, 100),
                    key("query_queue_timeout_secs").duration(Duration.ofSeconds(10)),
                    key("trust_proxy").flag(false),
                    key("max_result_rows").whole(0, Long.MAX_VALUE, 0),
                    key("max_sql_bytes").whole(1, 2 * 1024 * 1024),
                    key("jsonl_streaming").flag(true),
                    key("reorg_align").flag(true),
                    key("auth_tokens").list().stream().map(Secret::new).toList(),
                    tls());
        }

        private Optional<QueryServerConfig.Tls> tls() {
            Optional<Path> certificate = path("flight_tls_cert");
            Optional<Path> privateKey = path("flight_tls_key");
            Optional<Path> clientCa = path("flight_tls_client_ca");
            if (certificate.isPresent() != privateKey.isPresent()) {
                reader.problem("flight_tls_cert and flight_tls_key must be set together");
            } else if (clientCa.isPresent() && certificate.isEmpty()) {
                reader.problem("flight_tls_client_ca needs flight_tls_cert and flight_tls_key");
            }
            return certificate.isPresent() && privateKey.isPresent()
                    ? Optional.of(new QueryServerConfig.Tls(certificate.get(), privateKey.get(), clientCa))
                    : Optional.empty();
        }

        private AdminApiConfig adminApi() {
            return new AdminApiConfig(
                    key("admin_api_addr").alias("admin_addr").address("0.0.0.0:1610"),
                    key("admin_api_token").secret(),
                    key("admin_api_redact_secrets").flag(true),
                    key("admin_job_status_style")
                            .choice(AdminApiConfig.JobStatusStyle.class, AdminApiConfig.JobStatusStyle.AUTO),
                    key("admin_client_profile")
                            .choice(AdminApiConfig.ClientProfile.class, AdminApiConfig.ClientProfile.AUTO),
                    mebibytes("admin_max_manifest_mb", 1, 32),
                    key("metrics_prometheus").flag(false));
        }

        private MetadataDbConfig metadataDb() {
            ConfigKey urlKey = key("metadata_db.url").retired("metadata_db_url");
            Optional<Secret> url = urlKey.secret();
            if (url.isPresent() && !url.get().reveal().matches("(?s)postgres(ql)?://.*")) {
                reader.problem("metadata_db.url must start with postgres:// or postgresql://");
            }
            int poolSize = key("metadata_db.pool_size").whole(1, 10);
            int minConnections = key("metadata_db.min_connections").whole(0, (poolSize + 3) / 4);
            if (minConnections > poolSize) {
                reader.problem("metadata_db.min_connections must not exceed metadata_db.pool_size (" + poolSize + ")");
            }
            return new MetadataDbConfig(
                    url,
                    poolSize,
                    minConnections,
                    Duration.ofSeconds(key("metadata_db.max_lifetime_secs").whole(0, 1800)),
                    Duration.ofSeconds(key("metadata_db.idle_timeout_secs").whole(0, 600)),
                    key("metadata_db.auto_migrate").flag(true));
        }

        private WriterConfig writer() {
            return new WriterConfig(
                    key("writer.compression")
                            .retired("parquet.compression")
                            .parsed("one of " + Compression.NAMES, Compression.DEFAULT, Compression::parse),
                    key("writer.bloom_filters").retired("parquet.bloom_filters").flag(false),
                    DataSize.mebibytes(key("writer.cache_size_mb")
                            .retired("parquet.cache_size_mb")
                            .whole(0, 1024)),
                    mebibytes("writer.max_row_group_mb", 1, 512),
                    key("writer.segment_flush_interval_secs").duration(Duration.ofMinutes(10), SHORTEST_PAUSE),
                    new WriterConfig.FileSize(
                            multiplier(key("writer.overflow").alias("writer.file_size.overflow")),
                            new DataSize(key("writer.bytes")
                                    .alias("writer.file_size.bytes")
                                    .whole(0, Long.MAX_VALUE, 2_147_483_648L)),
                            key("writer.rows").alias("writer.file_size.rows").whole(0, Long.MAX_VALUE, 0)),
                    compactor(),
                    collector());
        }

        private WriterConfig.Compactor compactor() {
            OptionalLong headDistance =
                    key("writer.compactor.head_distance_blocks").whole(0, Long.MAX_VALUE);
            return new WriterConfig.Compactor(
                    key("writer.compactor.active")
                            .retired("compaction.compactor_enabled")
                            .flag(false),
                    key("writer.compactor.metadata_concurrency")
                            .retired("compaction.metadata_concurrency")
                            .whole(1, 2),
                    key("writer.compactor.write_concurrency")
                            .retired("compaction.write_concurrency")
                            .whole(1, 2),
                    key("writer.compactor.min_interval")
                            .retired("compaction.compactor_interval_secs")
                            .duration(Duration.ofSeconds(1)),
                    key("writer.compactor.cooldown_duration").duration(Duration.ofSeconds(1024)),
                    new WriterConfig.FileSize(
                            multiplier(key("writer.compactor.overflow")),
                            new DataSize(key("writer.compactor.bytes")
                                    .retired("compaction.byte_threshold")
                                    .offIsMinusOne()
                                    .whole(0, Long.MAX_VALUE, 0)),
                            key("writer.compactor.rows")
                                    .retired("compaction.row_threshold")
                                    .offIsMinusOne()
                                    .whole(0, Long.MAX_VALUE, 0)),
                    key("writer.compactor.max_eager_generation").whole(-1, 0),
                    headDistance);
        }

        private WriterConfig.Collector collector() {
            return new WriterConfig.Collector(
                    key("writer.collector.active")
                            .alias("writer.garbage_collector.active")
                            .retired("compaction.collector_enabled")
                            .flag(false),
                    key("writer.collector.min_interval")
                            .alias("writer.garbage_collector.min_interval")
                            .retired("compaction.collector_interval_secs")
                            .duration(Duration.ofSeconds(30)),
                    key("writer.collector.deletion_lock_duration")
                            .alias("writer.garbage_collector.deletion_lock_duration")
                            .retired("compaction.file_lock_duration_secs")
                            .duration(Duration.ofMinutes(30)));
        }

        private OpenTelemetryConfig openTelemetry() {
            return new OpenTelemetryConfig(
                    key("opentelemetry.metrics_url").url(),
                    key("opentelemetry.metrics_export_interval_secs").duration(Duration.ofMinutes(1), SHORTEST_PAUSE),
                    key("opentelemetry.trace_url").url(),
                    Math.clamp(key("opentelemetry.trace_ratio").decimal(1.0), 0.0, 1.0));
        }

        private WorkerEventsConfig workerEvents() {
            boolean enabled = key("worker_events.enabled").flag(false);
            Duration progressInterval = key("worker_events.progress_interval")
                    .alias("worker_events.progress_interval_secs")
                    .duration(Duration.ofSeconds(10), SHORTEST_PAUSE);
            List<String> brokers = key("worker_events.kafka.brokers").list();
            brokers.stream()
                    .filter(broker -> ListenAddress.parse(broker).isEmpty())
                    .findFirst()
                    .ifPresent(broker -> reader.problem("worker_events.kafka.brokers must be a list of host:port"));
            if (enabled && brokers.isEmpty()) {
                reader.problem("worker_events.kafka.brokers is missing, worker_events.enabled needs it");
            }
            return new WorkerEventsConfig(
                    enabled,
                    progressInterval,
                    new WorkerEventsConfig.Kafka(
                            brokers,
                            key("worker_events.kafka.topic").text("amp.worker.events"),
                            key("worker_events.kafka.partitions").whole(1, 16),
                            sasl(),
                            key("worker_events.kafka.tls_enabled").flag(false)));
        }

        private Optional<WorkerEventsConfig.Sasl> sasl() {
            Set<String> mechanisms = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
            String mechanism = key("worker_events.kafka.sasl_mechanism")
                    .parsed(
                            "one of " + mechanisms.stream().sorted().toList(),
                            "",
                            text -> Optional.of(text.toUpperCase(Locale.ROOT)).filter(mechanisms::contains));
            Optional<String> username = key("worker_events.kafka.sasl_username").text();
            Optional<Secret> password = key("worker_events.kafka.sasl_password").secret();
            if (mechanism.isEmpty()) {
                return Optional.empty();
            }
            if (username.isEmpty() || password.isEmpty()) {
                reader.problem("worker_events.kafka.sasl_mechanism needs sasl_username and sasl_password");
                return Optional.empty();
            }
            return Optional.of(new WorkerEventsConfig.Sasl(mechanism, username.get(), password.get()));
        }

        private JobTimings jobs() {
            JobTimings absent = JobTimings.DEFAULT;
            var timings = new JobTimings(
                    seconds("jobs.worker_active_secs", absent.workerActive()),
                    seconds("jobs.worker_fence_secs", absent.workerFence()),
                    seconds("jobs.worker_dead_secs", absent.workerDead()),
                    seconds("jobs.reconcile_secs", absent.reconcile()),
                    seconds("jobs.failover_scan_secs", absent.failoverScan()),
                    seconds("jobs.retry_scan_secs", absent.retryScan()),
                    seconds("jobs.retry_max_delay_secs", absent.retryMaxDelay()),
                    key("jobs.max_failovers").whole(1, absent.maxFailovers()),
                    absent.databaseSeen());
            if (timings.workerFence().plusSeconds(10).compareTo(timings.workerDead()) > 0) {
                reader.problem("jobs.worker_fence_secs + 10 must not exceed jobs.worker_dead_secs");
            }
            return timings;
        }

        private JavascriptConfig javascript() {
            int poolSize = key("javascript.pool_size").whole(0, 0);
            return new JavascriptConfig(
                    key("javascript.batch_timeout_secs").duration(Duration.ofSeconds(10)),
                    key("javascript.row_timeout_secs").duration(Duration.ofSeconds(1)),
                    mebibytes("javascript.max_heap_mb", 8, 128),
                    DataSize.kibibytes(key("javascript.max_stack_kb").whole(64, 1024)),
                    DataSize.kibibytes(key("javascript.max_source_kb").whole(1, 1024)),
                    mebibytes("javascript.max_result_mb", 1, 16),
                    poolSize == 0 ? Runtime.getRuntime().availableProcessors() : poolSize,
                    key("javascript.cache_entries").whole(0, 1000));
        }

        private ConfigKey key(String name) {
            return reader.key(name);
        }

        private DataSize mebibytes(String name, int min, int absent) {
            return DataSize.mebibytes(key(name).whole(min, absent));
        }

        private Duration seconds(String name, Duration absent) {
            return Duration.ofSeconds(key(name).whole(1, (int) absent.toSeconds()));
        }

        private static Multiplier multiplier(ConfigKey key) {
            return key.parsed("a multiplier such as 1, 1.5 or \"3/2\"", Multiplier.ONE, Multiplier::parse);
        }

        private Optional<Path> path(String name) {
            return key(name).text().map(text -> path(name, text));
        }

        private Path path(String name, String text) {
            try {
                return base.resolve(text).normalize();
            } catch (InvalidPathException e) {
                reader.problem(name + " is not a path of this system");
                return base;
            }
        }

        private String location(ConfigKey key, String absent) {
            String text = key.text(absent).strip();
            Matcher scheme = SCHEME.matcher(text);
            if (!scheme.matches()) {
                return path(key.name(), text).toString();
            }
            String name = scheme.group(1).toLowerCase(Locale.ROOT);
            if (name.equals("http") || name.equals("https")) {
                reader.problem(key.name() + ": unsupported scheme '" + name + "': use s3:// with AWS_ENDPOINT");
            } else if (!STORES.contains(name)) {
                reader.problem(key.name() + ": unsupported scheme '" + name + "'");
            } else if (name.equals("file")) {
                return path(key.name(), text.substring("file://".length())).toString();
            }
            return text;
        }
    }
}
