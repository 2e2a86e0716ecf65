package io.amp.app;

import io.amp.app.cli.AmpdCommand;
import io.amp.testkit.runtime.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code ampd dev --demo} inside the JVM of the test, ready once its three queries are answered. */
final class RunningDemo {
    private static final int ANSWERS = 9;

    /** Released whenever the demo prints. */
    private final Semaphore progress = new Semaphore(0);

    private final StringWriter out = new StringWriter() {
        @Override
        public void flush() {
            progress.release();
        }
    };
    private final StringWriter err = new StringWriter();
    private final int flightPort;
    private final int jsonLinesPort;
    private final CompletableFuture<Integer> exit;

    private RunningDemo(Path folder, int flightPort, int jsonLinesPort, Map<String, String> settings) {
        this.flightPort = flightPort;
        this.jsonLinesPort = jsonLinesPort;
        var environment = new HashMap<>(settings);
        environment.put("AMP_CONFIG_FLIGHT_ADDR", "127.0.0.1:" + flightPort);
        environment.put("AMP_CONFIG_JSONL_ADDR", "127.0.0.1:" + jsonLinesPort);
        environment.put("AMP_CONFIG_ADMIN_API_ADDR", "127.0.0.1:0");
        environment.put("AMP_CACHE_DIR", System.getProperty("java.io.tmpdir") + "/amp-test-cache");
        exit = CompletableFuture.supplyAsync(() -> AmpdCommand.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                environment,
                "dev",
                "--demo",
                "--amp-dir",
                folder.resolve(".amp").toString()));
    }

    static RunningDemo start(Path folder, Map<String, String> settings) throws InterruptedException, IOException {
        var demo = new RunningDemo(folder, FreePorts.next(), FreePorts.next(), settings);
        demo.awaitAnswers();
        return demo;
    }

    private void awaitAnswers() throws InterruptedException {
        while (answers() < ANSWERS) {
            if (exit.isDone()) {
                throw new AssertionError("ampd ended with " + exit.join() + ": " + err + out);
            }
            progress.tryAcquire(1, TimeUnit.SECONDS);
        }
    }

    long answers() {
        return out().lines().filter(line -> line.startsWith("{")).count();
    }

    int flightPort() {
        return flightPort;
    }

    int jsonLinesPort() {
        return jsonLinesPort;
    }

    URI jsonLines() {
        return URI.create("http://127.0.0.1:" + jsonLinesPort + "/");
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    /** Sends SIGINT, as Ctrl-C does, and waits for the end. @return the exit code, not 0 when a resource was leaked */
    int interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();
        try {
            return exit.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new AssertionError("ampd did not end within 60 s of SIGINT: " + err + out, e);
            }
            throw e;
        }
    }
}
