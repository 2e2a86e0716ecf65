package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLimitsTest {
    /** Ten billion pairs: minutes of work before the first row. */
    private static final String LONG =
            "SELECT sum(a.value * b.value % 7) AS s FROM range(1, 100000) a CROSS JOIN range(1, 100000) b";

    /** Rows without end. */
    private static final String WIDE =
            "SELECT a.value AS x, b.value AS y FROM range(1, 100000) a CROSS JOIN range(1, 100000) b";

    @TempDir
    Path directory;

    private static AmpException failure(BatchStream stream) {
        return catchThrowableOfType(AmpException.class, () -> {
            for (RecordBatch batch = stream.next(); batch != null; batch = stream.next()) {
                batch.close();
            }
        });
    }

    @SuppressWarnings("try") // closing early is what is tested
    @Test
    void cancelStopsAQueryThatComputes() throws InterruptedException {
        try (var harness = new EngineHarness(directory);
                BatchStream stream = harness.start(LONG, ExecutionOptions.UNLIMITED)) {
            var started = new CountDownLatch(1);
            var canceller = Thread.ofVirtual().start(() -> {
                started.countDown();
                stream.cancel();
            });
            started.await();
            long from = System.nanoTime();
            assertThat(failure(stream).code()).isEqualTo(QueryError.CANCELLED);
            stream.close();
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
            canceller.join();
        }
    }

    @Test
    void closingStopsAQueryWhoseReaderIsGone() throws InterruptedException {
        try (var harness = new EngineHarness(directory)) {
            BatchStream stream = harness.start(WIDE, ExecutionOptions.UNLIMITED);
            RecordBatch first = stream.next();
            assertThat(first.rowCount()).isPositive();
            first.close();
            stream.close();
            stream.close();
            assertThat(failure(stream).code()).isEqualTo(QueryError.CANCELLED);
        }
    }

    @Test
    void aSlowReaderStopsTheScan() throws InterruptedException {
        try (var harness = new EngineHarness(directory);
                BatchStream stream = harness.start(WIDE, ExecutionOptions.UNLIMITED)) {
            RecordBatch first = stream.next();
            first.close();
            // A few batches of 2 MiB are read ahead and no more.
            assertThat(harness.allocator.getPeakMemoryAllocation()).isLessThan(64L << 20);
        }
    }

    @Test
    void aQueryTimesOut() throws InterruptedException {
        try (var harness = new EngineHarness(directory);
                BatchStream stream = harness.start(LONG, new ExecutionOptions(Duration.ofMillis(200), 0))) {
            AmpException failure = failure(stream);
            assertThat(failure.code()).isEqualTo(QueryError.QUERY_TIMEOUT);
            assertThat(failure).hasMessageContaining("timed out");
        }
    }

    @Test
    void oneRowTooManyFailsAndNamesTheLimit() throws InterruptedException {
        try (var harness = new EngineHarness(directory)) {
            try (BatchStream stream =
                    harness.start("SELECT block_num FROM tiny.blocks", new ExecutionOptions(Duration.ZERO, 3))) {
                AmpException failure = failure(stream);
                assertThat(failure.code()).isEqualTo(QueryError.RESOURCES_EXHAUSTED);
                assertThat(failure).hasMessageContaining("max_result_rows = 3");
            }
            try (BatchStream stream =
                    harness.start("SELECT block_num FROM tiny.blocks", new ExecutionOptions(Duration.ZERO, 4))) {
                assertThat(failure(stream)).isNull();
            }
        }
    }

    @Test
    void memoryOfAllQueriesIsLimited() throws InterruptedException {
        var settings = new QueryEngineSettings(2, 1 << 20, 0, List.of(), List.of(directory));
        try (var harness = new EngineHarness(directory, settings)) {
            AmpException failure = catchThrowableOfType(
                    AmpException.class,
                    () -> harness.rows("WITH a AS (SELECT unnest(generate_series(1,50000)) AS x), b AS (SELECT"
                            + " unnest(generate_series(1,50000)) AS y) SELECT count(*) FROM a JOIN b ON a.x ="
                            + " b.y"));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.code()).isEqualTo(QueryError.RESOURCES_EXHAUSTED);
            assertThat(failure)
                    .hasMessage(
                            "query execution error | Caused by: Resources exhausted: global memory limit of 1024.0 KB"
                                    + " exceeded");
        }
    }

    @Test
    void memoryOfOneQueryIsLimited() throws InterruptedException {
        var settings = new QueryEngineSettings(2, 1 << 30, 1 << 20, List.of(), List.of(directory));
        try (var harness = new EngineHarness(directory, settings)) {
            AmpException failure = catchThrowableOfType(
                    AmpException.class,
                    () -> harness.rows("SELECT count(*) FROM (SELECT unnest(generate_series(1,50000)) AS x) a JOIN"
                            + " (SELECT unnest(generate_series(1,50000)) AS y) b ON a.x = b.y"));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.code()).isEqualTo(QueryError.RESOURCES_EXHAUSTED);
            assertThat(failure)
                    .hasMessage(
                            "query execution error | Caused by: Resources exhausted: query memory limit of 1024.0 KB"
                                    + " exceeded");
        }
    }

    @Test
    void everySpillDirectoryIsMadeAndEmptiedOfLeftovers(@TempDir Path spill) throws Exception {
        Path old = Files.createDirectories(spill.resolve("old"));
        Path leftover = Files.createFile(old.resolve("duckdb_temp_storage-0.tmp"));
        Path foreign = Files.createFile(old.resolve("notes.txt"));
        Path made = spill.resolve("new/deep");
        var settings = new QueryEngineSettings(2, 96 << 20, 0, List.of(made, old), List.of(directory));
        try (var harness = new EngineHarness(directory, settings)) {
            assertThat(harness.rows("SELECT max(r) AS m FROM (SELECT row_number() OVER (ORDER BY x % 1000, x) AS r"
                            + " FROM (SELECT unnest(range(3000000)) AS x))"))
                    .containsExactly("{\"m\":3000000}");
        }
        assertThat(made).isDirectory();
        assertThat(leftover).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void largeSortsSpillWhereThereIsADirectoryForIt(@TempDir Path spill) throws InterruptedException {
        String sql = "SELECT max(r) AS m FROM (SELECT row_number() OVER (ORDER BY x % 1000, x) AS r FROM (SELECT"
                + " unnest(range(3000000)) AS x))";
        var limited = new QueryEngineSettings(2, 96 << 20, 0, List.of(), List.of(directory));
        try (var harness = new EngineHarness(directory, limited)) {
            AmpException failure = catchThrowableOfType(AmpException.class, () -> harness.rows(sql));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.code()).isEqualTo(QueryError.RESOURCES_EXHAUSTED);
        }
        var spilling = new QueryEngineSettings(2, 96 << 20, 0, List.of(spill), List.of(directory));
        try (var harness = new EngineHarness(directory, spilling)) {
            assertThat(harness.rows(sql)).containsExactly("{\"m\":3000000}");
        }
        assertThat(spill.toFile().list()).isEmpty();
    }

    @Test
    void queriesRunSideBySide() throws Exception {
        try (var harness = new EngineHarness(directory);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> results = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                int block = i % 4;
                results.add(threads.submit(
                        () -> harness.rows("SELECT block_num AS n FROM tiny.blocks WHERE block_num = " + block)));
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).containsExactly("{\"n\":" + i % 4 + "}");
            }
        }
    }

    @Test
    void nothingOutsideTheDirectoriesIsRead(@TempDir Path elsewhere) {
        try (var harness = new EngineHarness(directory, QueryEngineSettings.reading(List.of(elsewhere)))) {
            AmpException failure =
                    catchThrowableOfType(AmpException.class, () -> harness.rows("SELECT * FROM tiny.blocks"));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.code()).isEqualTo(QueryError.EXECUTION_ERROR);
            assertThat(failure.getMessage()).doesNotContain(directory.toString());
        }
    }
}
