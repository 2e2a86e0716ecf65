package io.amp.adapters.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.postgres.PostgresServer;
import io.amp.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private TestDatabase database;
    private Migrations migrations;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().newDatabase();
        migrations = migrationsAs("postgres");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private Migrations migrationsAs(String user) {
        String url = database.url().replace("//postgres@", "//" + user + "@");
        return new Migrations(PostgresSettings.of(PostgresUrl.parse(url))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(2)));
    }

    private static void assertFails(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private List<String> tables() {
        return database.query(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1");
    }

    private String migratedAt() {
        return database.query("SELECT migrated_at FROM schema_version").getFirst();
    }

    @Test
    void emptyDatabaseGetsTheWholeSchema() {
        migrations.prepare(true);

        assertThat(tables())
                .containsExactly(
                        "databasechangelog",
                        "databasechangeloglock",
                        "dataset_manifests",
                        "file_metadata",
                        "footer_cache",
                        "gc_manifest",
                        "job_events",
                        "jobs",
                        "jobs_status",
                        "manifest_files",
                        "orphaned_blocks",
                        "physical_table_revisions",
                        "physical_tables",
                        "redump_requests",
                        "schema_version",
                        "tags",
                        "workers");
        assertThat(database.query("SELECT version FROM schema_version"))
                .containsExactly(Integer.toString(Migrations.requiredVersion()));
    }

    @Test
    void currentSchemaIsLeftAlone() {
        migrations.prepare(true);
        String before = migratedAt();
        migrations.prepare(true);
        migrations.prepare(false);

        assertThat(migratedAt()).isEqualTo(before);
        assertThat(migrations.migrate()).isEqualTo(Migrations.requiredVersion());
    }

    @Test
    void withoutMigrationAnOldSchemaIsRefused() {
        assertFails(StorageError.SCHEMA_OUTDATED, "ampd migrate", () -> migrations.prepare(false));
        assertThat(tables()).isEmpty();
        migrations.migrate();
        database.execute("UPDATE schema_version SET version = version - 1");
        assertFails(
                StorageError.SCHEMA_OUTDATED,
                "has schema version " + (Migrations.requiredVersion() - 1) + ", this program needs version "
                        + Migrations.requiredVersion(),
                () -> migrations.prepare(false));
    }

    @Test
    void newerSchemaIsAccepted() {
        migrations.migrate();
        database.execute("UPDATE schema_version SET version = 1000, changelog = 'of a later release'");

        migrations.prepare(false);
        migrations.prepare(true);
        assertThat(migrations.migrate()).isEqualTo(1000);
    }

    @Test
    void changedAppliedMigrationIsAnError() {
        migrations.migrate();
        database.execute("UPDATE databasechangelog SET md5sum = '9:00000000000000000000000000000000' WHERE id = '3'");

        assertFails(StorageError.METADATA_ERROR, "changed since", () -> migrations.prepare(true));
        assertFails(StorageError.METADATA_ERROR, "changed since", () -> migrations.migrate());
    }

    @Test
    void failingMigrationLeavesNothingHalfDone() {
        database.execute("CREATE TABLE workers (id int)");

        assertFails(StorageError.METADATA_ERROR, "amp", () -> migrations.prepare(true));
        assertThat(tables()).contains("manifest_files").doesNotContain("jobs");
        assertThat(database.query("SELECT count(*) FROM schema_version")).containsExactly("0");
        database.execute("DROP TABLE workers");
        migrations.prepare(true);
        assertThat(tables()).contains("jobs");
    }

    @Test
    void lockRowOfAKilledMigrationIsCleared() {
        migrations.migrate();
        database.execute(
                "UPDATE databasechangeloglock SET locked = true, lockgranted = now(), lockedby = 'a dead host'");
        database.execute("DELETE FROM schema_version");

        migrations.prepare(true);
        assertThat(database.query("SELECT locked FROM databasechangeloglock")).containsExactly("f");
    }

    /** As after a kill between the commit of a changeset and that of the row that records it. */
    @Test
    void changesetThatWasAppliedAndNotRecordedIsRecorded() {
        migrations.prepare(true);
        for (String id : database.query("SELECT id FROM databasechangelog ORDER BY orderexecuted")) {
            database.execute("DELETE FROM databasechangelog WHERE id = '" + id + "'");
            database.execute("UPDATE schema_version SET version = 0");

            migrations.prepare(true);

            assertThat(database.query("SELECT count(*) FROM databasechangelog WHERE id = '" + id + "'"))
                    .containsExactly("1");
        }
        migrations.prepare(false);
    }

    @Test
    void concurrentStartersMigrateOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> starters = Stream.generate(() -> (Callable<Void>) () -> {
                        migrationsAs("postgres").prepare(true);
                        return null;
                    })
                    .limit(4)
                    .toList();
            for (Future<Void> started : threads.invokeAll(starters)) {
                started.get();
            }
        }

        assertThat(database.query("SELECT count(*) FROM databasechangelog"))
                .containsExactly(Integer.toString(Migrations.requiredVersion()));
    }

    @Test
    void starterWaitsForAnotherMigrationAndALostSessionFreesTheLock() throws Exception {
        try (Connection other = database.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.createStatement().execute("SELECT pg_advisory_lock(hashtextextended('amp metadata migration', 0))");
            Future<?> starting = threads.submit(() -> migrations.prepare(true));
            assertThat(database.query("SELECT to_regclass('jobs')").getFirst()).isNull();
            assertThat(starting.isDone()).isFalse();
            other.abort(Runnable::run);
            starting.get();
        }
        assertThat(tables()).contains("jobs");
    }

    @Test
    void roleWithoutDdlOnlyChecks() {
        database.execute("DROP ROLE IF EXISTS reader");
        database.execute("CREATE ROLE reader LOGIN");
        Migrations reader = migrationsAs("reader");
        assertFails(StorageError.SCHEMA_OUTDATED, "with a role that may create tables", () -> reader.prepare(true));
        migrations.migrate();
        assertFails(StorageError.METADATA_ERROR, "SELECT on schema_version", () -> reader.prepare(true));
        database.execute("GRANT SELECT ON schema_version TO reader");
        reader.prepare(true);
        reader.prepare(false);
        database.execute("DROP OWNED BY reader");
        database.execute("DROP ROLE reader");
    }

    @Test
    void serverThatIsNotThereIsWaitedFor() {
        Migrations absent = new Migrations(PostgresSettings.of(PostgresUrl.parse("postgresql://localhost:1/amp"))
                .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)));
        long before = System.nanoTime();

        assertFails(StorageError.METADATA_UNAVAILABLE, "localhost:1", () -> absent.prepare(true));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(300));
    }

    @Test
    void missingDatabaseIsNotWaitedFor() {
        Migrations missing = new Migrations(
                PostgresSettings.of(PostgresUrl.parse(database.url()).withDatabase("no_such_database")));

        assertFails(StorageError.METADATA_ERROR, "no_such_database", () -> missing.prepare(true));
    }
}
