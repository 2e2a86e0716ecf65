package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients as users install them, against a real server. Skipped where Python or its packages are not to be had. */
@Timeout(600)
class StockClientsIT {
    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;

    private static RunningDemo demo;
    private static Path python;
    private static Path script;

    @BeforeAll
    static void start() throws Exception {
        Path environment = Path.of("target", "python").toAbsolutePath();
        python = environment.resolve("bin/python");
        script = resource("stock_clients.py");
        assumeTrue(
                Files.isExecutable(python) || exitOf(List.of("python3", "-m", "venv", environment.toString())) == 0,
                "python3 with venv is not installed");
        assumeTrue(
                exitOf(List.of(
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "-r",
                                resource("stock_clients.txt").toString()))
                        == 0,
                "the Python packages cannot be installed");
        demo = RunningDemo.start(folder, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        if (demo != null) {
            assertThat(demo.interrupt()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pyarrow_ticket",
                "pyarrow_command",
                "pyarrow_abort",
                "adbc_cursor",
                "adbc_metadata",
                "adbc_error",
                "pandas_frame",
                "polars_frame",
                "duckdb_json_lines"
            })
    void works(String check) throws Exception {
        Path output = folder.resolve(check + ".txt");
        int exit = exitOf(
                List.of(
                        python.toString(),
                        script.toString(),
                        check,
                        Integer.toString(demo.flightPort()),
                        Integer.toString(demo.jsonLinesPort())),
                output);

        assertThat(exit).as(Files.readString(output)).isZero();
    }

    private static Path resource(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (InputStream content = StockClientsIT.class.getResourceAsStream(name)) {
            Files.writeString(copy, new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }
        return copy;
    }

    private static int exitOf(List<String> command) throws InterruptedException {
        return exitOf(command, folder.resolve("setup.txt"));
    }

    /** @return the exit code, -1 when the program does not exist */
    private static int exitOf(List<String> command, Path output) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return -1;
        }
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within 300 s");
        }
        return process.exitValue();
    }
}
