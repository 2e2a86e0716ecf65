package io.amp.adapters.postgres;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.RetryPolicy;
import io.amp.adapters.postgres.embedded.ManagedPostgres;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.storage.ChangeFeed.Watch;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableRevision;
import io.amp.testkit.runtime.Eventually;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of its own, to be frozen, killed and cut off (jobs-and-storage specification, section 10). */
class PostgresFaultTest {
    @TempDir
    Path project;

    private ManagedPostgres server;
    private PostgresSettings settings;
    private PostgresMetadataStore store;
    private WorkerSession session;
    private Assignment writer;
    private TableRevision revision;

    @BeforeEach
    void startServer() throws Exception {
        Path cache = Path.of(System.getProperty("java.io.tmpdir"), "amp-test-postgres-programs");
        server = ManagedPostgres.start(project.resolve("metadb"), cache, null);
        settings = PostgresSettings.of(server.url())
                .withRetry(new RetryPolicy(20, Duration.ofMillis(100), Duration.ofSeconds(1)))
                .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10));
        new Migrations(settings).migrate();
        store = new PostgresMetadataStore(settings, JobTimings.DEFAULT);
        session = store.workers().start("worker-01", Map.of(), Duration.ZERO);
        writer = store.jobs().schedule("key", version("eth", 'a'), "{}", null).assignment();
        revision = store.segments().createActive(writer, table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
    }

    @AfterEach
    void stopServer() {
        store.close();
        server.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return new io.amp.adapters.postgres.connection.Connector(settings).open();
    }

    private void signal(String name) throws Exception {
        // Backends are processes of their own, so a freeze has to reach them as well.
        for (ProcessHandle process : Stream.concat(
                        Stream.of(server.process()), server.process().descendants())
                .toList()) {
            int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                    .start()
                    .waitFor();
            // Backends come and go, and end by themselves once the postmaster is killed.
            assertThat(exit == 0 || !process.isAlive()).isTrue();
        }
    }

    private static void assertCommitted(CommitOutcome outcome) {
        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
    }

    private void awaitWakeUp(Watch watch) {
        Eventually.until("the watcher wakes", () -> watch.await(Duration.ofSeconds(1)));
    }

    /** Connections are killed while commits go on; in the end each file is there once, and nothing was reported wrongly. */
    @Test
    void commitsSurviveKilledConnections() throws Exception {
        int filesMax = 60;
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> killer = threads.submit(() -> {
                int kills = 0;
                while (!done.get()) {
                    try {
                        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                                + " AND application_name = 'amp' AND state = 'active'");
                        kills++;
                    } catch (SQLException killedMyself) {
                        // the next round connects again
                    }
                }
                return kills;
            });
            List<Future<CommitOutcome>> commits = LongStream.range(0, filesMax)
                    .mapToObj(i ->
                            threads.submit(() -> store.segments().commit(writer, List.of(written(revision, i, i)))))
                    .toList();
            for (Future<CommitOutcome> commit : commits) {
                assertCommitted(commit.get());
            }
            done.set(true);
            assertThat(killer.get()).isPositive();
        }

        assertThat(store.segments().segments(revision.id()))
                .extracting(Segment::path)
                .doesNotHaveDuplicates()
                .hasSize(filesMax);
        assertThat(store.jobs().events(writer.jobId())).hasSize(1);
    }

    @Test
    void frozenServerIsWaitedFor() throws Exception {
        Watch watch = store.changes().watchRevision(revision.id());
        awaitWakeUp(watch);
        signal("STOP");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CommitOutcome> commit =
                    threads.submit(() -> store.segments().commit(writer, List.of(written(revision, 0, 9))));
            assertThat(store.isAvailable()).isFalse();
            signal("CONT");
            assertCommitted(commit.get());
        }

        awaitWakeUp(watch);
        assertThat(store.segments().segments(revision.id())).hasSize(1);
        session.heartbeat();
    }

    @Test
    void restartedServerIsFoundAgain() throws Exception {
        Watch watch = store.changes().watchRevision(revision.id());
        awaitWakeUp(watch);
        execute("CHECKPOINT");
        long before = server.process().pid();
        signal("KILL");
        assertCommitted(store.segments().commit(writer, List.of(written(revision, 0, 9))));

        assertThat(server.process().pid()).isNotEqualTo(before);
        awaitWakeUp(watch);
        Eventually.until("the worker has its node id again", () -> {
            session.heartbeat();
            return true;
        });
        assertThat(store.segments().segments(revision.id())).hasSize(1);
        assertCommitted(store.segments().commit(writer, List.of(written(revision, 10, 19))));
        awaitWakeUp(watch);
    }

    /** The retries end before the server is back: the caller must be told that it does not know. */
    @Test
    void outageLongerThanTheRetriesLeavesTheOutcomeUnknown() throws Exception {
        var hasty = settings.withRetry(RetryPolicy.NONE);
        try (var impatient = new PostgresMetadataStore(hasty, JobTimings.DEFAULT)) {
            assertThat(impatient.isAvailable()).isTrue();
            signal("STOP");
            CommitOutcome outcome = impatient.segments().commit(writer, List.of(written(revision, 0, 9)));
            signal("CONT");
            assertThat(outcome).isInstanceOf(CommitOutcome.Unknown.class);
        }
        assertCommitted(store.segments().commit(writer, List.of(written(revision, 0, 9))));
        assertThat(store.segments().segments(revision.id())).hasSize(1);
    }
}
