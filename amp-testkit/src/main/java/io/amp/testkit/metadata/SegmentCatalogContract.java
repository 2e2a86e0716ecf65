package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.block;
import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentCatalog.SnapshotChange;
import io.amp.ports.storage.SegmentCatalog.SnapshotMark;
import io.amp.ports.storage.SegmentCatalog.TableSnapshot;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Revisions, fenced commits, snapshots (jobs-and-storage specification, sections 1.4, 3.7, 4.8). */
public abstract class SegmentCatalogContract extends MetadataContract {
    private static final TableKey BLOCKS = table(version("eth", 'a'), "blocks");
    private static final TableKey LOGS = table(version("eth", 'a'), "logs");

    private SegmentCatalog segments;
    private Job job;
    private Assignment writer;

    @BeforeEach
    void startJob() throws Exception {
        segments = store.segments();
        startWorker("worker-01");
        job = running("eth");
        writer = job.assignment();
    }

    private TableRevision create(TableKey key, String path) {
        return segments.createActive(writer, key, path);
    }

    private TableRevision blocks() {
        return create(BLOCKS, "_/eth/blocks/rev-1");
    }

    private List<Long> committed(WrittenSegment... files) {
        return committed(segments.commit(writer, List.of(files)));
    }

    private static List<Long> committed(CommitOutcome outcome) {
        return switch (outcome) {
            case CommitOutcome.Committed done -> done.fileIds();
            case CommitOutcome.Fenced fenced -> throw new AssertionError(fenced);
            case CommitOutcome.Unknown unknown -> throw new AssertionError(unknown);
        };
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void aTableHasAtMostOneActiveRevision() {
        assertThat(segments.findActive(BLOCKS)).isEmpty();
        TableRevision first = blocks();
        assertThat(first.id()).isPositive();
        assertThat(segments.findActive(BLOCKS)).contains(first);
        TableRevision second = create(BLOCKS, "_/eth/blocks/rev-2");

        assertThat(segments.findActive(BLOCKS)).contains(second);
        assertThat(segments.findRevision(first.id())).contains(first);
        assertThat(segments.findRevision(second.id() + 1000)).isEmpty();
        assertThat(blocks()).as("the same path is the same revision").isEqualTo(first);
        assertThat(segments.findActive(BLOCKS)).contains(first);
    }

    @Test
    void anActiveRevisionIsFoundByTheManifestAlone() {
        assertThat(segments.hasActiveRevision(BLOCKS.dataset().hash())).isFalse();
        blocks();

        assertThat(segments.hasActiveRevision(BLOCKS.dataset().hash())).isTrue();
        assertThat(segments.hasActiveRevision(version("eth", 'b').hash())).isFalse();
    }

    @Test
    void allFourPartsIdentifyATable() {
        TableRevision mine = blocks();
        TableKey otherDataset = table(version("copy", 'a'), "blocks");
        TableKey otherHash = table(version("eth", 'b'), "blocks");

        assertThat(segments.findActive(otherDataset)).isEmpty();
        assertThat(segments.findActive(otherHash)).isEmpty();
        assertFails(StorageError.METADATA_ERROR, () -> create(otherDataset, mine.path()));
        assertThat(segments.findActive(otherDataset)).isEmpty();
    }

    @Test
    void committedFileIsReadBackAsWritten() {
        TableRevision revision = blocks();
        WrittenSegment file = written(revision, 0, 9);
        long id = committed(file).getFirst();

        assertThat(segments.segments(revision.id()))
                .containsExactly(new Segment(
                        id,
                        revision.id(),
                        revision.path() + "/" + file.metadata().fileName(),
                        file.object().size(),
                        file.rowCount(),
                        file.metadata()));
        assertThat(segments.footer(id))
                .hasValueSatisfying(footer -> assertThat(footer).isEqualTo(file.footer()));
        assertThat(segments.footer(id + 1000)).isEmpty();
        assertThat(segments.fileNames(revision.id()))
                .containsExactly(file.metadata().fileName());
    }

    @Test
    void rareMetadataIsReadBackAsWritten() {
        TableRevision revision = blocks();
        Instant closed = Instant.ofEpochSecond(1_760_000_000L, 5_000_000);
        BlockRange bare = new BlockRange(BlockInterval.of(5, 5), new NetworkId("base"), block(5, 1), null, null);
        BlockRange linked =
                new BlockRange(BlockInterval.of(0, 7), new NetworkId("mainnet"), block(7, 0), block(-1, 0), 1L);
        SegmentMetadata old = new SegmentMetadata(
                "blocks", "000000005-1.parquet", closed, List.of(bare), null, null, closed, 0, List.of(), null);
        SegmentMetadata compacted = new SegmentMetadata(
                "blocks",
                "000000005-2.parquet",
                closed,
                List.of(bare, linked),
                4L,
                null,
                closed.minusSeconds(9),
                3,
                List.of(17L, 4L),
                "ampd/9");

        committed(written(revision, old, 0), written(revision, compacted, -1));

        assertThat(segments.segments(revision.id()))
                .extracting(Segment::metadata)
                .containsExactly(old, compacted);
        assertThat(segments.segments(revision.id()))
                .extracting(Segment::rowCount)
                .containsExactly(0L, -1L);
    }

    @Test
    void repeatedCommitReturnsTheSameFiles() {
        TableRevision blocks = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        List<WrittenSegment> files = List.of(written(logs, 0, 9), written(blocks, 0, 9));
        List<Long> ids = committed(segments.commit(writer, files));

        assertThat(committed(segments.commit(writer, files))).isEqualTo(ids);
        assertThat(segments.segments(blocks.id())).extracting(Segment::fileId).containsExactly(ids.get(1));
        assertThat(segments.segments(logs.id())).extracting(Segment::fileId).containsExactly(ids.get(0));
    }

    @Test
    void fencedWriterCommitsNothing() throws Exception {
        TableRevision revision = blocks();
        Job claimed = store.jobs().claim(job.id(), "worker-01").orElseThrow();

        assertThat(segments.commit(writer, List.of(written(revision, 0, 9)))).isInstanceOf(CommitOutcome.Fenced.class);
        assertThat(segments.segments(revision.id())).isEmpty();
        assertFails(StorageError.FENCED, () -> create(BLOCKS, "_/eth/blocks/rev-2"));
        assertFails(StorageError.FENCED, () -> segments.takeWriterMark(writer, List.of(revision)));
        assertThat(segments.findActive(BLOCKS)).contains(revision);
        assertThat(committed(segments.commit(claimed.assignment(), List.of(written(revision, 0, 9)))))
                .hasSize(1);
    }

    @Test
    void writerOnAnotherNodeOrOfAnEndedOrUnknownJobIsFenced() {
        TableRevision revision = blocks();
        List<WrittenSegment> files = List.of(written(revision, 0, 9));

        assertThat(segments.commit(new Assignment(job.id(), "worker-02", job.epoch()), files))
                .isInstanceOf(CommitOutcome.Fenced.class);
        assertThat(segments.commit(new Assignment(job.id() + 1000, "worker-01", 1), files))
                .isInstanceOf(CommitOutcome.Fenced.class);
        applied(store.jobs().transition(writer, Set.of(JobStatus.RUNNING), JobStatus.COMPLETED, null));
        assertThat(segments.commit(writer, files)).isInstanceOf(CommitOutcome.Fenced.class);
        assertThat(segments.segments(revision.id())).isEmpty();
    }

    @Test
    void aJobThatIsAskedToStopMayStillCommit() {
        TableRevision revision = blocks();
        store.jobs().requestStop(job.id());

        assertThat(committed(written(revision, 0, 9))).hasSize(1);
    }

    /** Else the fenced writer would delete an object whose row is there. */
    @Test
    void repeatOfACommitThatTookEffectIsCommittedEvenWhenFencedSince() {
        TableRevision revision = blocks();
        List<WrittenSegment> files = List.of(written(revision, 0, 9));
        List<Long> ids = committed(segments.commit(writer, files));
        assertThat(store.jobs().claim(job.id(), "worker-01")).isPresent();

        assertThat(committed(segments.commit(writer, files))).isEqualTo(ids);
    }

    @Test
    void fileOfAnUnknownRevisionIsRefusedWithAllItsSiblings() {
        TableRevision revision = blocks();
        TableRevision ghost = new TableRevision(revision.id() + 1000, BLOCKS, "_/eth/blocks/ghost");

        assertFails(
                StorageError.METADATA_ERROR,
                () -> segments.commit(writer, List.of(written(revision, 0, 9), written(ghost, 0, 9))));
        assertThat(segments.segments(revision.id())).isEmpty();
    }

    @Test
    void segmentsAfterAFileAreOnlyTheNewerOnes() {
        TableRevision revision = blocks();
        long first = committed(written(revision, 0, 9)).getFirst();
        long second = committed(written(revision, 10, 19)).getFirst();
        long third = committed(written(revision, 20, 29)).getFirst();

        assertThat(segments.segmentsAfter(revision.id(), first))
                .extracting(Segment::fileId)
                .containsExactly(second, third);
        assertThat(segments.segmentsAfter(revision.id(), third)).isEmpty();
    }

    /** A reader that asks for newer files only must not miss one that was committed late. */
    @Test
    void fileIdsGrowInTheOrderTheyBecomeVisible() throws Exception {
        TableRevision revision = blocks();
        int filesMax = 60;
        List<Callable<Void>> writers = LongStream.range(0, filesMax)
                .<Callable<Void>>mapToObj(i -> () -> {
                    committed(written(revision, i, i));
                    return null;
                })
                .toList();
        List<Segment> seen = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<Void>> commits = writers.stream().map(threads::submit).toList();
            while (seen.size() < filesMax) {
                long last = seen.isEmpty() ? 0 : seen.getLast().fileId();
                seen.addAll(segments.segmentsAfter(revision.id(), last));
                if (commits.stream().allMatch(Future::isDone)) {
                    last = seen.isEmpty() ? 0 : seen.getLast().fileId();
                    seen.addAll(segments.segmentsAfter(revision.id(), last));
                    break;
                }
            }
            for (Future<Void> commit : commits) {
                commit.get();
            }
        }

        assertThat(seen).hasSize(filesMax).isEqualTo(segments.segments(revision.id()));
    }

