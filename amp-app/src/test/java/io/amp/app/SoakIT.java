package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.amp.testkit.runtime.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Many clients that look up, scan, fail and abort at once: no wrong row, and afterwards nothing is left of them. */
@Timeout(600)
class SoakIT {
    private static final int CLIENTS = 64;
    private static final int LOGS = 719;
    private static final String MANY =
            "SELECT a.log_index AS x, b.log_index AS y FROM 'demo/mainnet'.logs a CROSS JOIN 'demo/mainnet'.logs b";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningDemo demo;
    private List<JsonNode> transactions;

    @BeforeEach
    void start() throws Exception {
        demo = RunningDemo.start(folder, Map.of("AMP_CONFIG_QUERY_QUEUE_TIMEOUT_SECS", "60"));
        transactions = post("SELECT tx_hash, tx_index FROM 'demo/mainnet'.transactions")
                .body()
                .lines()
                .map(SoakIT::read)
                .toList();
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void aFewSeconds() throws Exception {
        soak(Duration.ofSeconds(8));
    }

    @Test
    @Tag("slow")
    void fiveMinutes() throws Exception {
        soak(Duration.ofMinutes(5));
    }

    private void soak(Duration length) throws Exception {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        System.out.println("soak: -Damp.seed=" + seed);
        round(seed, Duration.ofSeconds(2)); // pools and caches fill
        long threads = threads();
        long files = openFiles();
        long resident = residentMib();
        Counts counts = round(seed + 1, length);
        System.out.printf(
                "soak: %s; threads %d -> %d, open files %d -> %d, resident %d -> %d MiB%n",
                counts, threads, threads(), files, openFiles(), resident, residentMib());

        assertThat(counts.answered.get()).isPositive();
        assertThat(counts.aborted.get()).isPositive();
        Eventually.until("threads are as many as before", () -> threads() <= threads + CLIENTS / 4);
        Eventually.until("connections are as many as before", () -> openFiles() <= files + CLIENTS / 4);
        assertThat(residentMib())
                .as("memory does not grow with the number of queries")
                .isLessThan(resident + 768);
        assertThat(demo.interrupt()).as("no Arrow buffer is left").isZero();
        assertThat(demo.err()).isEmpty();
    }

    private Counts round(long seed, Duration length) throws Exception {
        var counts = new Counts();
        long end = System.nanoTime() + length.toNanos();
        try (ExecutorService pool = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed * CLIENTS + i);
                boolean isFlight = i % 2 == 0;
                clients.add(pool.submit(() -> {
                    if (isFlight) {
                        flightClient(random, end, counts);
                    } else {
                        jsonLinesClient(random, end, counts);
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return counts;
    }

    @SuppressWarnings("try") // closing may be interrupted
    private void flightClient(Random random, long end, Counts counts) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                FlightClient client = FlightClient.builder(
                                allocator, Location.forGrpcInsecure("127.0.0.1", demo.flightPort()))
                        .build()) {
            while (System.nanoTime() < end) {
                try {
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            JsonNode row = transactions.get(random.nextInt(transactions.size()));
                            assertThat(total(client, lookup(row), 0))
                                    .isEqualTo(new Total(1, row.get("tx_index").asLong()));
                        }
                        case 1 ->
                            assertThat(total(client, "SELECT log_index FROM 'demo/mainnet'.logs", 0))
                                    .isEqualTo(new Total(LOGS, LOGS * (LOGS - 1L) / 2));
                        case 2 ->
                            assertThat(total(client, MANY, 0))
                                    .isEqualTo(new Total((long) LOGS * LOGS, LOGS * (LOGS * (LOGS - 1L) / 2)));
                        default -> {
                            assertThat(total(client, MANY, 1).rows()).isPositive();
                            counts.aborted.incrementAndGet();
                        }
                    }
                    counts.answered.incrementAndGet();
                } catch (FlightRuntimeException e) {
                    counts.refused(e.status());
                }
            }
        }
    }

    /** Sum of the first column; ends after {@code batches}, all for 0. */
    @SuppressWarnings("try") // closing may be interrupted
    private static Total total(FlightClient client, String sql, int batches) throws Exception {
        try (FlightStream stream = client.getStream(new Ticket(sql.getBytes(StandardCharsets.UTF_8)))) {
            long rows = 0;
            long sum = 0;
            for (int read = 0; (batches == 0 || read < batches) && stream.next(); read++) {
                VectorSchemaRoot root = stream.getRoot();
                for (int i = 0; i < root.getRowCount(); i++) {
                    sum += ((Number) root.getVector(0).getObject(i)).longValue();
                }
                rows += root.getRowCount();
            }
            if (batches > 0) {
                stream.cancel("seen enough", null);
            }
            return new Total(rows, sum);
        }
    }

    private void jsonLinesClient(Random random, long end, Counts counts) throws Exception {
        while (System.nanoTime() < end) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    JsonNode row = transactions.get(random.nextInt(transactions.size()));
                    HttpResponse<String> answer = post(lookup(row));
                    if (counts.isAnswer(answer)) {
                        assertThat(read(answer.body()).get("tx_index")).isEqualTo(row.get("tx_index"));
                    }
                }
                case 1 -> {
                    HttpResponse<String> answer = post("SELECT log_index FROM 'demo/mainnet'.logs ORDER BY log_index");
                    if (counts.isAnswer(answer)) {
                        assertThat(answer.body().lines()).hasSize(LOGS).endsWith("{\"log_index\":" + (LOGS - 1) + "}");
                    }
                }
                case 2 ->
                    assertThat(post("SELECT nothing FROM 'demo/mainnet'.logs").statusCode())
                            .isIn(400, 429, 503);
                default -> {
                    HttpResponse<InputStream> answer = http.send(request(MANY), BodyHandlers.ofInputStream());
                    try (InputStream body = answer.body()) {
                        assertThat(body.read()).isEqualTo('{');
                    }
                    counts.aborted.incrementAndGet();
                }
            }
        }
    }

    private static String lookup(JsonNode row) {
        return "SELECT tx_index FROM 'demo/mainnet'.transactions WHERE tx_hash = x'"
                + row.get("tx_hash").asText() + "'";
    }

    private HttpResponse<String> post(String sql) throws IOException, InterruptedException {
        return http.send(request(sql), BodyHandlers.ofString());
    }

    private HttpRequest request(String sql) {
        return HttpRequest.newBuilder(demo.jsonLines())
                .timeout(Duration.ofSeconds(120))
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build();
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().size();
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static long residentMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private record Total(long rows, long sum) {}

    private static final class Counts {
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong aborted = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();

        void refused(CallStatus status) {
            assertThat(status.code()).as(status.toString()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
            refused.incrementAndGet();
        }

        boolean isAnswer(HttpResponse<String> answer) {
            if (answer.statusCode() == 200) {
                answered.incrementAndGet();
                return true;
            }
            assertThat(answer.statusCode()).as(answer.body()).isIn(429, 503);
            refused.incrementAndGet();
            return false;
        }

        @Override
        public String toString() {
            return answered + " answered, " + aborted + " aborted, " + refused + " refused";
        }
    }
}
