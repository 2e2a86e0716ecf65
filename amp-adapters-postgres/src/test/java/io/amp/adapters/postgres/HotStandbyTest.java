package io.amp.adapters.postgres;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.embedded.ManagedPostgres;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobTimings;
import io.amp.ports.storage.ChangeFeed.Watch;
import io.amp.ports.storage.TableRevision;
import io.amp.testkit.runtime.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in another region reads from a replica, where LISTEN is refused (jobs-and-storage specification, sections 1.5 and 11). */
class HotStandbyTest {
    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "amp-test-postgres-programs");

    @TempDir
    Path project;

    @Test
    void changesArePolledOnAReplica() throws Exception {
        Path primaryFolder = project.resolve("primary");
        Path standbyFolder = project.resolve("standby");
        try (ManagedPostgres fresh = ManagedPostgres.start(primaryFolder, CACHE, null)) {
            new Migrations(PostgresSettings.of(fresh.url())).migrate();
        }
        copy(primaryFolder, standbyFolder);
        Files.createFile(standbyFolder.resolve("standby.signal"));
        Files.writeString(
                standbyFolder.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=" + primaryFolder + " user=" + System.getProperty("user.name") + "'\n");
        own(standbyFolder, primaryFolder);
        try (ManagedPostgres primary = ManagedPostgres.start(primaryFolder, CACHE, null);
                ManagedPostgres standby = ManagedPostgres.start(standbyFolder, CACHE, null);
                var writing = new PostgresMetadataStore(PostgresSettings.of(primary.url()), JobTimings.DEFAULT);
                var reading = new PostgresMetadataStore(PostgresSettings.of(standby.url()), JobTimings.DEFAULT)) {
            writing.workers().start("worker-01", Map.of(), Duration.ZERO);
            Assignment writer = writing.jobs()
                    .schedule("key", version("eth", 'a'), "{}", null)
                    .assignment();
            TableRevision revision =
                    writing.segments().createActive(writer, table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
            TableRevision other =
                    writing.segments().createActive(writer, table(version("eth", 'a'), "logs"), "_/eth/logs/r");
            Eventually.until(
                    "the replica has the revisions",
                    () -> reading.segments().findRevision(other.id()).isPresent());
            Watch watch = reading.changes().watchRevision(revision.id());
            Watch quiet = reading.changes().watchRevision(other.id());
            assertThat(watch.await(Duration.ofSeconds(10)))
                    .as("connecting wakes")
                    .isTrue();
            assertThat(quiet.await(Duration.ofSeconds(10))).isTrue();

            writing.segments().commit(writer, List.of(written(revision, 0, 9)));
            assertThat(watch.await(Duration.ofSeconds(20))).isTrue();
            assertThat(reading.segments().segments(revision.id())).hasSize(1);
            assertThat(quiet.await(Duration.ZERO)).isFalse();
            new Migrations(PostgresSettings.of(standby.url())).prepare(false);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Path target = to.resolve(from.relativize(entry));
                Files.copy(entry, target, StandardCopyOption.COPY_ATTRIBUTES);
                own(target, entry);
            }
        }
    }

    /** As root, a copy does not belong to the user that runs the server. */
    private static void own(Path target, Path like) throws IOException {
        if (Files.isDirectory(target) && !target.equals(like) && Files.exists(target.resolve("standby.signal"))) {
            for (String name : List.of("standby.signal", "postgresql.auto.conf")) {
                own(target.resolve(name), like.resolve("PG_VERSION"));
            }
        }
        for (String attribute : List.of("unix:uid", "unix:gid")) {
            Files.setAttribute(target, attribute, Files.getAttribute(like, attribute));
        }
    }
}
