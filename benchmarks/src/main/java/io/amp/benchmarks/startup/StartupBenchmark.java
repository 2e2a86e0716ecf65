package io.amp.benchmarks.startup;

import io.amp.testkit.runtime.FreePorts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code ampd dev} as a user does and measures the time until {@code /ready} says so and until a query is answered: cold with an
 * empty folder, warm on the folder of an earlier run; without and with the start-up cache, alternating. The caches themselves (PostgreSQL's
 * programs, the native engine) are made before.
 */
public final class StartupBenchmark {
    private static final int ROUNDS = 5;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Path program;
    private final Path folder;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Milliseconds. */
    private record Times(double ready, double answered) {}

    private StartupBenchmark(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /** @param arguments path of {@code bin/ampd}, which must be built */
    public static void main(String... arguments) throws Exception {
        Path folder = Files.createTempDirectory("amp-startup");
        // Started as root, PostgreSQL runs as somebody else, who has to pass.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        new StartupBenchmark(Path.of(arguments[0]).toAbsolutePath(), folder).run(System.out);
    }

    private void run(PrintStream out) throws Exception {
        start("first", "on");
        awaitCache();
        List<Times> cold = new ArrayList<>();
        List<Times> coldCached = new ArrayList<>();
        List<Times> warm = new ArrayList<>();
        List<Times> warmCached = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            cold.add(start("cold" + i, "off"));
            coldCached.add(start("cached" + i, "on"));
            warm.add(start("cold" + i, "off"));
            warmCached.add(start("cached" + i, "on"));
        }
        out.println("ampd dev                    ready ms  first answer ms (medians of " + ROUNDS + ")");
        print(out, "cold, no start-up cache", cold);
        print(out, "cold, start-up cache", coldCached);
        print(out, "warm, no start-up cache", warm);
        print(out, "warm, start-up cache", warmCached);
    }

    private static void print(PrintStream out, String name, List<Times> times) {
        out.printf(
                Locale.ROOT,
                "%-27s %8.0f %16.0f%n",
                name,
                median(times.stream().mapToDouble(Times::ready).toArray()),
                median(times.stream().mapToDouble(Times::answered).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** The launcher trains the cache in the background. */
    private void awaitCache() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Path caches = folder.resolve("cache");
        while (true) {
            try (var files = Files.list(caches)) {
                if (files.anyMatch(file -> file.toString().endsWith(".aot"))) {
                    return;
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no start-up cache in " + caches);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Times start(String name, String cache) throws Exception {
        int admin = FreePorts.next();
        int jsonLines = FreePorts.next();
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "dev",
                        "--amp-dir",
                        folder.resolve(name).toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("AMP_CONFIG_ADMIN_API_ADDR", "127.0.0.1:" + admin);
        builder.environment().put("AMP_CONFIG_JSONL_ADDR", "127.0.0.1:" + jsonLines);
        builder.environment().put("AMP_CONFIG_FLIGHT_ADDR", "127.0.0.1:0");
        builder.environment().put("AMP_CACHE_DIR", folder.resolve("cache").toString());
        builder.environment().put("AMP_AOT", cache);
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            HttpRequest isReady = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/ready"))
                    .build();
            await(process, isReady);
            double ready = (System.nanoTime() - start) / 1e6;
            await(
                    process,
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + jsonLines))
                            .POST(HttpRequest.BodyPublishers.ofString("SELECT 1 AS one"))
                            .build());
            return new Times(ready, (System.nanoTime() - start) / 1e6);
        } finally {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private void await(Process process, HttpRequest request) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // nobody listens before it is ready
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IllegalStateException("no answer from " + request.uri() + "; see " + folder);
    }
}
