package io.amp.adapters.postgres;

import static io.amp.testkit.metadata.MetadataFixtures.hash;
import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.schema.ComponentRights;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobTimings;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import io.amp.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The roles of the script do their component's work and no more. */
class ComponentRightsTest {
    private TestDatabase database;

    @BeforeEach
    void createRoles() {
        database = PostgresBackend.migrated();
        database.execute(ComponentRights.rolesScript());
        database.execute(ComponentRights.rolesScript());
        for (String role : List.of("amp_controller", "amp_worker", "amp_server")) {
            database.execute("ALTER ROLE " + role + " LOGIN");
        }
    }

    @AfterEach
    void dropDatabase() {
        database.execute("DROP OWNED BY amp_admin, amp_controller, amp_worker, amp_server");
        database.close();
    }

    private PostgresSettings settings(String role) {
        return PostgresSettings.of(PostgresUrl.parse(database.url().replace("//postgres@", "//" + role + "@")))
                .withPool(2, 0, Duration.ofMinutes(30), Duration.ofMinutes(10));
    }

    private PostgresMetadataStore store(String role) {
        return new PostgresMetadataStore(settings(role), JobTimings.DEFAULT.withDatabaseSeen(Duration.ZERO));
    }

    @Test
    void eachComponentDoesItsWork() throws Exception {
        ComponentRights.CONTROLLER.require(settings("amp_controller"));
        ComponentRights.WORKER.require(settings("amp_worker"));
        ComponentRights.SERVER.require(settings("amp_server"));
        try (var controller = store("amp_controller");
                var worker = store("amp_worker");
                var server = store("amp_server")) {
            controller
                    .datasets()
                    .registerManifest(hash('a'), "evm-rpc", hash('a').hex());
            controller.datasets().register(version("eth", 'a'), new SemanticVersion("1.0.0"));
            worker.workers().start("worker-01", Map.of(), Duration.ZERO).heartbeat();
            Job job = controller.jobs().schedule("key", version("eth", 'a'), "{}", null);
            job = worker.jobs().claim(job.id(), "worker-01").orElseThrow();
            TableRevision revision = worker.segments()
                    .createActive(job.assignment(), table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
            worker.segments().takeWriterMark(job.assignment(), List.of(revision));
            var watch = server.changes().watchRevision(revision.id());
            assertThat(watch.await(Duration.ofSeconds(10))).isTrue();
            assertThat(worker.segments().commit(job.assignment(), List.of(written(revision, 0, 9))))
                    .isInstanceOf(CommitOutcome.Committed.class);
            assertThat(watch.await(Duration.ofSeconds(10))).isTrue();
            assertThat(server.segments().segments(revision.id())).hasSize(1);
            worker.jobs()
                    .transition(
                            job.assignment(),
                            Set.of(JobStatus.SCHEDULED),
                            JobStatus.ERROR,
                            new ErrorDetail("PARTITION_TASK", "failed", Map.of()));
            assertThat(controller.jobs().rescheduleDue()).isEmpty();
            assertThat(controller.jobs().failOver()).isEmpty();
            controller.jobs().delete(job.id());
            assertThat(controller.datasets().unlinkAll(version("eth", 'a').name()))
                    .hasSize(1);
        }
    }

    @Test
    void componentsMayNotDoAnothersWork() {
        new Migrations(settings("amp_server")).prepare(true);
        try (var worker = store("amp_worker");
                var server = store("amp_server")) {
            assertRefused(() -> worker.datasets().registerManifest(hash('a'), "evm-rpc", "a"));
            assertRefused(() -> server.workers().start("worker-01", Map.of(), Duration.ZERO));
            assertRefused(() -> server.jobs().deleteListed(List.of(1L)));
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(StorageError.METADATA_ERROR));
    }

    @Test
    void missingRightsAreNamed() {
        database.execute("REVOKE UPDATE ON jobs_status FROM amp_worker");
        database.execute("REVOKE SELECT ON tags FROM amp_worker");

        assertThatThrownBy(() -> ComponentRights.WORKER.require(settings("amp_worker")))
                .hasMessage("missing rights in the metadata database: SELECT on tags, UPDATE on jobs_status");
        assertThatThrownBy(() -> ComponentRights.CONTROLLER.require(settings("amp_server")))
                .hasMessageContaining("INSERT on manifest_files")
                .hasMessageContaining("USAGE on revision_versions");
    }
}
