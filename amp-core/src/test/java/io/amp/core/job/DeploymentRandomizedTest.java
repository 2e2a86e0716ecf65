package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.job.Deployment.Process;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.storage.Segment;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.runtime.SimulatedProcess.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three workers and two controllers follow a reorganising chain while processes die, freeze and lose the database, calls fail and answers
 * get lost, and an operator stops and deploys. When all is well again, the tables show exactly the chain.
 */
@Timeout(600)
class DeploymentRandomizedTest {
    private static final int RUNS = Integer.getInteger("amp.runs", 60);
    private static final Duration LIMIT = Duration.ofDays(1);

    /** After the last trouble: retries of at most 600 s + 20 %, failover, and a turn. */
    private static final Duration HEALED_WITHIN = Duration.ofMinutes(15);

    @Test
    void afterAnyTroubleTheTablesShowTheChain() throws Exception {
        long first = Long.getLong("amp.seed", System.nanoTime() % 1_000_000_007);
        int runs = Long.getLong("amp.seed") == null ? RUNS : 1;
        for (long seed = first; seed < first + runs; seed++) {
            try {
                new Trouble(seed).run();
            } catch (AssertionError | IllegalStateException e) {
                throw new AssertionError("-Damp.seed=" + seed, e);
            }
        }
    }

    private static final class Trouble {
        private final Random random;
        private final Deployment deployment;
        private final Process[] nodes = new Process[3];
        private final List<Process> all = new ArrayList<>();
        private final List<EvmBlock> tips = new ArrayList<>();
        private final boolean faulty;

        Trouble(long seed) {
            this.random = new Random(seed);
            this.deployment = new Deployment(seed);
            this.faulty = random.nextInt(4) > 0;
        }

        void run() throws Exception {
            try (deployment) {
                deployment.tree.mine(5);
                deployment.run(LIMIT, scope -> {
                    deployment.startController(scope);
                    deployment.startController(scope);
                    for (int i = 0; i < nodes.length; i++) {
                        startNode(scope, i);
                    }
                    deployment.await(
                            Duration.ofSeconds(30),
                            () -> deployment.metadata.workers().list().size() == nodes.length);
                    Job job = deployment.deploy(new EndBlock.Continuous());
                    for (int moves = 10 + random.nextInt(30); moves > 0; moves--) {
                        move(scope, job);
                        deployment.simulation.sleep(Duration.ofMillis(random.nextInt(6) == 0 ? 60_000 : 3_000));
                    }
                    heal(scope, job);
                    deployment.await(HEALED_WITHIN, deployment::showsTheChain);
                    check(job);
                });
                deployment.assertRowsAreTheChain(deployment.tree.head().number());
            }
        }

        private void startNode(TaskScope scope, int index) {
            Process process = deployment.process("node-" + index);
            if (faulty) {
                process.edge.inject(new Faults(0.01, 0.01, Duration.ofMillis(40)));
            }
            nodes[index] = process.start(scope);
            all.add(process);
        }

        private void move(TaskScope scope, Job job) {
            int index = random.nextInt(nodes.length);
            Process node = nodes[index];
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> chainMoves();
                case 4 -> {
                    node.thaw();
                    node.kill();
                    startNode(scope, index);
                }
                case 5 -> node.edge.dieAt(1 + random.nextInt(40), random.nextBoolean());
                case 6 -> node.freeze();
                case 7 -> node.thaw();
                case 8 -> node.connection.disconnect();
                case 9 -> node.connection.reconnect();
                case 10 -> deployment.database.setAvailable(random.nextBoolean());
                case 11 -> deployment.nodeDown = random.nextBoolean();
                case 12 -> operate(job);
                default -> {
                    node.worker.shutdown();
                    startNode(scope, index);
                }
            }
        }

        private void chainMoves() {
            tips.add(deployment.tree.head());
            int height = (int) deployment.tree.head().number();
            switch (random.nextInt(4)) {
                case 0, 1 -> deployment.tree.mine(1 + random.nextInt(4));
                case 2 -> {
                    int depth = 1 + random.nextInt(Math.min(height, 6));
                    deployment.tree.reorg(depth, Math.max(1, depth - 1 + random.nextInt(3)));
                }
                default -> deployment.tree.setHead(tips.get(random.nextInt(tips.size())));
            }
        }

        private void operate(Job job) {
            boolean available = deployment.metadata.isAvailable();
            if (available && !deployment.status(job.id()).isTerminal()) {
                deployment.service.stop(job.id());
            }
        }

        private void heal(TaskScope scope, Job job) throws InterruptedException {
            deployment.database.setAvailable(true);
            deployment.nodeDown = false;
            for (Process process : all) {
                process.thaw();
                process.edge.inject(Faults.NONE);
                process.edge.dieAt(Long.MAX_VALUE / 2, false);
                process.connection.reconnect();
            }
            for (int i = 0; i < nodes.length; i++) {
                if (nodes[i].edge.isDead() || nodes[i].ended()) {
                    nodes[i].kill();
                    startNode(scope, i);
                    nodes[i].edge.inject(Faults.NONE);
                }
            }
            long stored = EvmTables.all().keySet().stream()
                    .flatMap(table -> deployment.live(table).stream())
                    .mapToLong(segment -> segment.range().end())
                    .max()
                    .orElse(0);
            deployment.tree.mine(
                    (int) Math.max(1, stored - deployment.tree.head().number() + 1));
            // Whatever the operator stopped, deployed or left is to run in the end.
            deployment.await(
                    Duration.ofMinutes(3),
                    () -> deployment.status(job.id()) != JobStatus.STOP_REQUESTED
                            && deployment.status(job.id()) != JobStatus.STOPPING);
            deployment.simulation.sleep(Duration.ofMinutes(2));
            if (deployment.status(job.id()).isTerminal()) {
                deployment.deploy(new EndBlock.Continuous());
            }
        }

        /** Nothing was fatal but dying too often, statuses follow one another as they may, and every row has its object. */
        private void check(Job job) {
            List<JobEvent> events = deployment.metadata.jobs().events(job.id());
            for (JobEvent event : events) {
                if (event.eventType().equals("FATAL")) {
                    assertThat(event.detailJson()).contains("\"WORKER_CRASH_LOOP\"");
                }
            }
            for (int i = 1; i < events.size(); i++) {
                JobStatus before = JobStatus.read(events.get(i - 1).eventType());
                JobStatus next = JobStatus.read(events.get(i).eventType());
                assertThat(JobLifecycle.before(next, JobLifecycle.Actor.WORKER).contains(before)
                                || JobLifecycle.before(next, JobLifecycle.Actor.CONTROLLER)
                                        .contains(before))
                        .as("%s after %s", next, before)
                        .isTrue();
            }
            for (String table : EvmTables.all().keySet()) {
                for (Segment segment : deployment.live(table)) {
                    assertThat(deployment.objects.head(segment.path())).isPresent();
                }
            }
        }
    }
}