    @Test
    void writerMarkIsTakenOnAllRevisionsOrNone() {
        TableRevision blocks = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        segments.takeWriterMark(writer, List.of(logs));
        segments.takeWriterMark(writer, List.of(logs));
        Assignment rival = running("rival").assignment();

        assertFails(StorageError.REVISION_LOCKED, () -> segments.takeWriterMark(rival, List.of(blocks, logs)));
        assertThat(segments.writerOf(blocks.id())).isEmpty();
        assertThat(segments.writerOf(logs.id())).contains(job.id());
        segments.takeWriterMark(rival, List.of(blocks));
        assertThat(segments.writtenBy(job.id())).isEqualTo(Map.of("logs", logs));
        assertThat(segments.writtenBy(rival.jobId())).isEqualTo(Map.of("blocks", blocks));
    }

    @Test
    void writerMarkOfAnEndedOrDeletedJobIsFree() {
        TableRevision blocks = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        segments.takeWriterMark(writer, List.of(blocks, logs));
        applied(store.jobs().transition(writer, Set.of(JobStatus.RUNNING), JobStatus.COMPLETED, null));
        assertThat(segments.writerOf(blocks.id())).contains(job.id());
        Assignment next = running("next").assignment();

        segments.takeWriterMark(next, List.of(blocks));
        assertThat(segments.writerOf(blocks.id())).contains(next.jobId());
        store.jobs().delete(job.id());
        assertThat(segments.writerOf(logs.id())).isEmpty();
        assertThat(segments.writerOf(logs.id() + 1000)).isEmpty();
    }

