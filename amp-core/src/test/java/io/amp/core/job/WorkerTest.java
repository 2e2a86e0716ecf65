package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
    private static final Duration LIMIT = Duration.ofHours(1);

    @Test
    void aDeployedDatasetIsExtractedToItsEndBlock() throws Exception {
        try (Deployment deployment = new Deployment(1)) {
            deployment.tree.mine(30);
            deployment.run(LIMIT, scope -> {
                Deployment.Process process = deployment.process("worker").start(scope);
                deployment.await(
                        Duration.ofSeconds(5),
                        () -> !deployment.metadata.workers().list().isEmpty());
                Job job = deployment.deploy(new EndBlock.Absolute(20));
                deployment.awaitStatus(job.id(), JobStatus.COMPLETED, Duration.ofSeconds(10));

                assertThat(deployment.eventTypes(job.id())).containsExactly("SCHEDULED", "RUNNING", "COMPLETED");
                process.worker.shutdown();
                deployment.await(Duration.ofSeconds(2), process::ended);
                assertThat(process.failures).isEmpty();
            });
            deployment.assertRowsAreTheChain(20);
        }
    }

    @Test
    void aStopEndsAContinuousJobWithinASecond() throws Exception {
        try (Deployment deployment = new Deployment(2)) {
            deployment.run(LIMIT, scope -> {
                deployment.process("worker").start(scope);
                deployment.await(
                        Duration.ofSeconds(5),
                        () -> !deployment.metadata.workers().list().isEmpty());
                Job job = deployment.deploy(new EndBlock.Continuous());
                deployment.await(Duration.ofSeconds(5), deployment::showsTheChain);
                deployment.service.stop(job.id());
                deployment.awaitStatus(job.id(), JobStatus.STOPPED, Duration.ofSeconds(1));

                assertThat(deployment.eventTypes(job.id()))
                        .containsExactly("SCHEDULED", "RUNNING", "STOP_REQUESTED", "STOPPING", "STOPPED");
            });
        }
    }
}
