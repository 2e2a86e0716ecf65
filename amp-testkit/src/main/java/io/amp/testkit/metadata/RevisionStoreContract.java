package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.ChangeFeed.Watch;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.RevisionStore.CataloguedFile;
import io.amp.ports.storage.RevisionStore.FileTotals;
import io.amp.ports.storage.RevisionStore.RevisionState;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators' work on revisions and files (jobs-and-storage specification, section 4.9). */
public abstract class RevisionStoreContract extends MetadataContract {
    private static final TableKey BLOCKS = table(version("eth", 'a'), "blocks");
    private static final TableKey LOGS = table(version("eth", 'a'), "logs");

    private RevisionStore revisions;

    @BeforeEach
    void useRevisions() {
        revisions = store.revisions();
    }

    private TableRevision register(TableKey key, int number) {
        return revisions.register(key, "_/eth/" + key.table() + "/rev-" + number);
    }

    /** A revision with files of a running job. */
    private Job write(TableRevision revision, WrittenSegment... files) throws Exception {
        startWorker("worker-01");
        Job job = running("eth");
        store.segments().takeWriterMark(job.assignment(), List.of(revision));
        store.segments().commit(job.assignment(), List.of(files));
        return job;
    }

    private void complete(Job job) {
        applied(store.jobs().transition(job.assignment(), Set.of(JobStatus.RUNNING), JobStatus.COMPLETED, null));
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void registeredRevisionIsInactive() {
        TableRevision revision = register(BLOCKS, 1);

        assertThat(register(BLOCKS, 1)).isEqualTo(revision);
        assertThat(revisions.find(revision.id())).hasValueSatisfying(state -> {
            assertThat(state.revision()).isEqualTo(revision);
            assertThat(state.active()).isFalse();
            assertThat(state.writer()).isNull();
        });
        assertThat(store.segments().findActive(BLOCKS)).isEmpty();
        assertThat(revisions.find(revision.id() + 1000)).isEmpty();
        assertFails(StorageError.METADATA_ERROR, () -> revisions.register(LOGS, revision.path()));
    }

    @Test
    void listIsNewestFirstPagedAndFiltered() {
        TableRevision first = register(BLOCKS, 1);
        TableRevision second = register(BLOCKS, 2);
        TableRevision third = register(LOGS, 1);
        revisions.activate(BLOCKS, second.id());

        assertThat(revisions.list(null, null, 10))
                .extracting(RevisionState::revision)
                .containsExactly(third, second, first);
        assertThat(revisions.list(true, null, 10))
                .extracting(RevisionState::revision)
                .containsExactly(second);
        assertThat(revisions.list(false, null, 1))
                .extracting(RevisionState::revision)
                .containsExactly(third);
        assertThat(revisions.list(false, third.id(), 10))
                .extracting(RevisionState::revision)
                .containsExactly(first);
        assertThat(revisions.list(null, null, 0)).isEmpty();
    }

    @Test
    void activationMovesThePointerAndWakesReaders() throws Exception {
        TableRevision first = register(BLOCKS, 1);
        TableRevision second = register(BLOCKS, 2);
        revisions.activate(BLOCKS, first.id());
        Watch watch = closing(store.changes().watchRevision(second.id()));
        while (watch.await(Duration.ofMillis(300))) {
            // the wake-up of connecting
        }
        revisions.activate(BLOCKS, second.id());

        assertThat(watch.await(SOON)).isTrue();
        assertThat(store.segments().findActive(BLOCKS)).contains(second);
        assertThat(revisions.find(first.id())).map(RevisionState::active).contains(false);
        assertFails(StorageError.REVISION_NOT_FOUND, () -> revisions.activate(BLOCKS, second.id() + 1000));
        assertFails(StorageError.TABLE_NOT_REGISTERED, () -> revisions.activate(LOGS, second.id()));
        assertThat(store.segments().findActive(LOGS)).isEmpty();
    }

    @Test
    void deactivatedTableHasNoRevision() {
        assertThat(revisions.deactivate(BLOCKS)).isFalse();
        revisions.activate(BLOCKS, register(BLOCKS, 1).id());

        assertThat(revisions.deactivate(BLOCKS)).isTrue();
        assertThat(store.segments().findActive(BLOCKS)).isEmpty();
        assertThat(revisions.deactivate(BLOCKS)).as("a known table").isTrue();
    }

    @Test
    void onlyIdleInactiveRevisionsAreDeleted() throws Exception {
        TableRevision revision = register(BLOCKS, 1);
        revisions.activate(BLOCKS, revision.id());
        Job job = write(revision, written(revision, 0, 9));

        assertFails(StorageError.REVISION_IS_ACTIVE, () -> revisions.delete(revision.id(), false));
        assertFails(StorageError.WRITER_JOB_NOT_TERMINAL, () -> revisions.delete(revision.id(), true));
        assertFails(StorageError.WRITER_JOB_NOT_TERMINAL, () -> revisions.requireIdle(revision.id()));
        complete(job);
        revisions.requireIdle(revision.id());
        revisions.delete(revision.id(), true);
        assertThat(revisions.find(revision.id())).isEmpty();
        assertThat(store.segments().findActive(BLOCKS)).isEmpty();
        assertThat(store.segments().segments(revision.id())).isEmpty();
        assertFails(StorageError.REVISION_NOT_FOUND, () -> revisions.delete(revision.id(), true));
        assertFails(StorageError.REVISION_NOT_FOUND, () -> revisions.requireIdle(revision.id()));
    }

    @Test
    void filesAreListedAsTheyWereCommitted() throws Exception {
        TableRevision revision = register(BLOCKS, 1);
        WrittenSegment file = written(revision, 0, 9);
        write(revision, file, written(revision, 10, 19), written(revision, 20, 29));

        List<CataloguedFile> files = revisions.files(revision.id(), 0, 10);
        assertThat(files).hasSize(3);
        assertThat(files.getFirst()).satisfies(first -> {
            assertThat(first.revision()).isEqualTo(revision);
            assertThat(first.fileName()).isEqualTo(file.metadata().fileName());
            assertThat(first.url()).endsWith(revision.path() + "/");
            assertThat(first.objectSize()).isEqualTo(file.object().size());
            assertThat(first.etag()).isEqualTo(file.object().etag());
            assertThat(first.version()).isEqualTo(file.object().version());
            assertThat(first.metadataJson()).isEqualTo(file.metadataJson());
        });
        assertThat(revisions.findFile(files.getFirst().id())).contains(files.getFirst());
        assertThat(revisions.findFile(files.getLast().id() + 1000)).isEmpty();
        assertThat(revisions.files(revision.id(), files.getFirst().id(), 1)).containsExactly(files.get(1));
        assertThat(revisions.totals(revision.id()))
                .isEqualTo(new FileTotals(
                        3,
                        files.stream()
                                .mapToLong(each -> each.objectSize() == null ? 0 : each.objectSize())
                                .sum()));
        assertThat(revisions.totals(revision.id() + 1000)).isEqualTo(new FileTotals(0, 0));
    }

    @Test
    void activeFilesAreThoseOfActiveRevisions() {
        TableRevision blocks = register(BLOCKS, 1);
        TableRevision logs = register(LOGS, 1);
        TableRevision old = register(BLOCKS, 2);
        for (TableRevision revision : List.of(blocks, logs, old)) {
            revisions.registerFiles(revision.id(), List.of(written(revision, 0, 9), written(revision, 10, 19)));
        }
        revisions.activate(BLOCKS, blocks.id());
        revisions.activate(LOGS, logs.id());
        List<CataloguedFile> all = revisions.activeFiles(version("eth", 'a'), null, 0, 10);

        assertThat(all).extracting(CataloguedFile::revision).containsExactly(blocks, blocks, logs, logs);
        assertThat(revisions.activeFiles(version("eth", 'a'), "logs", 0, 10)).isEqualTo(all.subList(2, 4));
        assertThat(revisions.activeFiles(version("eth", 'a'), null, all.get(1).id(), 1))
                .isEqualTo(all.subList(2, 3));
        assertThat(revisions.activeFiles(version("eth", 'b'), null, 0, 10)).isEmpty();
        store.retention().schedule(blocks.id(), List.of(all.getFirst().id()), Duration.ofHours(1));
        assertThat(revisions.activeFiles(version("eth", 'a'), "blocks", 0, 10)).isEqualTo(all.subList(1, 2));
    }

    @Test
    void foundFilesAreRegisteredOnce() {
        TableRevision revision = register(BLOCKS, 1);
        WrittenSegment first = written(revision, 0, 9);

        assertThat(revisions.registerFiles(revision.id(), List.of(first))).isEqualTo(1);
        assertThat(revisions.registerFiles(revision.id(), List.of(first, written(revision, 10, 19))))
                .isEqualTo(1);
        assertThat(revisions.registerFiles(revision.id(), List.of())).isZero();
        assertThat(store.segments().segments(revision.id()))
                .extracting(Segment::metadata)
                .containsExactly(first.metadata(), written(revision, 10, 19).metadata());
        assertFails(StorageError.REVISION_NOT_FOUND, () -> revisions.registerFiles(revision.id() + 1000, List.of()));
    }

    @Test
    void removedFilesAreGoneFromSnapshots() {
        TableRevision revision = register(BLOCKS, 1);
        revisions.activate(BLOCKS, revision.id());
        revisions.registerFiles(revision.id(), List.of(written(revision, 0, 9), written(revision, 10, 19)));
        List<Segment> before = store.segments().segments(revision.id());
        var versions = store.segments().snapshotVersions(List.of(BLOCKS));

        assertThat(revisions.removeFiles(
                        revision.id(), List.of(before.getFirst().fileId(), 999_999L)))
                .isEqualTo(1);
        assertThat(store.segments().segments(revision.id())).isEqualTo(before.subList(1, 2));
        assertThat(store.segments().snapshotVersions(List.of(BLOCKS))).isNotEqualTo(versions);
        assertThat(revisions.removeFiles(revision.id() + 1000, List.of(1L))).isZero();
    }
}
