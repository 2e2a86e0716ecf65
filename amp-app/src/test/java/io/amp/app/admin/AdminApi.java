package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.adapters.http.HttpSettings;
import io.amp.adapters.http.admin.AdminServer;
import io.amp.adapters.http.admin.AdminSettings;
import io.amp.core.dataset.DatasetRegistryService;
import io.amp.core.job.JobService;
import io.amp.core.provider.ProviderRegistryService;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore.Transition;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.testkit.metadata.InMemoryDatabase;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.provider.InMemoryProviderStore;
import io.amp.testkit.runtime.SeededRandomness;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A server on a free port with everything behind it, and a client that talks to it. */
final class AdminApi implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String WORKER = "worker-01";
    private static final TableSchema BLOCK_NUMBERS =
            TableSchema.of(List.of(Field.notNullable("_block_num", new ArrowType.Int(64, false))));

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final MovableClock clock = new MovableClock();
    final InMemoryMetadataStore metadata =
            new InMemoryMetadataStore(new InMemoryDatabase(clock, new SeededRandomness(1), JobTimings.DEFAULT), clock);
    final InMemoryObjectStore manifests = new InMemoryObjectStore(clock);
    final InMemoryObjectStore data = new InMemoryObjectStore(clock);
    final InMemoryProviderStore providers = new InMemoryProviderStore();
    final AdminServer server;
    volatile Optional<String> problem = Optional.empty();
    private @Nullable WorkerSession worker;

    /** Real time, some way ahead. */
    static final class MovableClock extends WallClock {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant now() {
            return super.now().plus(ahead);
        }
    }

    AdminApi() {
        this(AdminSettings.DEFAULT, Set.of());
    }

    AdminApi(AdminSettings settings, Set<String> tokens) {
        DatasetRegistryService datasets = new DatasetRegistryService(metadata, manifests, AdminApi::inferred, clock);
        this.server = new AdminServer(
                new HttpSettings("127.0.0.1", 0, settings.manifestBytesMax(), tokens),
                settings,
                new AdminServer.Services(
                        datasets,
                        new JobService(metadata, datasets),
                        new ProviderRegistryService(providers, true),
                        metadata.workers(),
                        metadata.segments(),
                        metadata.revisions(),
                        data,
                        clock,
                        withWorkers -> problem));
    }

    /** What one request came to. */
    record Answer(int status, String text, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + text, e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** A refusal in the envelope and nothing else. */
        void isError(int expectedStatus, String code) {
            assertThat(status + " " + text).startsWith(expectedStatus + " {");
            assertThat(json().path("error_code").asText()).as(text).isEqualTo(code);
            assertThat(json().path("error_message").asText()).isNotBlank().doesNotContain("Exception", "\tat ");
            assertThat(json().size()).isEqualTo(2);
            assertThat(header("Content-Type")).startsWith("application/json");
        }

        JsonNode ok() {
            assertThat(status).as(text).isEqualTo(200);
            assertThat(header("Content-Type")).startsWith("application/json");
            return json();
        }

        void isEmpty(int expectedStatus) {
            assertThat(status).as(text).isEqualTo(expectedStatus);
            assertThat(text).isEmpty();
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, @Nullable String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String rawManifest(long startBlock) {
        return "{\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"start_block\":" + startBlock + "}";
    }

    /** @return the hash of the manifest */
    String register(String namespace, String name, @Nullable String version, String manifest) {
        Answer answer = post(
                "/datasets",
                "{\"namespace\":\"" + namespace + "\",\"name\":\"" + name + "\","
                        + (version == null ? "" : "\"version\":\"" + version + "\",") + "\"manifest\":" + manifest
                        + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().get("manifest_hash").asText();
    }

    /** Registers {@code acme/mainnet@1.0.0} and deploys it on a live worker. */
    long deployed() {
        register("acme", "mainnet", "1.0.0", rawManifest(0));
        startWorker();
        return deploy("{\"end_block\":\"100\"}");
    }

    long deploy(String body) {
        beat();
        Answer answer = post("/datasets/acme/mainnet/versions/1.0.0/deploy", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().get("job_id").asLong();
    }

    void startWorker() {
        try {
            worker = metadata.workers().start(WORKER, Map.of("version", "1.4.0"), Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The worker shows that it lives. */
    void beat() {
        if (worker != null) {
            worker.heartbeat();
        }
    }

    /** The worker stops beating. */
    void killWorker() {
        clock.ahead = clock.ahead.plus(Duration.ofMinutes(5));
    }

    /** What a worker writes when a job goes that way. */
    void move(long jobId, JobStatus... path) {
        for (JobStatus next : path) {
            Job job = metadata.jobs().find(jobId).orElseThrow();
            ErrorDetail error = next == JobStatus.ERROR || next == JobStatus.FATAL
                    ? new ErrorDetail("PARTITION_TASK", "a partition failed", Map.of("attempt_index", 2))
                    : null;
            assertThat(metadata.jobs()
                            .transition(
                                    new Assignment(jobId, WORKER, job.epoch()), EnumSet.of(job.status()), next, error))
                    .isInstanceOf(Transition.Applied.class);
        }
    }

    /** Stands for the SQL engine: every table has one column. */
    private static Map<String, TableSchema> inferred(DerivedManifest draft) {
        Map<String, TableSchema> schemas = new HashMap<>();
        draft.tables().forEach((name, table) -> schemas.put(name, BLOCK_NUMBERS));
        return schemas;
    }

    @Override
    public void close() {
        http.close();
        server.close();
        if (worker != null) {
            worker.close();
        }
        metadata.close();
    }
}
