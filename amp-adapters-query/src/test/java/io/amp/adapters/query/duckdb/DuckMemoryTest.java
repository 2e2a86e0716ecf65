package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DuckMemoryTest {
    private static final String SORT = "SELECT i, md5(i::VARCHAR) AS h FROM range(%d) t(i) ORDER BY h DESC";

    @TempDir
    Path temporary;

    private DuckFixture limited(long memory, Path spill, long spillMax) {
        return new DuckFixture(new DuckSettings(2, memory, spill, spillMax, List.of(), Map.of(), true));
    }

    private static long count(DuckFixture duck, String sql) {
        long rows = 0;
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute()) {
            ArrowExport export =
                    result.export(DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT);
            for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
                rows += batch.getRowCount();
                batch.close();
            }
        }
        return rows;
    }

    private static DuckException failing(DuckFixture duck, String sql) {
        return catchThrowableOfType(DuckException.class, () -> count(duck, sql));
    }

    @Test
    void aSortLargerThanTheLimitSpills() {
        try (DuckFixture duck = limited(60L << 20, temporary, 1L << 30)) {
            assertThat(count(duck, SORT.formatted(2_000_000))).isEqualTo(2_000_000);
        }
    }

    @Test
    void spillingIsBounded() {
        try (DuckFixture duck = limited(60L << 20, temporary, 10L << 20)) {
            DuckException failure = failing(duck, SORT.formatted(3_000_000));
            assertThat(failure.error()).isEqualTo(DuckError.OUT_OF_MEMORY);
            assertThat(duck.single("SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void withoutADirectoryNothingIsSpilled() throws IOException {
        try (DuckFixture duck = limited(60L << 20, null, 0)) {
            assertThat(failing(duck, SORT.formatted(3_000_000)).error()).isEqualTo(DuckError.OUT_OF_MEMORY);
            assertThat(Path.of(".tmp")).doesNotExist();
            assertThat(duck.database.isUsable()).isTrue();
        }
        try (var files = Files.list(temporary)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLargeStreamHoldsLittleMemory() throws IOException {
        try (DuckFixture duck = limited(200L << 20, null, 0)) {
            String sql = "SELECT i, repeat('x', 1000) AS x FROM range(%d) t(i)";
            count(duck, sql.formatted(100_000));
            long before = residentBytes();
            assertThat(count(duck, sql.formatted(1_000_000))).isEqualTo(1_000_000);
            assertThat(residentBytes() - before).as("growth over 1 GB streamed").isLessThan(200L << 20);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void openingAndClosingLeaksNothing() throws IOException {
        repeat(1_500);
    }

    @Test
    @Tag("slow")
    @Timeout(3_600)
    @EnabledOnOs(OS.LINUX)
    void openingAndClosingManyTimesLeaksNothing() throws IOException {
        repeat(100_000);
    }

    private static void repeat(int times) throws IOException {
        try (DuckFixture duck = DuckFixture.locked()) {
            cycle(duck, 1_000);
            long before = residentBytes();
            cycle(duck, times);
            assertThat(residentBytes() - before)
                    .as("growth over %d cycles", times)
                    .isLessThan(48L << 20);
        }
    }

    /** A connection with a whole result, an early close, an error, and a statement that never runs. */
    private static void cycle(DuckFixture duck, int times) {
        for (int i = 0; i < times; i++) {
            try (DuckConnection connection = duck.database.connect()) {
                duck.rows(connection, "SELECT {'a': [1, 2], 'b': 'long enough not to be inlined'} FROM range(3)");
                try (DuckStatement statement = connection.prepare("SELECT * FROM range(100000)");
                        DuckResult result = statement.execute()) {
                    result.export(DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT)
                            .next()
                            .close();
                }
                assertThat(catchThrowableOfType(DuckException.class, () -> duck.rows(connection, "SELECT error('x')")))
                        .isNotNull();
                connection.prepare("SELECT $1");
            }
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }
}
