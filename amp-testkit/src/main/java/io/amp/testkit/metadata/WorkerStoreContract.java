package io.amp.testkit.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.job.WorkerStore.Worker;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.metadata.MetadataStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registration, the node's identity lock and heartbeats (jobs-and-storage specification, section 2). */
public abstract class WorkerStoreContract extends MetadataContract {
    private WorkerStore workers;

    @BeforeEach
    void useWorkers() {
        workers = store.workers();
    }

    private Worker worker(String nodeId) {
        return workers.find(nodeId).orElseThrow();
    }

    @Test
    void registeredWorkerIsFound() throws Exception {
        Map<String, String> info = Map.of("version", "0.1.0", "commit_sha", "ab12");
        closing(workers.start("worker-01", info, Duration.ZERO));

        Worker worker = worker("worker-01");
        assertThat(worker.id()).isPositive();
        assertThat(worker.nodeId()).isEqualTo("worker-01");
        assertThat(worker.info()).isEqualTo(info);
        assertThat(worker.registeredAt()).isEqualTo(worker.createdAt()).isEqualTo(worker.heartbeatAt());
        assertThat(worker.draining()).isFalse();
        assertThat(workers.find("worker-02")).isEmpty();
    }

    @Test
    void newestWorkerComesFirst() throws Exception {
        startWorker("b");
        startWorker("a");
        startWorker("c");

        assertThat(workers.list()).extracting(Worker::nodeId).containsExactly("c", "a", "b");
    }

    @Test
    void restartKeepsIdentityAndMovesRegistration() throws Exception {
        startWorker("worker-01").drain();
        Worker draining = worker("worker-01");
        assertThat(draining.draining()).isTrue();
        store.close();
        backend.advance(Duration.ofMinutes(1));
        MetadataStore next = connect();
        WorkerSession session = next.workers().start("worker-01", Map.of("version", "0.2.0"), SOON);
        Worker after = next.workers().find("worker-01").orElseThrow();

        assertThat(after.id()).isEqualTo(draining.id());
        assertThat(after.info()).isEqualTo(Map.of("version", "0.2.0"));
        assertThat(after.draining()).isFalse();
        assertThat(Duration.between(after.createdAt(), after.registeredAt())).isGreaterThan(Duration.ofSeconds(59));
        session.close();
    }

    @Test
    void heartbeatMovesOnlyItsTime() throws Exception {
        WorkerSession session = startWorker("worker-01");
        backend.advance(Duration.ofSeconds(10));
        Worker before = worker("worker-01");
        session.heartbeat();
        Worker after = worker("worker-01");

        assertThat(Duration.between(before.heartbeatAt(), after.heartbeatAt())).isGreaterThan(Duration.ofSeconds(9));
        assertThat(after.registeredAt()).isEqualTo(before.registeredAt());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
    }

    @Test
    void aNodeIdBelongsToOneProcess() throws Exception {
        WorkerSession first = startWorker("worker-01");
        Worker before = worker("worker-01");
        MetadataStore rival = connect();

        assertThatThrownBy(() -> rival.workers().start("worker-01", Map.of("version", "9"), Duration.ofMillis(200)))
                .isInstanceOfSatisfying(AmpException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(JobError.NODE_ID_IN_USE);
                    assertThat(failure).hasMessage("worker node ID 'worker-01' is already in use");
                });
        assertThat(worker("worker-01"))
                .as("a rejected duplicate leaves no trace")
                .isEqualTo(before);
        first.heartbeat();
        first.close();
        first.close();
        rival.workers().start("worker-01", Map.of("version", "9"), SOON).close();
        assertThat(worker("worker-01").info()).isEqualTo(Map.of("version", "9"));
    }

    @Test
    void startWaitsForTheEarlierProcessToEnd() throws Exception {
        WorkerSession first = startWorker("worker-01");
        MetadataStore next = connect();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<WorkerSession> starting = threads.submit(
                    () -> next.workers().start("worker-01", Map.of("version", "2"), Duration.ofSeconds(30)));
            assertThat(starting).isNotDone();
            first.close();
            starting.get().close();
        }

        assertThat(worker("worker-01").info()).isEqualTo(Map.of("version", "2"));
    }

    @Test
    void heartbeatReconnectsAndTakesTheLockAgain() throws Exception {
        WorkerSession session = startWorker("worker-01");
        Worker before = worker("worker-01");
        backend.breakConnections();
        heartbeatUntilItSucceeds(session);

        assertThat(worker("worker-01").registeredAt()).isEqualTo(before.registeredAt());
        MetadataStore rival = connect();
        assertThatThrownBy(() -> rival.workers().start("worker-01", Map.of(), Duration.ZERO))
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(JobError.NODE_ID_IN_USE));
    }

    private static void heartbeatUntilItSucceeds(WorkerSession session) {
        for (int attempt = 1; ; attempt++) {
            try {
                session.heartbeat();
                return;
            } catch (AmpException failure) {
                if (!failure.retryable() || attempt == 20) {
                    throw failure;
                }
            }
        }
    }

    @Test
    void identityTakenByAnotherProcessEndsTheSession() throws Exception {
        WorkerSession session = startWorker("worker-01");
        MetadataStore rival = connect();
        backend.breakConnections();
        WorkerSession taken = closing(rival.workers().start("worker-01", Map.of(), SOON));

        assertThatThrownBy(session::heartbeat)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(JobError.NODE_ID_IN_USE));
        taken.heartbeat();
    }

    @Test
    void drainingSurvivesHeartbeats() throws Exception {
        WorkerSession session = startWorker("worker-01");
        session.drain();
        session.heartbeat();

        assertThat(worker("worker-01").draining()).isTrue();
    }

    @Test
    void oneShotProcessLeavesNoWorkerBehind() throws Exception {
        String node = "dump-0192f0c4-0000-7000-8000-000000000001";
        WorkerSession session = startWorker(node);
        assertThat(workers.find(node)).isPresent();
        session.close();

        assertThat(workers.find(node)).isEmpty();
    }
}
