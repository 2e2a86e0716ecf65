package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.block;
import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.Job;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.RetentionStore.CompactionOutcome;
import io.amp.ports.storage.RetentionStore.ExpiredFile;
import io.amp.ports.storage.RetentionStore.OrphanedBlock;
import io.amp.ports.storage.RetentionStore.ReextractionRequest;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentCatalog.SnapshotMark;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compaction, pruning and collection (jobs-and-storage specification, sections 1.4, 7, 8). */
public abstract class RetentionStoreContract extends MetadataContract {
    private static final TableKey BLOCKS = table(version("eth", 'a'), "blocks");
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private RetentionStore retention;
    private SegmentCatalog segments;
    private Job job;
    private Assignment writer;
    private TableRevision revision;
    private List<Segment> files;

    @BeforeEach
    void commitThreeFiles() throws Exception {
        retention = store.retention();
        segments = store.segments();
        startWorker("worker-01");
        job = running("eth");
        writer = job.assignment();
        revision = segments.createActive(writer, BLOCKS, "_/eth/blocks/r");
        for (long start = 0; start < 30; start += 10) {
            assertThat(segments.commit(writer, List.of(written(revision, start, start + 9))))
                    .isInstanceOf(CommitOutcome.Committed.class);
        }
        files = segments.segments(revision.id());
    }

    private List<Long> ids(int... positions) {
        List<Long> ids = new ArrayList<>();
        for (int position : positions) {
            ids.add(files.get(position).fileId());
        }
        return ids;
    }

    private CompactionOutcome compact(WrittenSegment output, List<Long> inputs) {
        return retention.commitCompaction(writer, output, inputs, HALF_AN_HOUR, live -> true);
    }

    @Test
    void compactionReplacesItsInputsAtOnce() {
        WrittenSegment merged = written(revision, 0, 19);
        CompactionOutcome outcome = compact(merged, ids(0, 1));

        assertThat(outcome).isInstanceOf(CompactionOutcome.Committed.class);
        List<Segment> live = segments.segments(revision.id());
        assertThat(live).hasSize(2).contains(files.get(2));
        assertThat(live.getLast().metadata()).isEqualTo(merged.metadata());
        assertThat(outcome)
                .isEqualTo(new CompactionOutcome.Committed(live.getLast().fileId()));
        assertThat(segments.fileNames(revision.id())).hasSize(4);
        assertThat(compact(merged, ids(0, 1))).as("repeated").isEqualTo(outcome);
        assertThat(segments.segments(revision.id())).isEqualTo(live);
    }

    @Test
    void readersThatFollowSeeTheReplacement() {
        SnapshotMark mark = new SnapshotMark(
                segments.snapshotVersions(List.of(BLOCKS)).getOrDefault(BLOCKS, SnapshotMark.UNKNOWN),
                revision.id(),
                files.getLast().fileId(),
                files.size());
        compact(written(revision, 0, 19), ids(0, 1));

        assertThat(segments.snapshotChanges(Map.of(BLOCKS, mark)).get(BLOCKS))
                .as("files went away, so what is new does not suffice")
                .isInstanceOfSatisfying(
                        SegmentCatalog.SnapshotChange.Replaced.class,
                        replaced ->
                                assertThat(replaced.snapshot().segments()).isEqualTo(segments.segments(revision.id())));
    }

    @Test
    void fencedWriterCompactsNothing() {
        Assignment current =
                store.jobs().claim(job.id(), "worker-01").orElseThrow().assignment();

        assertThat(compact(written(revision, 0, 19), ids(0, 1))).isInstanceOf(CompactionOutcome.Fenced.class);
        assertThat(segments.segments(revision.id())).isEqualTo(files);
        writer = current;
        assertThat(compact(written(revision, 0, 19), ids(0, 1))).isInstanceOf(CompactionOutcome.Committed.class);
    }

    @Test
    void compactionOfFilesThatLeftIsSuperseded() {
        retention.schedule(revision.id(), ids(1), HALF_AN_HOUR);

        assertThat(compact(written(revision, 0, 19), ids(0, 1))).isEqualTo(new CompactionOutcome.Superseded());
        assertThat(compact(written(revision, 0, 19), List.of(ids(0).getFirst(), 999_999L)))
                .isEqualTo(new CompactionOutcome.Superseded());
        assertThat(segments.segments(revision.id())).containsExactly(files.get(0), files.get(2));
    }

    @Test
    void compactionIsJudgedByTheLiveFiles() {
        List<Segment> judged = new ArrayList<>();
        CompactionOutcome refused =
                retention.commitCompaction(writer, written(revision, 0, 19), ids(0, 1), HALF_AN_HOUR, live -> {
                    judged.addAll(live);
                    return false;
                });

        assertThat(refused).isEqualTo(new CompactionOutcome.Superseded());
        assertThat(judged).isEqualTo(files);
        assertThat(segments.segments(revision.id())).isEqualTo(files);
        assertThat(segments.fileNames(revision.id())).hasSize(3);
    }

