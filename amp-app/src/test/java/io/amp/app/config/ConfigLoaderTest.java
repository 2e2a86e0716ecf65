package io.amp.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.app.config.AdminApiConfig.ClientProfile;
import io.amp.app.config.AdminApiConfig.JobStatusStyle;
import io.amp.ports.job.JobTimings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void defaults() {
        AmpConfig config = load("");

        assertThat(config)
                .isEqualTo(new AmpConfig(
                        new StorageConfig(inDirectory("data"), inDirectory("providers"), inDirectory("manifests")),
                        new ExtractionConfig(Duration.ofSeconds(1), 100_000),
                        new QueryServerConfig(
                                new ListenAddress("0.0.0.0", 1602),
                                new ListenAddress("0.0.0.0", 1603),
                                1000,
                                Duration.ofSeconds(30),
                                new DataSize(0),
                                new DataSize(0),
                                List.of(),
                                Duration.ZERO,
                                0,
                                0,
                                0,
                                0,
                                100,
                                Duration.ofSeconds(10),
                                false,
                                0,
                                2_097_152,
                                true,
                                true,
                                List.of(),
                                Optional.empty()),
                        new AdminApiConfig(
                                new ListenAddress("0.0.0.0", 1610),
                                Optional.empty(),
                                true,
                                JobStatusStyle.AUTO,
                                ClientProfile.AUTO,
                                DataSize.mebibytes(32),
                                false),
                        new MetadataDbConfig(
                                Optional.empty(), 10, 3, Duration.ofMinutes(30), Duration.ofMinutes(10), true),
                        new WriterConfig(
                                new Compression(Compression.Codec.ZSTD, 1),
                                false,
                                DataSize.mebibytes(1024),
                                DataSize.mebibytes(512),
                                Duration.ofMinutes(10),
                                new WriterConfig.FileSize(Multiplier.ONE, new DataSize(2_147_483_648L), 0),
                                new WriterConfig.Compactor(
                                        false,
                                        2,
                                        2,
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1024),
                                        new WriterConfig.FileSize(Multiplier.ONE, new DataSize(0), 0),
                                        0,
                                        OptionalLong.empty()),
                                new WriterConfig.Collector(false, Duration.ofSeconds(30), Duration.ofMinutes(30))),
                        new OpenTelemetryConfig(Optional.empty(), Duration.ofSeconds(60), Optional.empty(), 1.0),
                        new WorkerEventsConfig(
                                false,
                                Duration.ofSeconds(10),
                                new WorkerEventsConfig.Kafka(
                                        List.of(), "amp.worker.events", 16, Optional.empty(), false)),
                        JobTimings.DEFAULT,
                        new JavascriptConfig(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1),
                                DataSize.mebibytes(128),
                                DataSize.kibibytes(1024),
                                DataSize.kibibytes(1024),
                                DataSize.mebibytes(16),
                                Runtime.getRuntime().availableProcessors(),
                                1000),
                        List.of()));
        assertThatThrownBy(() -> config.metadataDb().requireUrl()).hasMessageContaining("metadata_db.url is missing");
    }

    @Test
    void allKeysOfTheFile() {
        assertThat(load(allKeys())).isEqualTo(everythingSet());
    }

    @Test
    void allKeysOfTheEnvironment() {
        Map<String, String> environment = new HashMap<>();
        TomlSettings.read(write(allKeys())).settings().forEach((key, setting) -> {
            String name = "AMP_CONFIG_" + key.replace(".", "__").toUpperCase(Locale.ROOT);
            Object value = setting.value();
            environment.put(name, value instanceof List<?> list ? tomlList(list) : value.toString());
        });

        assertThat(new ConfigLoader(environment, directory).load(null)).isEqualTo(everythingSet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "data_dir = 5 | data_dir must be a string",
                "data_dir = \"https://x/y\" | data_dir: unsupported scheme 'https': use s3:// with AWS_ENDPOINT",
                "manifests_dir = \"ftp://x\" | manifests_dir: unsupported scheme 'ftp'",
                "poll_interval_secs = -1 | poll_interval_secs must be a number of seconds",
                "poll_interval_secs = 0 | poll_interval_secs must be a number of seconds, at least 0.001",
                "microbatch_max_interval = 0 | microbatch_max_interval must be an integer from 1",
                "server_microbatch_max_interval = 1.5 | server_microbatch_max_interval must be an integer",
                "keep_alive_interval = \"30\" | keep_alive_interval must be an integer",
                "flight_addr = \"1602\" | flight_addr must be host:port",
                "flight_addr = \"a:99999\" | flight_addr must be host:port",
                "jsonl_addr = \"::1:1603\" | jsonl_addr must be host:port",
                "admin_api_addr = 1610 | admin_api_addr must be host:port",
                "max_mem_mb = -1 | max_mem_mb must be an integer from 0",
                "spill_location = \"/tmp\" | spill_location must be a list of strings",
                "spill_location = [1] | spill_location must be a list of strings",
                "query_timeout_secs = \"5\" | query_timeout_secs must be a number of seconds",
                "query_queue_size = -1 | query_queue_size must be an integer from 0",
                "max_sql_bytes = 0 | max_sql_bytes must be an integer from 1",
                "trust_proxy = \"true\" | trust_proxy must be true or false",
                "jsonl_streaming = 1 | jsonl_streaming must be true or false",
                "auth_tokens = \"s3cret\" | auth_tokens must be a list of strings",
                "flight_tls_cert = \"a.pem\" | flight_tls_cert and flight_tls_key must be set together",
                "flight_tls_client_ca = \"a.pem\" | flight_tls_client_ca needs flight_tls_cert",
                "admin_job_status_style = \"fancy\" | admin_job_status_style must be one of auto, current, legacy, title",
                "admin_client_profile = \"Python\" | admin_client_profile must be one of auto, current, typescript, python",
                "metadata_db.url = \"mysql://u:s3cret@h\" | metadata_db.url must start with postgres",
                "metadata_db.url = 5 | metadata_db.url must be a string",
                "metadata_db = \"s3cret\" | metadata_db must be a table",
                "metadata_db.pool_size = 0 | metadata_db.pool_size must be an integer from 1",
                "metadata_db = { pool_size = 2, min_connections = 3 } | metadata_db.min_connections must not exceed",
                "metadata_db.auto_migrate = \"yes\" | metadata_db.auto_migrate must be true or false",
                "writer.compression = \"zip\" | writer.compression must be one of zstd, zstd(1) to zstd(22), lz4, gzip, brotli, snappy",
                "writer.compression = \"zstd(23)\" | writer.compression must be one of",
                "writer.overflow = 0 | writer.overflow must be a multiplier",
                "writer.overflow = \"3/0\" | writer.overflow must be a multiplier",
                "writer.bytes = -1 | writer.bytes must be an integer from 0",
                "writer.compactor.max_eager_generation = -2 | writer.compactor.max_eager_generation must be an integer from -1",
                "writer.collector.min_interval = { secs = -1 } | writer.collector.min_interval must be a number of seconds",
                "data_dir.x = 1 | data_dir must not be a table",
                "opentelemetry.metrics_url = \"localhost\" | opentelemetry.metrics_url must be a URL",
                "opentelemetry.trace_ratio = \"all\" | opentelemetry.trace_ratio must be a number",
                "worker_events.enabled = true | worker_events.kafka.brokers is missing",
                "worker_events.kafka.brokers = [\"host\"] | worker_events.kafka.brokers must be a list of host:port",
                "worker_events.kafka.sasl_mechanism = \"GSSAPI\" | worker_events.kafka.sasl_mechanism must be one of",
                "worker_events.kafka.sasl_mechanism = \"PLAIN\" | worker_events.kafka.sasl_mechanism needs sasl_username",
                "jobs.worker_fence_secs = 21 | jobs.worker_fence_secs + 10 must not exceed jobs.worker_dead_secs",
                "jobs.max_failovers = 0 | jobs.max_failovers must be an integer from 1",
                "javascript.max_heap_mb = 7 | javascript.max_heap_mb must be an integer from 8",
                "javascript.max_stack_kb = 63 | javascript.max_stack_kb must be an integer from 64",
            })
    void badValues(String toml, String problem) {
        assertThatThrownBy(() -> load(toml))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .contains(problem)
                                .doesNotContain("s3cret"));
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirOrigin() {
        var loader = new ConfigLoader(Map.of("AMP_CONFIG_WRITER__ROWS", "many"), directory);

        assertThatThrownBy(() -> loader.load(write("\ndata_dir = 1\n[jobs]\nreconcile_secs = 0\n")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .containsExactlyInAnyOrder(
                                        "config.toml, line 2: data_dir must be a string",
                                        "config.toml, line 4: jobs.reconcile_secs must be an integer from 1 to 2147483647",
                                        "AMP_CONFIG_WRITER__ROWS: writer.rows must be an integer from 0 to 9223372036854775807"));
    }

    @Test
    void syntaxErrorsNameLineAndNotContent() {
        assertThatThrownBy(() -> load("a = 1\nurl = postgresql://u:s3cret@h\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> new ConfigLoader(Map.of(), directory).load(Path.of("missing.toml")))
                .hasMessageContaining("config path is not a file");
    }

    @Test
    void secretsAreNeverPrinted() {
        String printed = load(allKeys()).toString();

        assertThat(printed)
                .contains("<redacted>")
                .doesNotContain("db-secret", "kafka-secret", "admin-secret", "token-a", "key.pem");
        assertThat(load(allKeys()).metadataDb().requireUrl().reveal()).contains("db-secret");
    }

    @Test
    void environmentBeatsTheFileAndOptionsBeatBoth() {
        Path file = write("data_dir = \"a\"\nproviders_dir = \"x\"\n[metadata_db]\nurl = \"postgresql://x\"\n");
        var environment = Map.of("AMP_CONFIG_DATA_DIR", "b", "AMP_CONFIG_METADATA_DB_URL", "postgresql://y");

        AmpConfig config = new ConfigLoader(environment, directory).load(file);
        assertThat(config.storage().dataDir()).isEqualTo(inDirectory("b"));
        assertThat(config.metadataDb().requireUrl().reveal()).isEqualTo("postgresql://y");
        assertThat(config.warnings())
                .containsExactly("AMP_CONFIG_METADATA_DB_URL: metadata_db_url is deprecated, use metadata_db.url");

        AmpConfig withOption =
                new ConfigLoader(environment, directory).option("data_dir", "c").load(file);
        assertThat(withOption.storage().dataDir()).isEqualTo(inDirectory("c"));
    }

    @Test
    void theSpellingWithTwoUnderscoresBeatsTheFlatOne() {
        AmpConfig config = new ConfigLoader(
                        Map.of(
                                "AMP_CONFIG_METADATA_DB_URL",
                                "postgresql://flat",
                                "amp_config_metadata_db__url",
                                "postgresql://nested"),
                        directory)
                .load(null);

        assertThat(config.metadataDb().requireUrl().reveal()).isEqualTo("postgresql://nested");
        assertThat(config.warnings()).singleElement().asString().contains("metadata_db_url is ignored");
    }

    @Test
    void ampBeatsNozzleAndEmptyCountsAsNotSet() {
        AmpConfig config = new ConfigLoader(
                        Map.of(
                                "NOZZLE_CONFIG_DATA_DIR", "old",
                                "AMP_CONFIG_DATA_DIR", "new",
                                "NOZZLE_CONFIG_PROVIDERS_DIR", "nozzle",
                                "AMP_CONFIG_PROVIDERS_DIR", "",
                                "AMP_CONFIG", "x.toml"),
                        directory)
                .load(null);

        assertThat(config.storage().dataDir()).isEqualTo(inDirectory("new"));
        assertThat(config.storage().providersDir()).isEqualTo(inDirectory("nozzle"));
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"[\"/tmp/a\",\"/tmp/b\"] | /tmp/a,/tmp/b", "/tmp/a, /tmp/b | /tmp/a,/tmp/b", "/tmp/a | /tmp/a"})
    void listsOfTheEnvironment(String text, String expected) {
        AmpConfig config = new ConfigLoader(Map.of("AMP_CONFIG_SPILL_LOCATION", text), directory).load(null);

        assertThat(config.queryServer().spillDirectories())
                .extracting(Path::toString)
                .containsExactly(expected.split(","));
    }

    @Test
    void valuesOfTheEnvironmentTakeTheTypeOfTheirKey() {
        AmpConfig config = new ConfigLoader(
                        Map.of(
                                "AMP_CONFIG_WRITER__COMPRESSION", "zstd(3)",
                                "AMP_CONFIG_DATA_DIR", "1603",
                                "AMP_CONFIG_WRITER__COMPACTOR__ACTIVE", "true",
                                "AMP_CONFIG_POLL_INTERVAL_SECS", "0.5",
                                "AMP_CONFIG_WRITER__COLLECTOR__MIN_INTERVAL", "{ secs = 7 }",
                                "AMP_CONFIG_JAVASCRIPT__MAX_HEAP_MB", "64"),
                        directory)
                .load(null);

        assertThat(config.writer().compression()).isEqualTo(new Compression(Compression.Codec.ZSTD, 3));
        assertThat(config.storage().dataDir()).isEqualTo(inDirectory("1603"));
        assertThat(config.writer().compactor().active()).isTrue();
        assertThat(config.extraction().pollInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.writer().collector().minInterval()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.javascript().maxHeap()).isEqualTo(DataSize.mebibytes(64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"3/2\"", "1.5", "\"1.5\"", "\"6/4\""})
    void multipliersAreEqualHoweverWritten(String text) {
        assertThat(load("[writer]\noverflow = " + text).writer().fileSize().overflow())
                .isEqualTo(new Multiplier(3, 2));
        assertThat(load("[writer.file_size]\noverflow = " + text)
                        .writer()
                        .fileSize()
                        .overflow())
                .isEqualTo(new Multiplier(3, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "zstd, ZSTD, 1",
        "ZSTD(22), ZSTD, 22",
        "lz4, LZ4, 0",
        "Gzip, GZIP, 0",
        "brotli, BROTLI, 0",
        "snappy, SNAPPY, 0",
        "uncompressed, UNCOMPRESSED, 0"
    })
    void compressions(String text, Compression.Codec codec, int level) {
        assertThat(load("[writer]\ncompression = \"" + text + "\"").writer().compression())
                .isEqualTo(new Compression(codec, level));
    }

    @Test
    void shortKeepAliveActsAsThirtySeconds() {
        assertThat(load("keep_alive_interval = 5").queryServer().keepAlive()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ secs = 1800 }", "1800.0", "1800", "{ secs = 1800, nanos = 0 }"})
    void durationsAreEqualHoweverWritten(String text) {
        assertThat(load("[writer.collector]\ndeletion_lock_duration = " + text)
                        .writer()
                        .collector()
                        .deletionLock())
                .isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void traceRatioIsClamped() {
        assertThat(load("opentelemetry.trace_ratio = 7").openTelemetry().traceRatio())
                .isEqualTo(1.0);
        assertThat(load("opentelemetry.trace_ratio = -0.1").openTelemetry().traceRatio())
                .isZero();
    }

    @Test
    void unknownKeysAreWarnedAboutWithTheNearestName() {
        AmpConfig config = load("data_dri = \"x\"\n[writer]\ncompresion = \"zstd\"\n[elsewhere]\nzzzzzzzzzzzzzz = 1\n");

        assertThat(config.warnings())
                .containsExactlyInAnyOrder(
                        "config.toml, line 1: unknown key data_dri, did you mean data_dir?",
                        "config.toml, line 3: unknown key writer.compresion, did you mean writer.compression?",
                        "config.toml, line 5: unknown key elsewhere.zzzzzzzzzzzzzz");
    }

    @Test
    void keysOfTheFirstGeneration() {
        AmpConfig config = load("""
                dataset_defs_dir = "defs"
                metadata_db_url = "postgres://old"
                [parquet]
                compression = "snappy"
                bloom_filters = true
                cache_size_mb = 1
                [compaction]
                compactor_enabled = true
                collector_enabled = true
                metadata_concurrency = 10
                write_concurrency = 1
                compactor_interval_secs = 0
                collector_interval_secs = 1800
                file_lock_duration_secs = 60
                byte_threshold = -1
                row_threshold = 500
                block_threshold = -1
                min_file_count = 2
                """);

        assertThat(config.storage().manifestsDir()).isEqualTo(inDirectory("defs"));
        assertThat(config.metadataDb().requireUrl().reveal()).isEqualTo("postgres://old");
        assertThat(config.writer().compression().codec()).isEqualTo(Compression.Codec.SNAPPY);
        assertThat(config.writer().bloomFilters()).isTrue();
        assertThat(config.writer().cache()).isEqualTo(DataSize.mebibytes(1));
        assertThat(config.writer().compactor())
                .isEqualTo(new WriterConfig.Compactor(
                        true,
                        10,
                        1,
                        Duration.ZERO,
                        Duration.ofSeconds(1024),
                        new WriterConfig.FileSize(Multiplier.ONE, new DataSize(0), 500),
                        0,
                        OptionalLong.empty()));
        assertThat(config.writer().collector())
                .isEqualTo(new WriterConfig.Collector(true, Duration.ofSeconds(1800), Duration.ofSeconds(60)));
        assertThat(config.warnings())
                .hasSize(16)
                .contains("config.toml, line 1: dataset_defs_dir is deprecated, use manifests_dir")
                .contains("config.toml, line 17: compaction.block_threshold has no effect");
    }

    @Test
    void newSpellingsBeatOldOnes() {
        AmpConfig config = load("[parquet]\ncompression = \"gzip\"\n[writer]\ncompression = \"brotli\"\n");

        assertThat(config.writer().compression().codec()).isEqualTo(Compression.Codec.BROTLI);
        assertThat(config.warnings()).singleElement().asString().contains("parquet.compression is ignored");
    }

    @Test
    void aliasesWork() {
        AmpConfig config = load(
                "admin_addr = \"h:1\"\n[writer.garbage_collector]\nactive = true\n[worker_events]\nprogress_interval_secs = 3\n");

        assertThat(config.adminApi().address()).isEqualTo(new ListenAddress("h", 1));
        assertThat(config.writer().collector().active()).isTrue();
        assertThat(config.workerEvents().progressInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void pathsAreRelativeToTheFileAndDefaultsCanBeOthers() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("conf"));
        Path file = Files.writeString(folder.resolve("amp.toml"), "providers_dir = \"../p\"\n");

        AmpConfig config = new ConfigLoader(Map.of(), directory)
                .absent("data_dir", "/amp/data")
                .absent("providers_dir", "/amp/providers")
                .load(file);

        assertThat(config.storage())
                .isEqualTo(new StorageConfig(
                        "/amp/data",
                        inDirectory("p"),
                        folder.resolve("manifests").toString()));
    }

    private AmpConfig everythingSet() {
        return new AmpConfig(
                new StorageConfig("s3://bucket/data", inDirectory("p"), "/srv/manifests"),
                new ExtractionConfig(Duration.ofMillis(250), 200_000),
                new QueryServerConfig(
                        new ListenAddress("127.0.0.1", 2602),
                        new ListenAddress("::1", 2603),
                        2000,
                        Duration.ofSeconds(45),
                        DataSize.mebibytes(4096),
                        DataSize.mebibytes(512),
                        List.of(directory.resolve("spill/a"), Path.of("/spill/b")),
                        Duration.ofMillis(90_500),
                        40,
                        20,
                        5,
                        60,
                        0,
                        Duration.ofSeconds(3),
                        true,
                        1_000_000,
                        1000,
                        false,
                        false,
                        List.of(new Secret("token-a"), new Secret("token-b")),
                        Optional.of(new QueryServerConfig.Tls(
                                directory.resolve("tls/cert.pem"),
                                directory.resolve("tls/key.pem"),
                                Optional.of(Path.of("/etc/ca.pem"))))),
                new AdminApiConfig(
                        new ListenAddress("localhost", 0),
                        Optional.of(new Secret("admin-secret")),
                        false,
                        JobStatusStyle.LEGACY,
                        ClientProfile.TYPESCRIPT,
                        DataSize.mebibytes(8),
                        true),
                new MetadataDbConfig(
                        Optional.of(new Secret("postgresql://amp:db-secret@db.internal:5432/amp?sslmode=require")),
                        20,
                        3,
                        Duration.ofSeconds(900),
                        Duration.ofSeconds(300),
                        false),
                new WriterConfig(
                        new Compression(Compression.Codec.ZSTD, 9),
                        true,
                        DataSize.mebibytes(256),
                        DataSize.mebibytes(128),
                        Duration.ofSeconds(30),
                        new WriterConfig.FileSize(new Multiplier(3, 2), new DataSize(1_073_741_824), 5_000_000),
                        new WriterConfig.Compactor(
                                true,
                                4,
                                3,
                                Duration.ofMillis(2500),
                                Duration.ofSeconds(60),
                                new WriterConfig.FileSize(new Multiplier(2, 1), new DataSize(1_048_576), 1000),
                                -1,
                                OptionalLong.of(64)),
                        new WriterConfig.Collector(true, Duration.ofSeconds(15), Duration.ofMillis(600_500))),
                new OpenTelemetryConfig(
                        Optional.of(URI.create("http://localhost:4318/v1/metrics")),
                        Duration.ofMillis(7500),
                        Optional.of(URI.create("http://localhost:4318/v1/traces")),
                        0.25),
                new WorkerEventsConfig(
                        true,
                        Duration.ofSeconds(5),
                        new WorkerEventsConfig.Kafka(
                                List.of("k1:9092", "k2:9092"),
                                "events",
                                32,
                                Optional.of(new WorkerEventsConfig.Sasl(
                                        "SCRAM-SHA-256", "amp", new Secret("kafka-secret"))),
                                true)),
                new JobTimings(
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(61),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(500),
                        4,
                        JobTimings.DEFAULT.databaseSeen()),
                new JavascriptConfig(
                        Duration.ofSeconds(20),
                        Duration.ofMillis(500),
                        DataSize.mebibytes(64),
                        DataSize.kibibytes(512),
                        DataSize.kibibytes(100),
                        DataSize.mebibytes(4),
                        2,
                        10),
                List.of());
    }

    private AmpConfig load(String toml) {
        return new ConfigLoader(Map.of(), directory).load(write(toml));
    }

    private Path write(String toml) {
        try {
            return Files.writeString(directory.resolve("config.toml"), toml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String inDirectory(String name) {
        return directory.resolve(name).toString();
    }

    private static String allKeys() {
        try (InputStream stream = ConfigLoaderTest.class.getResourceAsStream("all-keys.toml")) {
            if (stream == null) {
                throw new IllegalStateException("no resource all-keys.toml");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tomlList(List<?> list) {
        StringBuilder text = new StringBuilder("[");
        list.forEach(element -> text.append('"').append(element).append("\","));
        return text.append(']').toString();
    }
}
