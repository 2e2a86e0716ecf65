package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.app.cli.AmpdCommand;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.ReplayNode;
import io.amp.testkit.runtime.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every fenced block of the README and the documents is known here, by its first line: what it says is run or checked. */
@Timeout(240)
class DocumentedExamplesIT {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentedExamplesIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = root();

    private static final String DEMO = "bin/ampd dev --demo";
    private static final String QUERY = "curl -X POST http://localhost:1603 --data";
    private static final String PYTHON = "from pyarrow import flight";
    private static final String OWN_CHAIN = "curl -X POST http://localhost:1610/providers";
    private static final String MAKE = "make check";
    private static final String EMBEDDING = "try (Amp amp = Amp.builder()";
    private static final String FLAGS = "--enable-native-access=ALL-UNNAMED";

    /** {@link DevModeIT} runs the first; the others have a test of their own below. */
    private static final List<String> KNOWN = List.of(DEMO, QUERY, PYTHON, OWN_CHAIN, MAKE, EMBEDDING, FLAGS);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }

    /** Fenced blocks by where they stand. */
    private static Map<String, String> blocks() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> below = Files.walk(ROOT.resolve("docs"))) {
            below.filter(path -> path.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        Map<String, String> blocks = new LinkedHashMap<>();
        for (Path document : documents) {
            StringBuilder block = null;
            int number = 0;
            for (String line : Files.readAllLines(document)) {
                number++;
                if (line.strip().startsWith("```")) {
                    if (block != null) {
                        blocks.put(ROOT.relativize(document) + ":" + number, block.toString());
                    }
                    block = block == null ? new StringBuilder() : null;
                } else if (block != null) {
                    block.append(line).append('\n');
                }
            }
            assertThat(block).as("unclosed block in %s", document).isNull();
        }
        return blocks;
    }

    private static String block(String start) throws IOException {
        return blocks().values().stream()
                .filter(block -> block.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the documents do not show '" + start + "' any more"));
    }

    @Test
    void everyBlockIsKnown() throws IOException {
        assertThat(blocks())
                .isNotEmpty()
                .allSatisfy((where, block) -> assertThat(KNOWN)
                        .as("%s is run by no test:%n%s", where, block)
                        .anyMatch(block::startsWith));
        for (String start : KNOWN) {
            block(start);
        }
    }

    @Test
    void theQueriesOfTheDemoRun() throws Exception {
        try (var ampd = new RunningAmpd(folder, "--demo")) {
            ampd.awaitDemo();
            assertThat(shell(ampd.addressed(block(QUERY))).lines())
                    .hasSize(3)
                    .allSatisfy(line ->
                            assertThat(JSON.readTree(line).has("log_index")).isTrue());
            assertThat(python(ampd.addressed(block(PYTHON)))).contains("tx_hash", "pyarrow.Table");
        }
    }

    @Test
    void aChainOfOnesOwnIsExtracted() throws Exception {
        try (var node = ReplayNode.dense(ChainData.MAINNET_15000000, 21_000_003);
                var ampd = new RunningAmpd(folder)) {
            ampd.awaitReady();
            List<String> commands = ampd.addressed(block(OWN_CHAIN))
                    .replace("https://node.example", node.server().httpUrl().toString())
                    .lines()
                    .toList();
            assertThat(commands).hasSize(4);
            assertThat(shell(commands.get(0))).isEmpty();
            assertThat(JSON.readTree(shell(commands.get(1))).get("version").asText())
                    .isEqualTo("1.0.0");
            assertThat(JSON.readTree(shell(commands.get(2))).get("job_id").asLong())
                    .isPositive();
            ampd.await("all tables at the head", () -> {
                JsonNode tables = JSON.readTree(shell(commands.get(3))).get("tables");
                return tables.size() == 3
                        && tables.findValuesAsText("current_block").equals(List.of("21000003", "21000003", "21000003"));
            });
        }
    }

    @Test
    void theCommandsOfTheBuildAreThere() throws IOException {
        String makefile = Files.readString(ROOT.resolve("Makefile"));
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        block(MAKE).lines().forEach(line -> {
            String[] words = line.split("\\s+");
            if (words[0].equals("make")) {
                assertThat(makefile).containsPattern("(?m)^" + words[1] + ":");
            } else {
                assertThat(words[0]).isEqualTo("mvn");
                assertThat(words[1]).startsWith("-P");
                assertThat(pom).contains("<id>" + words[1].substring(2) + "</id>");
            }
        });
    }

    /** {@link EmbeddingIT} runs the program; the shown part of it must not say anything else. */
    @Test
    void theEmbeddingExampleIsTheOneThatRuns() throws IOException {
        String program = Files.readString(ROOT.resolve("amp-app/src/test/java/io/amp/app/EmbeddingExample.java"));
        List<String> calls = Stream.of(block(EMBEDDING).split("[^A-Za-z.]+"))
                .filter(word -> word.contains(".") && word.length() > 2)
                .flatMap(word -> Stream.of(word.split("\\.")))
                .filter(word -> !word.isBlank() && !word.equals("println"))
                .distinct()
                .toList();
        assertThat(calls)
                .hasSizeGreaterThan(10)
                .allSatisfy(call -> assertThat(program).contains(call));
    }

    @Test
    void theFlagsAreThoseThatTestsRunWith() throws IOException {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .contains(block(FLAGS).strip().split("\\s+"));
    }

    private String python(String script) throws Exception {
        Path file = Files.writeString(folder.resolve("example.py"), script);
        try {
            shell("python3 -c 'import pyarrow.flight'");
        } catch (IOException e) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException("pyarrow is needed in CI", e);
            }
            LOG.warn("SKIPPED, for want of python3 with pyarrow");
            throw new TestAbortedException("no python3 with pyarrow", e);
        }
        return shell("python3 '" + file + "'");
    }

    private static String shell(String command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("amp-example", ".err");
        try {
            Process process = new ProcessBuilder("sh", "-c", command.replace("curl ", "curl -fsS "))
                    .redirectError(errors.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed: " + output + Files.readString(errors));
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    /** {@code ampd dev} in this process, on free ports. */
    private static final class RunningAmpd implements AutoCloseable {
        private static final Duration PATIENCE = Duration.ofSeconds(90);

        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final Map<String, Integer> ports = new LinkedHashMap<>();
        private final CompletableFuture<Integer> exit;

        RunningAmpd(Path folder, String... options) {
            Map<String, String> environment = new HashMap<>();
            environment.put("AMP_CACHE_DIR", System.getProperty("java.io.tmpdir") + "/amp-test-cache");
            Map.of("FLIGHT", "1602", "JSONL", "1603", "ADMIN_API", "1610").forEach((part, documented) -> {
                int port = FreePorts.next();
                ports.put("localhost:" + documented, port);
                environment.put("AMP_CONFIG_" + part + "_ADDR", "127.0.0.1:" + port);
            });
            List<String> arguments = new ArrayList<>(
                    List.of("dev", "--amp-dir", folder.resolve(".amp").toString()));
            arguments.addAll(List.of(options));
            exit = CompletableFuture.supplyAsync(() -> AmpdCommand.run(
                    new PrintWriter(out, true),
                    new PrintWriter(err, true),
                    environment,
                    arguments.toArray(String[]::new)));
        }

        /** An example with the ports of this process. */
        String addressed(String example) {
            String result = example;
            for (Map.Entry<String, Integer> port : ports.entrySet()) {
                result = result.replace(port.getKey(), "127.0.0.1:" + port.getValue());
            }
            return result;
        }

        interface Condition {
            boolean holds() throws IOException, InterruptedException;
        }

        void await(String what, Condition condition) throws IOException, InterruptedException {
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (!condition.holds()) {
                if (exit.isDone() || System.nanoTime() > until) {
                    throw new AssertionError("waited in vain for " + what + ": " + err + out);
                }
                new CompletableFuture<Void>()
                        .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                        .join();
            }
        }

        void awaitReady() throws IOException, InterruptedException {
            await("readiness", () -> {
                try {
                    return shell(addressed("curl http://localhost:1610/ready")).equals("OK");
                } catch (IOException e) {
                    LOG.debug("not up yet", e);
                    return false;
                }
            });
        }

        void awaitDemo() throws IOException, InterruptedException {
            await(
                    "the answers of the demo",
                    () -> out.toString()
                                    .lines()
                                    .filter(line -> line.startsWith("{"))
                                    .count()
                            == 9);
        }

        @Override
        public void close() {
            try {
                if (!exit.isDone()) {
                    new ProcessBuilder(
                                    "kill",
                                    "-INT",
                                    Long.toString(ProcessHandle.current().pid()))
                            .start()
                            .waitFor();
                }
                assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            } catch (IOException | ExecutionException | TimeoutException e) {
                throw new AssertionError("ampd did not end: " + err + out, e);
            }
            assertThat(err.toString()).isEmpty();
        }
    }
}