    @Test
    void scheduledFilesLeaveSnapshotsAtOnceAndExpireLater() {
        assertThat(retention.schedule(revision.id(), List.of(ids(0).getFirst(), 999_999L), HALF_AN_HOUR))
                .isEqualTo(1);
        assertThat(segments.segments(revision.id())).isEqualTo(files.subList(1, 3));
        assertThat(segments.snapshot(List.of(BLOCKS)))
                .containsEntry(BLOCKS, new SegmentCatalog.TableSnapshot(revision, files.subList(1, 3)));
        assertThat(retention.locationsWithExpiredFiles()).isEmpty();
        assertThat(retention.beginDeletion(revision.id(), 10)).isEmpty();
        assertThat(segments.footer(ids(0).getFirst())).as("still readable").isPresent();

        backend.advance(HALF_AN_HOUR.plusSeconds(1));
        assertThat(retention.locationsWithExpiredFiles()).containsExactly(revision.id());
        assertThat(retention.beginDeletion(revision.id(), 10))
                .containsExactly(
                        new ExpiredFile(ids(0).getFirst(), files.getFirst().path()));
    }

    @Test
    void schedulingAgainMovesTheExpiration() {
        retention.schedule(revision.id(), ids(0), HALF_AN_HOUR);
        assertThat(retention.schedule(revision.id(), ids(0, 1), Duration.ZERO)).isEqualTo(2);
        assertThat(retention.beginDeletion(revision.id(), 10))
                .as("zero counts as a second")
                .isEmpty();
        backend.advance(Duration.ofSeconds(2));

        assertThat(retention.beginDeletion(revision.id(), 10))
                .extracting(ExpiredFile::fileId)
                .isEqualTo(ids(0, 1));
        assertThat(retention.schedule(revision.id() + 1000, ids(0), HALF_AN_HOUR))
                .isZero();
    }

    @Test
    void deletionIsResumedAfterACrash() {
        retention.schedule(revision.id(), ids(0, 1, 2), Duration.ZERO);
        assertThat(retention.finishDeletion(revision.id(), ids(0)))
                .as("not marked yet")
                .isZero();
        backend.advance(Duration.ofSeconds(2));
        List<ExpiredFile> first = retention.beginDeletion(revision.id(), 2);
        assertThat(first).extracting(ExpiredFile::fileId).isEqualTo(ids(0, 1));
        assertThat(segments.fileNames(revision.id()))
                .as("rows whose objects are being deleted are no business of the consistency check")
                .containsExactly(files.get(2).metadata().fileName());

        assertThat(retention.beginDeletion(revision.id(), 2))
                .as("after a crash")
                .isEqualTo(first);
        assertThat(retention.finishDeletion(revision.id(), ids(0, 1))).isEqualTo(2);
        assertThat(retention.finishDeletion(revision.id(), ids(0, 1))).isZero();
        assertThat(retention.beginDeletion(revision.id(), 2))
                .extracting(ExpiredFile::fileId)
                .isEqualTo(ids(2));
        assertThat(segments.footer(ids(0).getFirst())).isEmpty();
    }

    @Test
    void orphanedBlocksAreRememberedForAWhile() {
        var orphan = new OrphanedBlock(7, block(7, 1), block(6, 1));
        retention.recordOrphanedBlocks(revision.id(), List.of(orphan));
        retention.recordOrphanedBlocks(revision.id(), List.of(orphan, new OrphanedBlock(8, block(8, 1), block(7, 1))));
        retention.recordOrphanedBlocks(revision.id(), List.of());

        assertThat(retention.findOrphanedBlock(revision.id(), block(7, 1))).contains(orphan);
        assertThat(retention.findOrphanedBlock(revision.id(), block(7, 0))).isEmpty();
        assertThat(retention.findOrphanedBlock(revision.id() + 1000, block(7, 1)))
                .isEmpty();
        assertThat(retention.forgetOrphanedBlocks(Duration.ofDays(30))).isZero();
        backend.advance(Duration.ofDays(31));
        assertThat(retention.forgetOrphanedBlocks(Duration.ofDays(30))).isEqualTo(2);
        assertThat(retention.findOrphanedBlock(revision.id(), block(7, 1))).isEmpty();
    }

    @Test
    void reextractionIsRequestedOnceUntilItIsFinished() {
        long first = retention.requestReextraction(version("eth", 'a'), BlockInterval.of(0, 9));
        long second = retention.requestReextraction(version("eth", 'a'), BlockInterval.of(5, 9));
        retention.requestReextraction(version("base", 'a'), BlockInterval.of(0, 9));

        assertThat(retention.requestReextraction(version("eth", 'a'), BlockInterval.of(0, 9)))
                .isEqualTo(first);
        assertThat(retention.reextractionRequests(version("eth", 'a')))
                .containsExactly(
                        new ReextractionRequest(first, BlockInterval.of(0, 9)),
                        new ReextractionRequest(second, BlockInterval.of(5, 9)));
        retention.finishReextraction(first);
        retention.finishReextraction(first);
        assertThat(retention.reextractionRequests(version("eth", 'a')))
                .extracting(ReextractionRequest::id)
                .containsExactly(second);
    }
}
