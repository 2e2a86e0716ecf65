package io.amp.benchmarks.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs; what it measures on so few blocks says nothing. Its blocks verify, or the case that proves them would fail. */
class ExtractionBenchmarkIT {
    @Test
    void measuresEveryCase(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        var out = new ByteArrayOutputStream();
        var figures = new ExtractionBenchmark(3, 1, folder, new PrintStream(out, true, StandardCharsets.UTF_8)).run();

        assertThat(figures)
                .extracting(ExtractionBenchmark.Figures::name)
                .containsExactly("plain 1", "verified 1", "latency 20 ms 1");
        assertThat(figures)
                .allSatisfy(one -> assertThat(one.bytesByTable())
                        .hasSize(3)
                        .allSatisfy((table, bytes) -> assertThat(bytes).isPositive()));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("medians: ", "bytes per row", "peak resident memory");
    }
}
