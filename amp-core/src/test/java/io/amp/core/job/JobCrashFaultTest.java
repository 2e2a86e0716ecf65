package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.job.Deployment.Process;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.storage.Segment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a job when its process dies, wherever it dies (jobs-and-storage specification, section 10). */
@Timeout(300)
class JobCrashFaultTest {
    private static final Duration LIMIT = Duration.ofHours(3);
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Bound of section 3.7: crash to RUNNING elsewhere. */
    private static final Duration FAILOVER_MAX = Duration.ofSeconds(40);

    private static final int END = 12;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRestartAfterADeathAtAnyStepLosesAndDoublesNothing(boolean afterEffect) throws Exception {
        for (long step = 1; step <= steps(); step++) {
            dieAndContinue(step, afterEffect, "worker", Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherWorkerTakesOverAfterADeathAtAnyStep(boolean afterEffect) throws Exception {
        for (long step = 1; step <= steps(); step++) {
            dieAndContinue(step, afterEffect, "other", FAILOVER_MAX.plusSeconds(20));
        }
    }

    /** Calls that a run makes when nothing dies. */
    private static long steps() throws Exception {
        try (Deployment deployment = new Deployment(7)) {
            long[] steps = new long[1];
            deployment.run(LIMIT, scope -> {
                Process worker = deployment.process("worker");
                deployment.start(scope, worker);
                long before = worker.edge.steps();
                Job job = deployment.deploy(new EndBlock.Absolute(END));
                growChain(deployment, scope);
                deployment.awaitStatus(job.id(), JobStatus.COMPLETED, Duration.ofSeconds(20));
                steps[0] = worker.edge.steps() - before;
            });
            assertThat(steps[0]).isBetween(60L, 500L);
            return steps[0];
        }
    }

    /** Six blocks, two of which are replaced while the job runs, and then some more. */
    private static void growChain(Deployment deployment, TaskScope scope) {
        deployment.tree.mine(4);
        scope.fork("chain", () -> {
            deployment.simulation.sleep(Duration.ofMillis(300));
            deployment.tree.mine(2);
            deployment.simulation.sleep(Duration.ofMillis(300));
            deployment.tree.reorg(2, 3);
            deployment.simulation.sleep(Duration.ofMillis(300));
            deployment.tree.mine(END - 6);
            return true;
        });
    }

    private static void dieAndContinue(long step, boolean afterEffect, String successor, Duration bound)
            throws Exception {
        try (Deployment deployment = new Deployment(1000 + step)) {
            String[] at = new String[1];
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process first = deployment.process("worker");
                deployment.start(scope, first);
                // The controller must have seen the database for a while before it moves jobs.
                deployment.simulation.sleep(Duration.ofSeconds(35));
                first.edge.dieAt(step, afterEffect);
                first.edge.onDeath(() -> at[0] = first.edge.lastCall());
                Job job = deployment.deploy(new EndBlock.Absolute(END));
                growChain(deployment, scope);
                Process second = deployment.process(successor);
                deployment.await(
                        Duration.ofSeconds(30),
                        () -> first.edge.isDead() || deployment.status(job.id()).isTerminal());
                deployment.start(scope, second);
                deployment.awaitStatus(job.id(), JobStatus.COMPLETED, bound);
                deployment.assertRowsAreTheChain(END);
                assertObjectsOfRowsExist(deployment);

                // What the dead process left behind goes with the next start, once it is old enough.
                deployment.simulation.sleep(Duration.ofMinutes(16));
                deployment.tree.mine(1);
                deployment.deploy(new EndBlock.Absolute(END + 1));
                deployment.awaitStatus(job.id(), JobStatus.COMPLETED, Duration.ofSeconds(20));
                assertThat(deployment.orphans()).as("step %d: %s", step, at[0]).isEmpty();
                deployment.assertRowsAreTheChain(END + 1);
            });
        } catch (AssertionError | IllegalStateException e) {
            throw new AssertionError("died at step " + step + (afterEffect ? " after" : " before") + " its effect", e);
        }
    }

    private static void assertObjectsOfRowsExist(Deployment deployment) {
        for (String table : List.of("blocks", "logs", "transactions")) {
            for (Segment segment : deployment.live(table)) {
                assertThat(deployment.objects.head(segment.path())).isPresent();
            }
        }
    }

    @Test
    void aJobRunsElsewhereFortySecondsAfterItsWorkerDied() throws Exception {
        try (Deployment deployment = new Deployment(11)) {
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process first = deployment.process("worker-1");
                deployment.start(scope, first);
                Job job = deployment.deploy(new EndBlock.Continuous());
                deployment.start(scope, deployment.process("worker-2"));
                deployment.await(SOON, deployment::showsTheChain);
                deployment.simulation.sleep(Duration.ofMinutes(1));
                first.kill();
                deployment.tree.mine(5);
                deployment.await(
                        FAILOVER_MAX,
                        () -> deployment.job(job.id()).nodeId().equals("worker-2")
                                && deployment.status(job.id()) == JobStatus.RUNNING);
                deployment.await(SOON, deployment::showsTheChain);
            });
            deployment.assertRowsAreTheChain(5);
        }
    }

    @Test
    void aJobOfASelectedNodeWaitsForIt() throws Exception {
        try (Deployment deployment = new Deployment(12)) {
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process first = deployment.process("eu-1");
                deployment.start(scope, first, deployment.process("us-1"));
                Job job = deployment.deploy(new EndBlock.Continuous(), "eu-*");
                deployment.await(SOON, deployment::showsTheChain);
                first.kill();
                deployment.simulation.sleep(Duration.ofMinutes(2));
                assertThat(deployment.job(job.id()).nodeId()).isEqualTo("eu-1");
                deployment.tree.mine(3);
                deployment.start(scope, deployment.process("eu-2"));
                deployment.await(Duration.ofSeconds(15), deployment::showsTheChain);
                assertThat(deployment.job(job.id()).nodeId()).isEqualTo("eu-2");
            });
        }
    }

    @Test
    void aFrozenWorkerThatWakesCommitsNothingAndWritesNoStatus() throws Exception {
        int fenced = 0;
        for (int seed = 1300; seed < 1330; seed++) {
            fenced += freezeAndWake(seed);
        }
        // In the others, the worker's own watch was faster than its commit.
        assertThat(fenced).as("runs in which the database refused a commit").isPositive();
    }

    /** @return runs that ended fenced */
    private static int freezeAndWake(int seed) throws Exception {
        try (Deployment deployment = new Deployment(seed)) {
            Process frozen = deployment.process("frozen");
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                deployment.start(scope, frozen);
                Job job = deployment.deploy(new EndBlock.Continuous());
                deployment.start(scope, deployment.process("other"));
                deployment.await(SOON, deployment::showsTheChain);
                deployment.simulation.sleep(Duration.ofMinutes(1));
                frozen.freeze();
                deployment.tree.mine(5);
                deployment.await(
                        FAILOVER_MAX, () -> deployment.job(job.id()).nodeId().equals("other"));
                deployment.await(SOON, deployment::showsTheChain);
                int files = deployment.live("blocks").size();
                int events = deployment.eventTypes(job.id()).size();
                // Both see the new blocks at once.
                frozen.thaw();
                deployment.tree.mine(2);
                deployment.await(SOON, deployment::showsTheChain);
                deployment.simulation.sleep(Duration.ofMinutes(2));

                assertThat(deployment.live("blocks")).hasSize(files + 1);
                assertThat(deployment.eventTypes(job.id())).hasSize(events);
                assertThat(deployment.orphans()).isEmpty();
                assertThat(frozen.ended()).isFalse();
            });
            deployment.assertRowsAreTheChain(7);
            return frozen.fenced;
        }
    }

    @Test
    void aWorkerCutOffFromTheDatabaseLosesItsJobsAndKeepsWorkingOnItsReturn() throws Exception {
        try (Deployment deployment = new Deployment(14)) {
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process cut = deployment.process("cut");
                deployment.start(scope, cut);
                Job job = deployment.deploy(new EndBlock.Continuous());
                deployment.start(scope, deployment.process("other"));
                deployment.await(SOON, deployment::showsTheChain);
                deployment.simulation.sleep(Duration.ofMinutes(1));
                cut.connection.disconnect();
                deployment.tree.mine(5);
                deployment.await(
                        FAILOVER_MAX, () -> deployment.job(job.id()).nodeId().equals("other"));
                deployment.await(SOON, deployment::showsTheChain);
                cut.connection.reconnect();
                deployment.simulation.sleep(Duration.ofSeconds(5));
                deployment.service.stop(job.id());
                deployment.awaitStatus(job.id(), JobStatus.STOPPED, Duration.ofSeconds(1));
                deployment.tree.mine(1);
                deployment.deploy(new EndBlock.Continuous(), "cut");
                deployment.await(SOON, deployment::showsTheChain);
            });
            deployment.assertRowsAreTheChain(6);
        }
    }

    @Test
    void aStopWhileTheWorkerIsDeadIsFinishedByTheController() throws Exception {
        try (Deployment deployment = new Deployment(15)) {
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process worker = deployment.process("worker");
                deployment.start(scope, worker);
                Job job = deployment.deploy(new EndBlock.Continuous());
                deployment.await(SOON, deployment::showsTheChain);
                deployment.simulation.sleep(Duration.ofMinutes(1));
                worker.kill();
                deployment.service.stop(job.id());
                deployment.awaitStatus(job.id(), JobStatus.STOPPED, Duration.ofSeconds(36));
            });
        }
    }

    @Test
    void aJobThatKillsItsProcessesEndsAsACrashLoop() throws Exception {
        try (Deployment deployment = new Deployment(16)) {
            deployment.run(LIMIT, scope -> {
                deployment.startController(scope);
                Process[] processes = new Process[5];
                for (int i = 0; i < processes.length; i++) {
                    int self = i;
                    processes[i] = deployment.process(
                            "worker-" + i,
                            (job, descriptor) ->
                                    Objects.requireNonNull(processes[self]).kill());
                }
                deployment.start(scope, processes);
                Job job = deployment.schedule("deadly");
                deployment.awaitStatus(job.id(), JobStatus.FATAL, FAILOVER_MAX.multipliedBy(3));

                assertThat(deployment.job(job.id()).error())
                        .satisfies(error -> assertThat(error.code()).isEqualTo(JobError.WORKER_CRASH_LOOP.name()));
                assertThat(deployment.metadata.jobs().events(job.id()).stream()
                                .filter(event -> event.eventType().equals("RUNNING"))
                                .map(JobEvent::nodeId)
                                .distinct())
                        .hasSize(3);
            });
        }
    }

    @Test
    void twoDeploysAtOnceMakeOneJob() throws Exception {
        try (Deployment deployment = new Deployment(17)) {
            deployment.run(LIMIT, scope -> {
                deployment.start(scope, deployment.process("one"), deployment.process("two"));
                try (TaskScope both = deployment.simulation.open("deploys")) {
                    for (int i = 0; i < 8; i++) {
                        both.fork("deploy", () -> deployment.deploy(new EndBlock.Continuous()));
                    }
                    both.join();
                }
                deployment.await(SOON, deployment::showsTheChain);
                assertThat(deployment.jobs()).hasSize(1);
                assertThat(deployment.eventTypes(deployment.jobs().getFirst().id()))
                        .containsExactly("SCHEDULED", "RUNNING");
            });
        }
    }
}
