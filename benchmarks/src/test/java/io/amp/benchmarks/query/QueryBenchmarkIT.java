package io.amp.benchmarks.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Every query of the benchmark has the same answer over both transports and from the bare engine. */
class QueryBenchmarkIT {
    @Test
    void answersAreEqual(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        assertThat(new QueryBenchmark(20, 1, folder, System.out).run())
                .hasSize(6)
                .allSatisfy(one -> assertThat(one.rows()).isPositive());
    }
}
