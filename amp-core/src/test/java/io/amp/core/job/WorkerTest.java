package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.job.Deployment.Process;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.WorkerStore.Worker;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.metadata.MetadataFixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerTest {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Deployment deployment = new Deployment(1);

    @AfterEach
    void nothingLeaks() {
        deployment.close();
    }

    @Test
    void aDeployedDatasetIsExtractedToItsEndBlock() throws Exception {
        deployment.tree.mine(30);
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment.deploy(new EndBlock.Absolute(20));
            deployment.awaitStatus(job.id(), JobStatus.COMPLETED, SOON);

            assertThat(deployment.eventTypes(job.id())).containsExactly("SCHEDULED", "RUNNING", "COMPLETED");
        });
        deployment.assertRowsAreTheChain(20);
    }

    @Test
    void anEndedJobGoesOnUnderTheSameIdWhenDeployedAgain() throws Exception {
        deployment.tree.mine(30);
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job first = deployment.deploy(new EndBlock.Absolute(10));
            deployment.awaitStatus(first.id(), JobStatus.COMPLETED, SOON);
            Job second = deployment.deploy(new EndBlock.Absolute(20));
            deployment.awaitStatus(second.id(), JobStatus.COMPLETED, SOON);

            assertThat(second.id()).isEqualTo(first.id());
            assertThat(deployment.jobs()).hasSize(1);
        });
        deployment.assertRowsAreTheChain(20);
    }

    @Test
    void aStopEndsAContinuousJobWithinASecondAndItGoesOnLater() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            deployment.service.stop(job.id());
            deployment.awaitStatus(job.id(), JobStatus.STOPPED, SECOND);

            assertThat(deployment.eventTypes(job.id()))
                    .containsExactly("SCHEDULED", "RUNNING", "STOP_REQUESTED", "STOPPING", "STOPPED");
            deployment.tree.mine(5);
            deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
        });
        deployment.assertRowsAreTheChain(5);
    }

    @Test
    void newBlocksAreCommittedWithoutWaitingForThePoll() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            deployment.simulation.sleep(Duration.ofMillis(350));
            deployment.tree.mine();
            deployment.simulation.sleep(Duration.ofMillis(1));

            assertThat(deployment.showsTheChain()).isTrue();
        });
    }

    @Test
    void aLostStartIsFoundByTheNextComparison() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process worker = deployment.process("worker");
            deployment.start(scope, worker);
            // The notification goes to a connection that is away for a moment, too short for the heartbeat to matter.
            deployment.simulation.sleep(Duration.ofMillis(500));
            worker.connection.disconnect();
            Job job = deployment.deploy(new EndBlock.Latest());
            worker.connection.reconnect();

            deployment.awaitStatus(job.id(), JobStatus.COMPLETED, SOON);
        });
    }

    @Test
    void aCrashOfAJobsCodeIsFatalAndLeavesTheOthersAlone() throws Exception {
        deployment.run(LIMIT, scope -> {
            JobRunner runner = (job, descriptor) -> {
                switch (descriptor.dataset().name().name()) {
                    case "panic" -> throw new IllegalStateException("a bug");
                    case "error" -> throw new StackOverflowError();
                    default -> deployment.simulation.sleep(Duration.ofDays(1));
                }
            };
            deployment.start(scope, deployment.process("worker", runner));
            long good = schedule("good");
            long panic = schedule("panic");
            long error = schedule("error");
            deployment.awaitStatus(panic, JobStatus.FATAL, SECOND);
            deployment.awaitStatus(error, JobStatus.FATAL, SECOND);

            assertThat(deployment.job(panic).error()).satisfies(detail -> {
                assertThat(detail.code()).isEqualTo("PANIC");
                assertThat(detail.message()).isEqualTo("IllegalStateException: a bug");
                assertThat(detail.context()).containsEntry("attempt_index", 1L).containsEntry("dataset", "_/panic");
            });
            assertThat(deployment.status(good)).isEqualTo(JobStatus.RUNNING);
            deployment.service.stop(good);
            deployment.awaitStatus(good, JobStatus.STOPPED, SECOND);
        });
    }

    @Test
    void aDescriptorThatCannotBeReadIsFatal() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment
                    .metadata
                    .jobs()
                    .schedule("old", MetadataFixtures.version("old", 'b'), "{\"Dump\":{\"end_block\":5}}", null);
            deployment.awaitStatus(job.id(), JobStatus.FATAL, SECOND);

            assertThat(deployment.job(job.id()).error())
                    .satisfies(detail -> assertThat(detail.code()).isEqualTo("INVALID_DESCRIPTOR"));
        });
    }

    @Test
    void aJobThatEndsWhileItIsStoppedIsComplete() throws Exception {
        deployment.run(LIMIT, scope -> {
            JobRunner deaf = (job, descriptor) -> {
                try {
                    deployment.simulation.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    // What it was at is the last thing it has to do.
                    return;
                }
            };
            deployment.start(scope, deployment.process("worker", deaf));
            long job = schedule("last");
            deployment.awaitStatus(job, JobStatus.RUNNING, SECOND);
            deployment.service.stop(job);
            deployment.awaitStatus(job, JobStatus.COMPLETED, SECOND);
        });
    }

    @Test
    void aJobThatFailsWhileItIsStoppedIsStopped() throws Exception {
        deployment.run(LIMIT, scope -> {
            JobRunner clumsy = (job, descriptor) -> {
                try {
                    deployment.simulation.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    throw new IllegalStateException("failed to stop", e);
                }
            };
            deployment.start(scope, deployment.process("worker", clumsy));
            long job = schedule("clumsy");
            deployment.awaitStatus(job, JobStatus.RUNNING, SECOND);
            deployment.service.stop(job);
            deployment.awaitStatus(job, JobStatus.STOPPED, SECOND);
        });
    }

    @Test
    void aJobThatFailsBeforeTheStopIsHeardIsStopped() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process[] worker = new Process[1];
            JobRunner runner = (job, descriptor) -> {
                // The stop request comes between the failure and its report.
                deployment.service.stop(job.id());
                throw new AmpException(StorageError.OBJECT_STORE_UNAVAILABLE, "store down");
            };
            worker[0] = deployment.process("worker", runner);
            deployment.start(scope, worker[0]);
            long job = schedule("late");
            deployment.awaitStatus(job, JobStatus.STOPPED, SECOND);
        });
    }

    @Test
    void aRecoverableFailureIsRetriedByTheController() throws Exception {
        deployment.run(LIMIT, scope -> {
            AtomicInteger attempts = new AtomicInteger();
            List<Long> startedAt = new ArrayList<>();
            JobRunner runner = (job, descriptor) -> {
                startedAt.add(deployment.simulation.elapsed().toSeconds());
                if (attempts.incrementAndGet() < 4) {
                    throw new AmpException(StorageError.OBJECT_STORE_UNAVAILABLE, "store down");
                }
            };
            deployment.startController(scope);
            deployment.start(scope, deployment.process("worker", runner));
            long job = schedule("shaky");
            deployment.awaitStatus(job, JobStatus.COMPLETED, Duration.ofMinutes(1));

            assertThat(deployment.job(job).attempts()).isEqualTo(4);
            // 2, 4 and 8 s with 20 % jitter, found by scans 5 s apart.
            assertThat(startedAt.getLast() - startedAt.getFirst()).isBetween(10L, 29L);
        });
    }

    @Test
    void aWorkerThatEndsKeepsItsJobsStatusAndGoesOnAfterARestart() throws Exception {
        deployment.tree.mine(10);
        deployment.run(LIMIT, scope -> {
            deployment.startController(scope);
            Process first = deployment.process("worker");
            deployment.start(scope, first);
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            long epoch = deployment.job(job.id()).epoch();
            first.worker.shutdown();
            deployment.await(SOON, first::ended);

            assertThat(first.failures).isEmpty();
            assertThat(deployment.status(job.id())).isEqualTo(JobStatus.RUNNING);
            assertThat(deployment.metadata.workers().find("worker").map(Worker::draining))
                    .contains(true);

            deployment.tree.mine(10);
            deployment.start(scope, deployment.process("worker"));
            deployment.await(Duration.ofSeconds(2), deployment::showsTheChain);
            assertThat(deployment.job(job.id()).epoch()).isGreaterThan(epoch);
            assertThat(deployment.eventTypes(job.id())).containsExactly("SCHEDULED", "RUNNING");
        });
        deployment.assertRowsAreTheChain(20);
    }

    @Test
    void anInterruptEndsAWorkerInOrder() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process worker = deployment.process("worker");
            deployment.start(scope, worker);
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            worker.interrupt();
            deployment.await(SOON, worker::ended);

            assertThat(worker.failures).singleElement().isInstanceOf(InterruptedException.class);
            assertThat(deployment.status(job.id())).isEqualTo(JobStatus.RUNNING);
            assertThat(deployment.metadata.workers().find("worker").map(Worker::draining))
                    .contains(true);
        });
    }

    @Test
    void aShutdownDoesNotWaitLongerThanTenSecondsForAJob() throws Exception {
        deployment.run(LIMIT, scope -> {
            JobRunner stubborn = (job, descriptor) -> {
                boolean interrupted = false;
                while (!interrupted) {
                    try {
                        deployment.simulation.sleep(Duration.ofDays(1));
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                deployment.simulation.sleep(Duration.ofSeconds(25));
            };
            Process worker = deployment.process("worker", stubborn);
            deployment.start(scope, worker);
            long job = schedule("stubborn");
            deployment.awaitStatus(job, JobStatus.RUNNING, SECOND);
            worker.worker.shutdown();
            deployment.simulation.sleep(Duration.ofSeconds(11));

            assertThat(worker.ended()).isTrue();
            // The node id is free for the next process.
            deployment
                    .metadata
                    .workers()
                    .start("worker", Map.of(), Duration.ZERO)
                    .close();
        });
    }

    @Test
    void aStopForAJobThatDoesNotRunIsFinishedAtTheStart() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process first = deployment.process("worker");
            deployment.start(scope, first);
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.awaitStatus(job.id(), JobStatus.RUNNING, SECOND);
            first.kill();
            deployment.service.stop(job.id());
            assertThat(deployment.status(job.id())).isEqualTo(JobStatus.STOP_REQUESTED);
            deployment.start(scope, deployment.process("worker"));
            deployment.awaitStatus(job.id(), JobStatus.STOPPED, SECOND);
        });
    }

    @Test
    void aSecondProcessWithTheSameNodeIdGivesUpAfterAMinute() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Process second = deployment.process("worker").start(scope);
            deployment.simulation.sleep(Duration.ofSeconds(59));
            assertThat(second.ended()).isFalse();
            deployment.await(SOON, second::ended);

            assertThat(second.failures).singleElement().isInstanceOfSatisfying(AmpException.class, e -> {
                assertThat(e.code()).isEqualTo(JobError.NODE_ID_IN_USE);
                assertThat(e).hasMessage("worker node ID 'worker' is already in use");
            });
        });
    }

    @Test
    void theNextProcessTakesOverTheIdentityInARollingRestart() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process first = deployment.process("worker");
            deployment.start(scope, first);
            deployment.deploy(new EndBlock.Continuous());
            deployment.process("worker").start(scope);
            deployment.simulation.sleep(Duration.ofSeconds(20));
            first.worker.shutdown();
            deployment.await(SOON, first::ended);
            deployment.tree.mine(3);
            deployment.await(SOON, deployment::showsTheChain);
        });
    }

    @Test
    void aWorkerWithoutTheDatabaseAbortsItsJobsAfterFifteenSeconds() throws Exception {
        deployment.run(LIMIT, scope -> {
            List<Duration> interruptedAt = new ArrayList<>();
            JobRunner runner = (job, descriptor) -> {
                try {
                    deployment.simulation.sleep(Duration.ofDays(1));
                } catch (InterruptedException e) {
                    interruptedAt.add(deployment.simulation.elapsed());
                    throw e;
                }
            };
            Process worker = deployment.process("worker", runner);
            deployment.start(scope, worker);
            long job = schedule("long");
            deployment.awaitStatus(job, JobStatus.RUNNING, SECOND);
            Duration cut = deployment.simulation.elapsed();
            worker.connection.disconnect();
            deployment.simulation.sleep(Duration.ofSeconds(20));

            assertThat(interruptedAt)
                    .singleElement()
                    .satisfies(
                            at -> assertThat(at.minus(cut)).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15)));
            assertThat(deployment.status(job)).isEqualTo(JobStatus.RUNNING);

            worker.connection.reconnect();
            deployment.simulation.sleep(Duration.ofSeconds(2));
            assertThat(deployment.job(job).epoch()).isGreaterThan(1);
            deployment.service.stop(job);
            deployment.awaitStatus(job, JobStatus.STOPPED, SECOND);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 9, 12})
    void anOutageShorterThanTheFenceChangesNothingVisible(int seconds) throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.startController(scope);
            deployment.start(scope, deployment.process("worker"), deployment.process("other"));
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            deployment.simulation.sleep(Duration.ofMinutes(1));
            String node = deployment.job(job.id()).nodeId();
            deployment.database.setAvailable(false);
            deployment.tree.mine(5);
            deployment.simulation.sleep(Duration.ofSeconds(seconds));
            deployment.database.setAvailable(true);
            deployment.await(Duration.ofSeconds(20), deployment::showsTheChain);
            deployment.simulation.sleep(Duration.ofMinutes(1));

            assertThat(deployment.job(job.id()).nodeId()).isEqualTo(node);
            assertThat(deployment.eventTypes(job.id())).containsExactly("SCHEDULED", "RUNNING");
        });
        deployment.assertRowsAreTheChain(5);
    }

    @Test
    void aLongOutageMovesNoJobsAndTheyRunAgainWithinAMinute() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.startController(scope);
            deployment.start(scope, deployment.process("worker"), deployment.process("other"));
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            deployment.simulation.sleep(Duration.ofMinutes(1));
            String node = deployment.job(job.id()).nodeId();
            deployment.database.setAvailable(false);
            deployment.tree.mine(5);
            deployment.simulation.sleep(Duration.ofMinutes(5));
            deployment.database.setAvailable(true);
            deployment.await(Duration.ofMinutes(1), deployment::showsTheChain);

            assertThat(deployment.job(job.id()).nodeId()).isEqualTo(node);
            assertThat(deployment.eventTypes(job.id())).containsExactly("SCHEDULED", "RUNNING");
        });
        deployment.assertRowsAreTheChain(5);
    }

    @Test
    void aNodeThatIsDownKeepsTheJobRunning() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.startController(scope);
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.await(SOON, deployment::showsTheChain);
            deployment.nodeDown = true;
            deployment.tree.mine(5);
            deployment.simulation.sleep(Duration.ofMinutes(2));
            assertThat(deployment.status(job.id())).isEqualTo(JobStatus.RUNNING);
            deployment.nodeDown = false;
            deployment.await(Duration.ofSeconds(40), deployment::showsTheChain);
        });
        deployment.assertRowsAreTheChain(5);
    }

    private long schedule(String dataset) {
        return deployment.schedule(dataset).id();
    }
}