    @Test
    void writtenByKnowsActiveRevisionsOnly() {
        TableRevision first = blocks();
        segments.takeWriterMark(writer, List.of(first));
        create(BLOCKS, "_/eth/blocks/rev-2");

        assertThat(segments.writtenBy(job.id())).isEmpty();
    }

    @Test
    void snapshotHoldsActiveRevisionsWithTheirSegments() {
        TableRevision blocks = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        committed(written(blocks, 0, 9), written(logs, 0, 9));
        committed(written(blocks, 10, 19));
        TableKey unknown = table(version("eth", 'a'), "traces");

        Map<TableKey, TableSnapshot> snapshot = segments.snapshot(List.of(BLOCKS, LOGS, unknown));

        assertThat(snapshot).containsOnlyKeys(BLOCKS, LOGS);
        assertThat(snapshot.get(BLOCKS)).isEqualTo(new TableSnapshot(blocks, segments.segments(blocks.id())));
        assertThat(snapshot.get(LOGS)).extracting(TableSnapshot::segments).isEqualTo(segments.segments(logs.id()));
        assertThat(segments.snapshot(List.of())).isEmpty();
    }

    @Test
    void snapshotVersionChangesWithCommitsAndActivations() {
        assertThat(segments.snapshotVersions(List.of(BLOCKS))).isEmpty();
        TableRevision first = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        Map<TableKey, Long> empty = segments.snapshotVersions(List.of(BLOCKS, LOGS));
        assertThat(segments.snapshotVersions(List.of(BLOCKS, LOGS))).isEqualTo(empty);

        committed(written(first, 0, 9));
        Map<TableKey, Long> committed = segments.snapshotVersions(List.of(BLOCKS, LOGS));
        assertThat(committed.get(BLOCKS)).isNotEqualTo(empty.get(BLOCKS));
        assertThat(committed.get(LOGS)).isEqualTo(empty.get(LOGS));

        create(BLOCKS, "_/eth/blocks/rev-2");
        assertThat(segments.snapshotVersions(List.of(BLOCKS)).get(BLOCKS))
                .isNotEqualTo(committed.get(BLOCKS))
                .isNotEqualTo(empty.get(BLOCKS));
        assertThat(logs.id()).isPositive();
    }

