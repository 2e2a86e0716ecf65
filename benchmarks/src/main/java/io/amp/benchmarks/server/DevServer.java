package io.amp.benchmarks.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.testkit.runtime.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code ampd dev} with 512 MiB of heap, operated through its Admin API. Works in namespace {@code bench}. */
public final class DevServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int PARALLELISM = 2;

    private final HttpClient http = HttpClient.newHttpClient();
    private final MeasuredProcess process;
    private final Path folder;
    private final int adminPort;
    private final int flightPort;
    private final int jsonLinesPort;

    private DevServer(Path folder) throws IOException {
        this.folder = folder;
        adminPort = FreePorts.next();
        flightPort = FreePorts.next();
        jsonLinesPort = FreePorts.next();
        process = MeasuredProcess.java(
                Map.of(
                        "AMP_CONFIG_ADMIN_API_ADDR", "127.0.0.1:" + adminPort,
                        "AMP_CONFIG_FLIGHT_ADDR", "127.0.0.1:" + flightPort,
                        "AMP_CONFIG_JSONL_ADDR", "127.0.0.1:" + jsonLinesPort),
                List.of("-Xmx512m", "io.amp.app.Ampd", "dev", "--amp-dir", folder.toString()));
    }

    /** Starts on the given folder and waits until it is ready. */
    public static DevServer start(Path folder) throws Exception {
        var server = new DevServer(folder);
        await(() -> {
            try {
                return server.answer("GET", "/ready", "").statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
        return server;
    }

    public MeasuredProcess process() {
        return process;
    }

    /** Where the segments lie. */
    public Path data() {
        return folder.resolve("data");
    }

    public int flightPort() {
        return flightPort;
    }

    public URI jsonLines() {
        return URI.create("http://127.0.0.1:" + jsonLinesPort + "/");
    }

    /** Names the node that the datasets of chain {@code mainnet} are extracted from. */
    public void useNode(String url) throws IOException, InterruptedException {
        send(
                "POST",
                "/providers",
                "{\"name\":\"dense\",\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"url\":\"" + url + "\"}");
    }

    /**
     * Registers a dataset, extracts the blocks before {@code end} and waits for the last.
     *
     * @return bytes of the segments by table
     */
    public Map<String, Long> extract(String dataset, int end, boolean verify) throws Exception {
        send(
                "POST",
                "/datasets",
                "{\"namespace\":\"bench\",\"name\":\"" + dataset + "\",\"version\":\"1.0.0\","
                        + "\"manifest\":{\"kind\":\"evm-rpc\",\"network\":\"mainnet\"}}");
        String path = "/datasets/bench/" + dataset + "/versions/1.0.0/";
        long job = send(
                        "POST",
                        path + "deploy",
                        "{\"end_block\":" + (end - 1) + ",\"parallelism\":" + PARALLELISM + ",\"verify\":" + verify
                                + "}")
                .get("job_id")
                .asLong();
        await(() -> {
            JsonNode state = send("GET", "/jobs/" + job, "");
            String status = state.get("status_detail").asText();
            if (status.equals("FATAL") || status.equals("ERROR")) {
                throw new IllegalStateException(state.toString());
            }
            return status.equals("COMPLETED");
        });
        Map<String, Long> bytes = new TreeMap<>();
        send("GET", path + "sync-progress", "")
                .get("tables")
                .forEach(table -> bytes.put(
                        table.get("table_name").asText(),
                        table.get("total_size_bytes").asLong()));
        return bytes;
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within five minutes");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = answer(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> answer(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.close();
    }
}
