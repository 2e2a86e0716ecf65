package io.amp.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.app.Ampd;
import io.amp.testkit.runtime.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ampd dev} in a process of its own, on one folder and the same ports from start to start. Its PostgreSQL is a process of its own,
 * too, and outlives a killed {@code ampd} until the next start.
 */
final class DevProcess implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Path folder;
    private final int admin = FreePorts.next();
    private final int jsonLines = FreePorts.next();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private @Nullable Process process;

    /** @param folder an empty one; holds the {@code .amp} folder and the log */
    DevProcess(Path folder) {
        this.folder = folder;
    }

    /** Returns at once. */
    void start() {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Damp.test.log=" + System.getProperty("amp.test.log", "INFO"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Ampd.class.getName(),
                "dev",
                "--amp-dir",
                folder.resolve(".amp").toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("AMP_"));
        builder.environment()
                .putAll(Map.of(
                        "AMP_CONFIG_FLIGHT_ADDR",
                        "127.0.0.1:0",
                        "AMP_CONFIG_JSONL_ADDR",
                        "127.0.0.1:" + jsonLines,
                        "AMP_CONFIG_ADMIN_API_ADDR",
                        "127.0.0.1:" + admin,
                        "AMP_CONFIG_POLL_INTERVAL_SECS",
                        "0.1",
                        "AMP_CONFIG_WRITER__SEGMENT_FLUSH_INTERVAL_SECS",
                        "0.2",
                        "AMP_CACHE_DIR",
                        System.getProperty("java.io.tmpdir") + "/amp-test-cache"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        eventually(START_MAX, "ampd is ready", () -> {
            assertAlive();
            return "OK"
                    .equals(send("GET", URI.create("http://127.0.0.1:" + admin + "/ready"), "")
                            .body());
        });
    }

    void assertAlive() {
        if (!isAlive()) {
            throw new NotAlive("ampd ended by itself with "
                    + (process == null ? "no start" : "exit code " + process.exitValue()) + "; its log:\n" + logTail());
        }
    }

    /** Not to be waited for. */
    private static final class NotAlive extends AssertionError {
        private static final long serialVersionUID = 1L;

        NotAlive(String message) {
            super(message);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    void eventually(Duration atMost, String what, Callable<Boolean> condition) {
        Eventually.within(atMost, what, condition, () -> "the end of ampd's log:\n" + logTail());
    }

    /** {@code kill -9}. Its PostgreSQL lives on. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** @return the exit code after a SIGTERM */
    int stop() throws InterruptedException {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("ampd did not stop; its log:\n" + logTail());
        }
        return process.exitValue();
    }

    /** The server's processes, the postmaster first; none when it does not run. */
    List<ProcessHandle> postgres() {
        return postmaster()
                .map(first ->
                        Stream.concat(Stream.of(first), first.descendants()).toList())
                .orElse(List.of());
    }

    private Optional<ProcessHandle> postmaster() {
        Path file = folder.resolve(".amp/metadb/postmaster.pid");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst()
                    .filter(line -> line.matches("\\d+"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                    .filter(found ->
                            found.isAlive() && found.info().command().orElse("").endsWith("postgres"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@code kill -9} of the postmaster, or of all its processes at once. */
    void killPostgres(boolean all) throws InterruptedException {
        List<ProcessHandle> running = postgres();
        signal("KILL", all ? running : running.stream().limit(1).toList());
    }

    /** SIGSTOP of all its processes. @return what was stopped */
    List<ProcessHandle> freezePostgres() throws InterruptedException {
        List<ProcessHandle> frozen = postgres();
        assertThat(frozen).as("PostgreSQL's processes").hasSizeGreaterThan(2);
        signal("STOP", frozen);
        return frozen;
    }

    void thaw(List<ProcessHandle> frozen) throws InterruptedException {
        signal("CONT", frozen);
    }

    private static void signal(String name, List<ProcessHandle> processes) throws InterruptedException {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(one -> command.add(Long.toString(one.pid())));
        try {
            // One of them may have ended meanwhile, which kill reports and nobody minds.
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode get(String path) throws Exception {
        return answered(send("GET", URI.create("http://127.0.0.1:" + admin + path), ""));
    }

    JsonNode post(String path, String body) throws Exception {
        return answered(send("POST", URI.create("http://127.0.0.1:" + admin + path), body));
    }

    private static JsonNode answered(HttpResponse<String> answer) throws IOException {
        requireSuccess(answer);
        return JSON.readTree(answer.body());
    }

    List<JsonNode> rows(String sql) throws Exception {
        HttpResponse<String> answer = send("POST", URI.create("http://127.0.0.1:" + jsonLines + "/"), sql);
        requireSuccess(answer);
        List<JsonNode> rows = new ArrayList<>();
        for (String line : answer.body().lines().toList()) {
            JsonNode row = JSON.readTree(line);
            if (row.has("error_code")) {
                throw new IllegalStateException(sql + ": " + line);
            }
            rows.add(row);
        }
        return rows;
    }

    /** An exception, which may be waited out, and not an assertion, which ends the test. */
    private static void requireSuccess(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    answer.request().uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private HttpResponse<String> send(String method, URI address, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Extracts a network's chain from block 0 without an end, in a dataset {@code test/<name>}. */
    void follow(String name, String network, int writers) throws Exception {
        followFrom(name, network, writers, 0);
    }

    void followFrom(String name, String network, int writers, long start) throws Exception {
        String manifest = "{\"kind\":\"evm-rpc\",\"network\":\"" + network + "\",\"start_block\":" + start + "}";
        post(
                "/datasets",
                "{\"namespace\":\"test\",\"name\":\"" + name + "\",\"version\":\"1.0.0\",\"manifest\":" + manifest
                        + "}");
        post("/datasets/test/" + name + "/versions/1.0.0/deploy", "{\"parallelism\":" + writers + "}");
    }

    void addProvider(String network, String url) throws Exception {
        post(
                "/providers",
                "{\"name\":\"" + network + "\",\"kind\":\"evm-rpc\",\"network\":\"" + network + "\",\"url\":\"" + url
                        + "\"}");
    }

    private Path data() {
        return folder.resolve(".amp/data");
    }

    /** Visible files of the data folder, relative to it. */
    Set<String> storedFiles() {
        Set<String> files = new HashSet<>();
        if (!Files.isDirectory(data())) {
            return files;
        }
        try (Stream<Path> all = Files.walk(data())) {
            all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .forEach(file -> files.add(data().relativize(file).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Files of the catalogue, relative to the data folder. */
    Set<String> registeredFiles() throws SQLException {
        Path database = folder.resolve(".amp/metadb").toAbsolutePath();
        Path socket = socketFolder(database);
        String superuser = System.getProperty("user.name");
        PostgresUrl url = PostgresUrl.parse("postgresql:///postgres?host=" + socket + "&user=" + superuser);
        Set<String> files = new HashSet<>();
        try (Connection connection = new Connector(url, Duration.ofSeconds(20), "audit").open();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT r.path || '/' || f.file_name FROM file_metadata f"
                                + " JOIN physical_table_revisions r ON r.id = f.location_id")) {
            while (rows.next()) {
                files.add(rows.getString(1));
            }
        }
        return files;
    }

    /** The fifth line of the server's own file says where it listens. */
    private static Path socketFolder(Path database) {
        try {
            return Path.of(
                    Files.readAllLines(database.resolve("postmaster.pid")).get(4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes files look as if nobody had touched them for long. */
    void age(Set<String> files, Duration by) throws IOException {
        for (String file : files) {
            Path path = data().resolve(file);
            Files.setLastModifiedTime(
                    path, FileTime.fromMillis(Files.getLastModifiedTime(path).toMillis() - by.toMillis()));
        }
    }

    private Path log() {
        return folder.resolve("ampd.log");
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "none: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        try {
            kill();
            List<ProcessHandle> left = postgres();
            signal("CONT", left);
            signal("KILL", left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
