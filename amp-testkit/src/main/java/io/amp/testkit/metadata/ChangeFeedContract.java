package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobAction;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.ChangeFeed.JobWatch;
import io.amp.ports.storage.ChangeFeed.JobWatch.Wakeup;
import io.amp.ports.storage.ChangeFeed.Watch;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wake-ups (jobs-and-storage specification, section 1.5). */
public abstract class ChangeFeedContract extends MetadataContract {
    private static final Duration BRIEFLY = Duration.ofMillis(300);

    private Job job;
    private TableRevision blocks;
    private TableRevision logs;

    @BeforeEach
    void startJob() throws Exception {
        startWorker("worker-01");
        job = running("eth");
        blocks =
                store.segments().createActive(job.assignment(), table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
        logs = store.segments().createActive(job.assignment(), table(version("eth", 'a'), "logs"), "_/eth/logs/r");
    }

    private void commit(TableRevision revision, long block) {
        store.segments().commit(job.assignment(), List.of(written(revision, block, block)));
    }

    /** Opens a watch and takes in the wake-up that a fresh connection causes, so that later ones have another cause. */
    private <W extends AutoCloseable> W settled(W watch) throws InterruptedException {
        closing(watch);
        switch (watch) {
            case Watch revision -> settle(revision);
            case JobWatch actions -> settle(actions);
            default -> throw new IllegalArgumentException("no watch: " + watch);
        }
        return watch;
    }

    private static void settle(Watch watch) throws InterruptedException {
        while (watch.await(BRIEFLY)) {
            // another late wake-up
        }
    }

    private static void settle(JobWatch watch) throws InterruptedException {
        for (Wakeup wakeup = watch.await(BRIEFLY);
                wakeup.reconcile() || !wakeup.actions().isEmpty();
                wakeup = watch.await(BRIEFLY)) {
            // another late wake-up
        }
    }

    @Test
    void commitWakesTheWatchersOfItsRevisionOnly() throws Exception {
        MetadataStore reader = connect();
        Watch onBlocks = settled(reader.changes().watchRevision(blocks.id()));
        Watch onLogs = settled(reader.changes().watchRevision(logs.id()));
        Watch onAll = settled(reader.changes().watchAllRevisions());
        commit(blocks, 0);

        assertThat(onBlocks.await(SOON)).isTrue();
        assertThat(onAll.await(SOON)).isTrue();
        assertThat(onLogs.await(BRIEFLY)).isFalse();
        assertThat(onBlocks.await(BRIEFLY)).isFalse();
    }

    @Test
    void manyCommitsMayCollapseIntoOneWakeUpButTheLastIsSeen() throws Exception {
        Watch watch = settled(store.changes().watchRevision(blocks.id()));
        for (int i = 0; i < 20; i++) {
            commit(blocks, i);
        }
        int seen = 0;
        while (seen < 20) {
            assertThat(watch.await(SOON)).isTrue();
            seen = store.segments().segments(blocks.id()).size();
        }
        assertThat(seen).isEqualTo(20);
    }

    @Test
    void activationWakes() throws Exception {
        Watch watch = settled(store.changes().watchAllRevisions());
        store.segments().createActive(job.assignment(), table(version("eth", 'a'), "blocks"), "_/eth/blocks/r2");

        assertThat(watch.await(SOON)).isTrue();
    }

    @Test
    void fencedCommitWakesNobody() throws Exception {
        Watch watch = settled(store.changes().watchRevision(blocks.id()));
        store.jobs().claim(job.id(), "worker-01");
        commit(blocks, 0);

        assertThat(watch.await(BRIEFLY)).isFalse();
    }

    @Test
    void waitingThreadIsWokenByAnotherProcess() throws Exception {
        MetadataStore reader = connect();
        Watch watch = settled(reader.changes().watchRevision(blocks.id()));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> woken = threads.submit(() -> watch.await(SOON));
            commit(blocks, 0);
            assertThat(woken.get()).isTrue();
        }
    }

    @Test
    void workersGetTheirOwnActionsInOrder() throws Exception {
        MetadataStore worker = connect();
        JobWatch mine = settled(worker.changes().watchJobs("worker-01"));
        JobWatch others = settled(worker.changes().watchJobs("worker-02"));
        Job next = scheduled("next");
        store.jobs().requestStop(next.id());

        List<JobAction> actions = new ArrayList<>();
        while (actions.size() < 2) {
            Wakeup wakeup = mine.await(SOON);
            assertThat(wakeup.actions()).isNotEmpty();
            actions.addAll(wakeup.actions());
        }
        assertThat(actions)
                .containsExactly(
                        new JobAction(next.id(), JobAction.Kind.START), new JobAction(next.id(), JobAction.Kind.STOP));
        assertThat(others.await(BRIEFLY)).isEqualTo(new Wakeup(List.of(), false));
    }

    @Test
    void repeatedDeployNotifiesNobody() throws Exception {
        JobWatch watch = settled(store.changes().watchJobs("worker-01"));
        scheduled("eth");

        assertThat(watch.await(BRIEFLY)).isEqualTo(new Wakeup(List.of(), false));
    }

    @Test
    void reconnectWakesEverybody() throws Exception {
        MetadataStore reader = connect();
        Watch onBlocks = settled(reader.changes().watchRevision(blocks.id()));
        Watch onLogs = settled(reader.changes().watchRevision(logs.id()));
        JobWatch actions = settled(reader.changes().watchJobs("worker-01"));
        backend.breakConnections();

        assertThat(onBlocks.await(SOON)).isTrue();
        assertThat(onLogs.await(SOON)).isTrue();
        assertThat(actions.await(SOON).reconcile()).isTrue();
        commit(blocks, 7);
        assertThat(store.segments().segments(blocks.id())).hasSize(1);
        assertThat(onBlocks.await(SOON)).isTrue();
    }

    @Test
    void closedWatchIsNotWokenAndClosedFeedSaysSo() throws Exception {
        MetadataStore reader = backend.connect();
        Watch watch = reader.changes().watchRevision(blocks.id());
        watch.close();
        watch.close();
        Watch waiting = reader.changes().watchRevision(logs.id());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> result = threads.submit(() -> {
                while (waiting.await(SOON)) {
                    // woken by connecting
                }
                return false;
            });
            reader.close();
            assertThatThrownBy(result::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            AmpException.class,
                            failure -> assertThat(failure.code()).isEqualTo(StorageError.METADATA_UNAVAILABLE));
        }
    }
}
