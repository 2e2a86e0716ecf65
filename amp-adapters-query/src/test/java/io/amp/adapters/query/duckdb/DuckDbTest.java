package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbTest {

    private static DuckError errorOf(Runnable action) {
        DuckException failure = catchThrowableOfType(DuckException.class, action::run);
        assertThat(failure).isNotNull();
        return failure.error();
    }

    @Test
    void theLibraryIsThePinnedVersion() {
        assertThat(DuckDb.version()).isEqualTo("v2.0.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PARSER           | SELEC 1",
                "BINDER           | SELECT nosuch",
                "CATALOG          | SELECT * FROM nosuch",
                "CATALOG          | SELECT nosuch(1)",
                "BINDER           | SELECT 1 + [2]",
                "CONVERSION       | SELECT 'x'::INTEGER",
                "CONVERSION       | SELECT 300::UTINYINT",
                "OUT_OF_RANGE     | SELECT 9223372036854775807 + i FROM range(2) t(i)",
                "OUT_OF_RANGE     | SELECT sum(x) FROM (SELECT 1e38::HUGEINT AS x FROM range(5))",
                "INVALID_INPUT    | SELECT error('boo')",
                "INVALID_INPUT    | SELECT i // 0 FROM range(3) t(i)",
                "INVALID_INPUT    | SELECT 1; SELECT 2",
                "PERMISSION       | SELECT * FROM read_csv('/etc/passwd')",
                "CONVERSION       | SELECT '1'::BIT::DATE",
            })
    void failuresBeforeTheFirstRowHaveKindAndText(DuckError kind, String sql) {
        try (DuckFixture duck = DuckFixture.locked()) {
            DuckException failure = catchThrowableOfType(DuckException.class, () -> duck.rows(sql));
            assertThat(failure).as(sql).isNotNull();
            assertThat(failure.error()).isEqualTo(kind);
            assertThat(failure.getMessage()).isNotBlank().doesNotContain(" Error: ");
            assertThat(duck.single("SELECT 42")).isEqualTo(42);
        }
    }

    @Test
    void aFailureInMidStreamComesAfterTheRowsBeforeIt() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare(
                        "SELECT CASE WHEN i = 1500000 THEN error('at the row') ELSE i END FROM range(2000000) t(i)");
                DuckResult result = statement.execute()) {
            ArrowExport export =
                    result.export(DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT);
            long rows = 0;
            DuckException failure = null;
            while (failure == null) {
                try (VectorSchemaRoot batch = export.next()) {
                    assertThat(batch).as("the stream must not end normally").isNotNull();
                    rows += batch.getRowCount();
                } catch (DuckException e) {
                    failure = e;
                }
            }
            assertThat(failure.error()).isEqualTo(DuckError.INVALID_INPUT);
            assertThat(failure).hasMessage("at the row");
            assertThat(rows).isBetween(1L, 1_500_000L);
        }
    }

    @Test
    void aResultClosedEarlyLeavesTheConnectionUsable() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect()) {
            for (int i = 0; i < 20; i++) {
                try (DuckStatement statement = connection.prepare("SELECT * FROM range(1000000000)");
                        DuckResult result = statement.execute()) {
                    ArrowExport export = result.export(
                            DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT);
                    export.next().close();
                }
                assertThat(duck.rows(connection, "SELECT " + i)).containsExactly(List.of(i));
            }
        }
    }

    @Test
    void aSecondExecutionClosesTheResultOfTheFirst() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect();
                DuckStatement first = connection.prepare("SELECT * FROM range(1000000000)");
                DuckStatement second = connection.prepare("SELECT 7")) {
            DuckResult abandoned = first.execute();
            ArrowExport export =
                    abandoned.export(DuckFixture.natural(first.columns()), duck.allocator, BatchLimits.DEFAULT);
            try (DuckResult result = second.execute()) {
                assertThat(duck.rows(result, DuckFixture.natural(second.columns()), BatchLimits.DEFAULT))
                        .containsExactly(List.of(7));
            }
            assertThatThrownBy(export::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsClosedRefusesWorkAndClosesAgain() {
        DuckFixture duck = DuckFixture.locked();
        DuckConnection connection = duck.database.connect();
        DuckStatement statement = connection.prepare("SELECT 1");
        DuckResult result = statement.execute();
        ArrowExport export =
                result.export(DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT);
        result.close();
        result.close();
        assertThatThrownBy(export::next).isInstanceOf(IllegalStateException.class);
        statement.close();
        statement.close();
        assertThatThrownBy(statement::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(statement::columns).isInstanceOf(IllegalStateException.class);
        connection.close();
        connection.close();
        connection.interrupt();
        assertThatThrownBy(() -> connection.prepare("SELECT 1")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.run("SELECT 1")).isInstanceOf(IllegalStateException.class);
        duck.database.close();
        duck.database.close();
        assertThatThrownBy(duck.database::connect).isInstanceOf(IllegalStateException.class);
        result.close();
        statement.close();
        duck.close();
    }

    @Test
    void closingTheDatabaseEndsWhatRunsInOtherThreads() throws Exception {
        DuckFixture duck = DuckFixture.locked();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new java.util.ArrayList<>();
            for (int i = 0; i < 4; i++) {
                DuckConnection connection = duck.database.connect();
                running.add(threads.submit(() -> duck.rows(connection, "SELECT count(*) FROM range(100000000000)")));
            }
            duck.database.close();
            for (Future<?> future : running) {
                assertThatThrownBy(future::get)
                        .cause()
                        .isInstanceOfAny(DuckException.class, IllegalStateException.class);
            }
        }
        duck.close();
    }

    @Test
    void parametersAreBoundByType() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect();
                DuckStatement statement =
                        connection.prepare("SELECT $1, $2, $3, $4, $5::UBIGINT, $6::DECIMAL(38,0), $7, $8")) {
            assertThat(statement.parameterCount()).isEqualTo(8);
            Object[] values = {
                1L,
                "it's \0 text",
                new byte[] {0, (byte) 0xff},
                2.5,
                new BigInteger("18446744073709551615"),
                new BigInteger("-" + "9".repeat(38)),
                null,
                true
            };
            for (int i = 0; i < values.length; i++) {
                statement.bind(i + 1, values[i]);
            }
            try (DuckResult result = statement.execute()) {
                List<Object> row = duck.rows(result, DuckFixture.natural(result.columns()), BatchLimits.DEFAULT)
                        .getFirst();
                assertThat(row)
                        .containsExactly(
                                1L,
                                "it's \0 text",
                                "00ff",
                                2.5,
                                values[4],
                                new java.math.BigDecimal("-" + "9".repeat(38)),
                                null,
                                true);
            }
            assertThat(errorOf(() -> statement.bind(9, 1))).isEqualTo(DuckError.INVALID_INPUT);
            assertThatThrownBy(() -> statement.bind(1, new Object())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anUnboundParameterFailsTheExecution() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT $1::BIGINT + 1")) {
            assertThat(errorOf(statement::execute)).isEqualTo(DuckError.INVALID_INPUT);
            statement.bind(1, 4);
            try (DuckResult result = statement.execute()) {
                assertThat(duck.rows(result, DuckFixture.natural(result.columns()), BatchLimits.DEFAULT))
                        .containsExactly(List.of(5L));
            }
        }
    }

    @Test
    void columnsAreKnownBeforeAnythingRuns() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("""
                    SELECT 1::UBIGINT AS a, 2::DECIMAL(20,3) AS a, {'x y': [1]::UTINYINT[1], 'z"': MAP {'k': 'v'::BLOB}} AS s,
                    'a'::ENUM('a', 'it''s') AS e, error('not run') AS never\
                    """)) {
            assertThat(statement.columns().stream().map(c -> c.name() + " " + c.type()))
                    .containsExactly(
                            "a UBIGINT",
                            "a DECIMAL(20,3)",
                            "s STRUCT(\"x y\" UTINYINT[1], \"z\"\"\" MAP(VARCHAR, BLOB))",
                            "e ENUM('a', 'it''s')",
                            "never \"NULL\"");
            assertThat(statement.isQuery()).isTrue();
        }
    }

    @Test
    void statementsThatChangeSomethingAreNoQueries() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect()) {
            for (String sql : List.of("CREATE TABLE t(i INT)", "SET schema = 'main'", "CALL pragma_version()")) {
                try (DuckStatement statement = connection.prepare(sql)) {
                    assertThat(statement.isQuery()).as(sql).isFalse();
                }
            }
            try (DuckStatement statement =
                    connection.prepare("WITH a AS (SELECT 1) SELECT * FROM a UNION ALL VALUES (2)")) {
                assertThat(statement.isQuery()).isTrue();
            }
        }
    }

    @Test
    void textThatWouldBeCutIsRefused() {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect()) {
            assertThatThrownBy(() -> connection.prepare("SELECT 1\0; garbage")).hasMessageContaining("zero character");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET threads = 1",
                "SET memory_limit = '10GB'",
                "SET enable_external_access = true",
                "SET lock_configuration = false",
                "SET allowed_directories = ['/']",
                "SET TimeZone = 'Asia/Kathmandu'",
                "RESET memory_limit",
                "PRAGMA threads = 1",
                "ATTACH '/tmp/nosuch.db'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "LOAD '/tmp/x.duckdb_extension'",
                "COPY (SELECT 1) TO '/tmp/amp-should-not-exist.csv'",
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM glob('/*')",
                "SELECT * FROM read_parquet('https://example.org/x.parquet')",
                "CREATE SECRET s (TYPE s3)",
                "CREATE PERSISTENT SECRET s (TYPE http)",
            })
    void aLockedDatabaseRefusesToReachOut(String sql) {
        try (DuckFixture duck = DuckFixture.locked();
                DuckConnection connection = duck.database.connect()) {
            assertThatThrownBy(() -> connection.run(sql)).isInstanceOf(DuckException.class);
            assertThat(Path.of("/tmp/amp-should-not-exist.csv")).doesNotExist();
        }
    }

    @Test
    void aLockedDatabaseReadsOnlyTheDirectoriesGiven(@TempDir Path directory) throws Exception {
        Path inside = Files.createDirectories(directory.resolve("it's in"));
        Path outside = Files.createDirectories(directory.resolve("out"));
        try (DuckFixture open = new DuckFixture(DuckFixture.OPEN);
                DuckConnection connection = open.database.connect()) {
            for (Path path : List.of(inside, outside)) {
                connection.run("COPY (SELECT 5 AS x) TO '" + path.toString().replace("'", "''") + "/f.parquet'");
            }
        }
        Files.createSymbolicLink(inside.resolve("link.parquet"), outside.resolve("f.parquet"));
        DuckSettings settings = new DuckSettings(2, 64L << 20, null, 0, List.of(inside), Map.of(), true);
        try (DuckFixture duck = new DuckFixture(settings)) {
            String base = inside.toString().replace("'", "''");
            assertThat(duck.single("SELECT x FROM read_parquet('" + base + "/f.parquet')"))
                    .isEqualTo(5);
            for (String path : List.of(base + "/../out/f.parquet", outside + "/f.parquet", base + "/link.parquet")) {
                assertThatThrownBy(() -> duck.rows("SELECT * FROM read_parquet('" + path + "')"))
                        .as(path)
                        .isInstanceOf(DuckException.class);
            }
        }
    }

    @Test
    void timeZoneIsUtcOnEveryConnection() {
        try (DuckFixture duck = DuckFixture.locked()) {
            assertThat(duck.rows("SELECT current_setting('TimeZone'), TIMESTAMPTZ '2024-01-01 00:00:00'::VARCHAR"))
                    .containsExactly(List.of("UTC", "2024-01-01 00:00:00+00"));
        }
    }

    @Test
    void optionsAreSetBeforeTheLock() {
        DuckSettings settings = new DuckSettings(
                1,
                64L << 20,
                null,
                0,
                List.of(),
                Map.of("integer_division", "true", "default_null_order", "nulls_last"),
                true);
        try (DuckFixture duck = new DuckFixture(settings)) {
            assertThat(duck.rows("SELECT 7 / 2, current_setting('threads')")).containsExactly(Arrays.asList(3, 1L));
        }
        assertThat(errorOf(() -> DuckDb.open(
                        new DuckSettings(1, 1 << 20, null, 0, List.of(), Map.of("no_such_option", "1"), true))))
                .isEqualTo(DuckError.CATALOG);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new DuckSettings(0, 1, null, 0, List.of(), Map.of(), true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DuckSettings(1, 0, null, 0, List.of(), Map.of(), true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailedQueryLeavesTheDatabaseUsable() {
        try (DuckFixture duck = DuckFixture.locked()) {
            assertThatThrownBy(() -> duck.rows("SELECT error('x')")).isInstanceOf(DuckException.class);
            assertThat(duck.database.isUsable()).isTrue();
        }
    }

    @Test
    void aSuspectedDatabaseIsProbed() {
        try (DuckFixture duck = DuckFixture.locked()) {
            duck.database.noteFailure(DuckError.FATAL);
            assertThat(duck.database.isUsable()).isTrue();
            duck.database.noteFailure(DuckError.INTERNAL);
            duck.database.close();
            assertThatThrownBy(duck.database::isUsable).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void databasesAreIndependent() {
        try (DuckFixture one = DuckFixture.locked();
                DuckFixture two = DuckFixture.locked();
                DuckConnection connection = one.database.connect()) {
            connection.run("CREATE TABLE t AS SELECT 1 AS i");
            assertThatCode(() -> one.rows("SELECT * FROM t")).doesNotThrowAnyException();
            assertThat(errorOf(() -> two.rows("SELECT * FROM t"))).isEqualTo(DuckError.CATALOG);
        }
    }
}