    /** Whatever a catalogue answers, a reader that follows it must end up with the present segments. */
    @Test
    void changesBringAKeptSnapshotUpToDate() {
        TableRevision first = blocks();
        TableRevision logs = create(LOGS, "_/eth/logs/rev-1");
        committed(written(first, 0, 9));
        Map<TableKey, List<Segment>> kept = new HashMap<>();
        Map<TableKey, SnapshotMark> marks = new HashMap<>();
        for (TableKey key : List.of(BLOCKS, LOGS, table(version("eth", 'a'), "traces"))) {
            marks.put(key, SnapshotMark.NOTHING);
        }
        assertThat(follow(marks, kept)).containsOnlyKeys(BLOCKS, LOGS);
        assertThat(kept).containsEntry(BLOCKS, segments.segments(first.id())).containsEntry(LOGS, List.of());
        assertThat(follow(marks, kept))
                .isEqualTo(Map.of(BLOCKS, new SnapshotChange.Unchanged(), LOGS, new SnapshotChange.Unchanged()));

        committed(written(first, 10, 19), written(logs, 10, 19));
        committed(written(first, 20, 29));
        follow(marks, kept);
        assertThat(segments.segments(first.id())).hasSize(3);
        assertThat(kept)
                .containsEntry(BLOCKS, segments.segments(first.id()))
                .containsEntry(LOGS, segments.segments(logs.id()));

        TableRevision second = create(BLOCKS, "_/eth/blocks/rev-2");
        committed(written(second, 0, 4));
        follow(marks, kept);
        assertThat(segments.segments(second.id())).hasSize(1);
        assertThat(kept)
                .containsEntry(BLOCKS, segments.segments(second.id()))
                .containsEntry(LOGS, segments.segments(logs.id()));
        assertThat(segments.snapshotChanges(Map.of())).isEmpty();
    }

    private Map<TableKey, SnapshotChange> follow(Map<TableKey, SnapshotMark> marks, Map<TableKey, List<Segment>> kept) {
        Map<TableKey, SnapshotChange> changes = segments.snapshotChanges(marks);
        changes.forEach((key, change) -> {
            switch (change) {
                case SnapshotChange.Unchanged unchanged -> {
                    // kept as it is
                }
                case SnapshotChange.Added added -> {
                    List<Segment> before = kept.getOrDefault(key, List.of());
                    long location =
                            marks.getOrDefault(key, SnapshotMark.NOTHING).locationId();
                    List<Segment> now = Stream.concat(before.stream(), added.segments().stream())
                            .toList();
                    kept.put(key, now);
                    marks.put(key, mark(added.version(), location, now));
                }
                case SnapshotChange.Replaced replaced -> {
                    kept.put(key, replaced.snapshot().segments());
                    long location = replaced.snapshot().revision().id();
                    marks.put(
                            key,
                            mark(
                                    replaced.version(),
                                    location,
                                    replaced.snapshot().segments()));
                }
            }
        });
        return changes;
    }

    private static SnapshotMark mark(long version, long locationId, List<Segment> segments) {
        return new SnapshotMark(
                version, locationId, segments.isEmpty() ? 0 : segments.getLast().fileId(), segments.size());
    }

    @Test
    void factsAreRecordedOnce() {
        TableRevision revision = blocks();

        assertThat(segments.findFact(revision.id(), "chain_id")).isEmpty();
        assertThat(segments.findFact(revision.id() + 1000, "chain_id")).isEmpty();
        assertThat(segments.recordFact(revision.id(), "chain_id", "1")).isEqualTo("1");
        assertThat(segments.findFact(revision.id(), "chain_id")).contains("1");
        assertThat(segments.recordFact(revision.id(), "chain_id", "8453")).isEqualTo("1");
        assertThat(segments.recordFact(revision.id(), "client", "a \"b\"")).isEqualTo("a \"b\"");
        assertFails(StorageError.METADATA_ERROR, () -> segments.recordFact(revision.id() + 1000, "chain_id", "1"));
    }

    @Test
    void brokenConnectionsAreReplaced() {
        TableRevision revision = blocks();
        backend.breakConnections();

        assertThat(segments.findRevision(revision.id())).contains(revision);
        backend.breakConnections();
        assertThat(committed(written(revision, 0, 9))).hasSize(1);
        assertThat(store.isAvailable()).isTrue();
    }
}
