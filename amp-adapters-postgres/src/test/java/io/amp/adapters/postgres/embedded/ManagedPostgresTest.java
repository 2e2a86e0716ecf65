package io.amp.adapters.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.testkit.runtime.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of the distribution, as whatever user runs the tests. */
@Timeout(120)
class ManagedPostgresTest {
    /** Shared by all tests of this build: unpacking is a test of its own. */
    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "amp-test-postgres-programs");

    @TempDir
    Path project;

    private Path folder() {
        return project.resolve(".amp/metadb");
    }

    private ManagedPostgres start() {
        return ManagedPostgres.start(folder(), CACHE, null);
    }

    private static String query(PostgresUrl url, String sql) throws SQLException {
        try (Connection connection = new Connector(url, Duration.ofSeconds(20), "test").open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static void execute(PostgresUrl url, String sql) throws SQLException {
        try (Connection connection = new Connector(url, Duration.ofSeconds(20), "test").open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitRestart(ManagedPostgres managed, long oldPid) {
        Eventually.until(
                "another server answers",
                () -> query(managed.url(), "SELECT 1").equals("1")
                        && managed.process().pid() != oldPid);
    }

    @Test
    void dataPersistOverRestarts() throws Exception {
        try (ManagedPostgres managed = start()) {
            assertThat(query(managed.url(), "SHOW server_version")).startsWith("18.");
            assertThat(List.of(
                            query(managed.url(), "SHOW fsync"),
                            query(managed.url(), "SHOW synchronous_commit"),
                            query(managed.url(), "SHOW full_page_writes"),
                            query(managed.url(), "SHOW autovacuum"),
                            query(managed.url(), "SHOW server_encoding"),
                            query(managed.url(), "SELECT datcollate FROM pg_database WHERE datname = 'postgres'")))
                    .containsExactly("off", "off", "off", "off", "UTF8", "C");
            assertThat(query(managed.url(), "SHOW listen_addresses")).isEmpty();
            execute(managed.url(), "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        assertThat(Files.exists(folder().resolve("postmaster.pid"))).isFalse();
        try (ManagedPostgres managed = start()) {
            assertThat(query(managed.url(), "SELECT answer FROM kept")).isEqualTo("42");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void socketIsInTheFolderAndTheUserIsTheOneThatRunsAmp() {
        try (ManagedPostgres managed = start()) {
            assertThat(managed.url()).hasToString("postgresql:///postgres?host=" + folder());
            assertThat(Files.exists(folder().resolve(".s.PGSQL.5432"))).isTrue();
        }
    }

    @Test
    void longPathsGetAShortSocketFolder() throws Exception {
        Path deep = project.resolve("a-rather-long-name-of-a-folder-".repeat(4)).resolve("metadb");
        try (ManagedPostgres managed = ManagedPostgres.start(deep, CACHE, null)) {
            assertThat(query(managed.url(), "SELECT 1")).isEqualTo("1");
            assertThat(managed.url().toString()).contains("host=/tmp/amp-pg-");
        }
    }

    @Test
    void folderIsUsedByOneProcessAtATime() {
        try (ManagedPostgres managed = start()) {
            assertThat(managed.process().isAlive()).isTrue();
            assertThatThrownBy(this::start)
                    .isInstanceOf(ManagedPostgresException.class)
                    .hasMessageContaining("in use by another process");
        }
        start().close();
    }

    @Test
    void halfMadeClusterIsMadeAnew() throws Exception {
        Path partial = folder().resolveSibling(".metadb.partial");
        Files.createDirectories(partial);
        Files.writeString(partial.resolve("PG_VERSION"), "18");
        try (ManagedPostgres managed = start()) {
            assertThat(query(managed.url(), "SELECT 1")).isEqualTo("1");
        }
        assertThat(Files.exists(partial)).isFalse();
    }

    @Test
    void foreignFolderIsLeftAlone() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("thesis.tex"), "\\documentclass{book}");

        assertThatThrownBy(this::start)
                .isInstanceOf(ManagedPostgresException.class)
                .hasMessageContaining("something else than a PostgreSQL cluster");
        assertThat(Files.readString(folder().resolve("thesis.tex"))).startsWith("\\document");
    }

    @Test
    void clusterOfAnotherVersionIsRefused() throws Exception {
        start().close();
        Files.writeString(folder().resolve("PG_VERSION"), "16\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(ManagedPostgresException.class)
                .hasMessageContaining("made by PostgreSQL 16")
                .hasMessageContaining("AMP_POSTGRES_BIN");
    }

    @Test
    void killedServerIsStartedAgain() throws Exception {
        try (ManagedPostgres managed = start()) {
            execute(managed.url(), "CREATE TABLE kept AS SELECT 1 AS one");
            execute(managed.url(), "CHECKPOINT");
            long pid = managed.process().pid();
            Signals.send(managed.process(), "KILL");
            awaitRestart(managed, pid);

            assertThat(query(managed.url(), "SELECT one FROM kept")).isEqualTo("1");
            assertThat(managed.failure()).isNotDone();
        }
    }

    @Test
    void serverThatKeepsEndingIsGivenUp() throws Exception {
        try (ManagedPostgres managed = start()) {
            Eventually.until("PostgreSQL is given up", () -> {
                if (managed.failure().isDone()) {
                    return true;
                }
                if (managed.process().isAlive()) {
                    Signals.send(managed.process(), "KILL");
                }
                return false;
            });
            assertThat(managed.failure().get()).hasMessageContaining("PostgreSQL ended");
        }
    }

    /** As after a kill -9 of the earlier process: the server goes on without it. */
    @Test
    void orphanIsEndedAndReplaced() throws Exception {
        start().close();
        PostgresPrograms programs = PostgresPrograms.find(null, CACHE);
        ServerAccount account = ServerAccount.forCluster(folder(), programs.bin());
        ServerProcess orphan = ServerProcess.start(programs, account, folder(), folder());
        Path socket = folder().resolve(".s.PGSQL.5432");
        Eventually.until("the orphan listens", () -> Files.exists(socket));
        try (ManagedPostgres managed = start()) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(query(managed.url(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void childrenThatAKilledServerLeftDoNotHinderTheNext() throws Exception {
        start().close();
        PostgresPrograms programs = PostgresPrograms.find(null, CACHE);
        ServerAccount account = ServerAccount.forCluster(folder(), programs.bin());
        ServerProcess orphan = ServerProcess.start(programs, account, folder(), folder());
        Path socket = folder().resolve(".s.PGSQL.5432");
        Eventually.until("the orphan listens", () -> Files.exists(socket));
        ProcessHandle server = orphan.handle();
        Eventually.until("the orphan has children", () -> server.children().count() > 2);
        List<ProcessHandle> children = server.children().toList();
        // A stopped child does not notice the end of its parent, and holds on to the memory they share.
        children.forEach(child -> Signals.send(child, "STOP"));
        Signals.end(server, List.of("KILL"), Duration.ofSeconds(5));
        try (ManagedPostgres next = start()) {
            // Whoever adopted them may take a moment to bury them.
            Eventually.until("the children are gone", () -> children.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(next.process().isAlive()).isTrue();
        } finally {
            children.forEach(child -> Signals.send(child, "KILL"));
        }
    }

    @Test
    void initdbThatAKilledProcessLeftDoesNotHinderTheNext() throws Exception {
        Path partial = folder().resolveSibling(".metadb.partial");
        Files.createDirectories(
                partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        PostgresPrograms programs = PostgresPrograms.find(null, CACHE);
        ServerAccount account = ServerAccount.forCluster(folder(), programs.bin());
        account.own(partial);
        Process initdb = new ProcessBuilder(account.command(
                        List.of(programs.initdb().toString(), "-D", partial.toString(), "--no-sync", "--username=amp")))
                .directory(partial.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Eventually.until("initdb works", () -> Files.exists(partial.resolve("PG_VERSION")));
        List<ProcessHandle> left = Stream.concat(Stream.of(initdb.toHandle()), initdb.descendants())
                .toList();
        left.forEach(process -> Signals.send(process, "STOP"));
        try (ManagedPostgres next = start()) {
            assertThat(initdb.isAlive()).isFalse();
            assertThat(next.process().isAlive()).isTrue();
        } finally {
            left.forEach(process -> Signals.send(process, "KILL"));
        }
    }

    @Test
    void strangerWhoseNumberIsInAStalePidFileLives() throws Exception {
        start().close();
        Process stranger = new ProcessBuilder("sleep", "300").start();
        try {
            Files.writeString(
                    folder().resolve("postmaster.pid"),
                    stranger.pid() + "\n" + folder() + "\n1700000000\n5432\n" + folder() + "\n\n  5432001 0\nready\n");
            try (ManagedPostgres managed = start()) {
                assertThat(query(managed.url(), "SELECT 1")).isEqualTo("1");
                assertThat(stranger.isAlive()).isTrue();
            }
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void hardStopDoesNotWaitForClients() throws Exception {
        ManagedPostgres managed = start();
        Connection client = new Connector(managed.url(), Duration.ofSeconds(20), "test").open();
        client.setAutoCommit(false);
        client.createStatement().execute("CREATE TABLE never (one int)");
        ProcessHandle server = managed.process();
        long before = System.nanoTime();
        managed.stopHard();
        managed.close();

        assertThat(server.isAlive()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
        client.abort(Runnable::run);
    }

    /** Only root can change the user, and only it can be kept out by nobody. */
    @Test
    void asRootTheServerRunsAsAnotherUserWhereverTheProjectIs() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        for (String mode : List.of("rwx------", "rwxr-xr-x")) {
            Path parent = Files.createDirectory(project.resolve(mode));
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString(mode));
            try (ManagedPostgres managed = ManagedPostgres.start(parent.resolve("metadb"), CACHE, null)) {
                assertThat(query(managed.url(), "SELECT current_user")).isEqualTo("root");
                assertThat(managed.process().info().user())
                        .hasValueSatisfying(user -> assertThat(user).isIn("postgres", "nobody"));
            }
            assertThat(Files.getOwner(parent).getName()).isEqualTo("root");
        }
    }

    @Test
    void programsAreUnpackedOnceAndCompletely() throws Exception {
        Path cache = project.resolve("cache");
        PostgresPrograms first = PostgresPrograms.find(null, cache);
        var unpacked = Files.getLastModifiedTime(first.postgres());

        assertThat(PostgresPrograms.find(null, cache)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.postgres())).isEqualTo(unpacked);
        assertThat(first.majorVersion()).isEqualTo(18);
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.matches("postgres-[0-9a-f]{12}|\\.unpack\\.lock"));
        }
    }

    @Test
    void namedProgramsAreUsedAndJudged() throws IOException {
        PostgresPrograms bundled = PostgresPrograms.find(null, CACHE);
        assertThat(PostgresPrograms.find(bundled.bin(), project)).isEqualTo(bundled);
        assertThatThrownBy(() -> PostgresPrograms.find(project, CACHE))
                .isInstanceOf(ManagedPostgresException.class)
                .hasMessageContaining("AMP_POSTGRES_BIN");

        Path old = Files.createDirectory(project.resolve("old"));
        for (String name : List.of("initdb", "postgres")) {
            Path program = old.resolve(name);
            Files.writeString(program, "#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThatThrownBy(() -> PostgresPrograms.find(old, CACHE))
                .isInstanceOf(ManagedPostgresException.class)
                .hasMessageContaining("16 or newer")
                .hasMessageContaining("15");
    }
}
