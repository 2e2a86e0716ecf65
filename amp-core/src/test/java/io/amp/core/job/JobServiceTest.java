package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.job.Deployment.Process;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobControl.TableProgress;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.VerifyMode;
import io.amp.testkit.metadata.MetadataFixtures;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobServiceTest {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Deployment deployment = new Deployment(1);

    @AfterEach
    void nothingLeaks() {
        deployment.close();
    }

    @Test
    void withoutAWorkerNothingIsDeployed() {
        assertFails(() -> deployment.deploy(new EndBlock.Continuous()), JobError.SCHEDULER_ERROR);
        assertFails(() -> deployment.deploy(new EndBlock.Continuous(), "w-1"), JobError.WORKER_NOT_AVAILABLE);
        assertFails(() -> deployment.deploy(new EndBlock.Continuous(), "w-*"), JobError.WORKER_NOT_AVAILABLE);
    }

    @Test
    void aRepeatedDeployIsTheSameJobEvenWithoutAWorker() throws Exception {
        deployment.run(LIMIT, scope -> {
            Process worker = deployment.process("worker");
            deployment.start(scope, worker);
            Job job = deployment.deploy(new EndBlock.Continuous());
            deployment.awaitStatus(job.id(), JobStatus.RUNNING, SOON);
            worker.kill();
            deployment.simulation.sleep(Duration.ofSeconds(10));

            assertThat(deployment.deploy(new EndBlock.Continuous()).id()).isEqualTo(job.id());
            assertFails(() -> deployment.deploy(new EndBlock.Latest()), JobError.ACTIVE_JOB_CONFLICT);
            deployment.service.stop(job.id());
            assertFails(() -> deployment.deploy(new EndBlock.Continuous()), JobError.ACTIVE_JOB_CONFLICT);
        });
    }

    @Test
    void theDescriptorHoldsWhatWasAskedFor() throws Exception {
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker", (job, descriptor) -> {}));
            Job job = deployment.service.deploy(
                    new DeployRequest(deployment.dataset, new EndBlock.BehindLatest(5), 0, VerifyMode.PARTIAL, null));

            assertThat(job.descriptorJson())
                    .isEqualTo("{\"kind\":\"materialize-raw\",\"end_block\":\"-5\",\"max_writers\":1,"
                            + "\"dataset_namespace\":\"_\",\"dataset_name\":\"chain\",\"manifest_hash\":\""
                            + deployment.dataset.hash() + "\",\"verify\":\"partial\"}");
        });
    }

    @Test
    void onlyKindsWithVerificationAreVerified() {
        DatasetVersion firehose = deployment.datasets.register(
                new DatasetName("_", "hose"), "{\"kind\":\"firehose\",\"network\":\"anvil\"}", null);
        assertFails(
                () -> deployment.service.deploy(
                        new DeployRequest(firehose, new EndBlock.Continuous(), 1, VerifyMode.FULL, null)),
                JobError.INVALID_VERIFY);
    }

    @Test
    void whatIsNotRegisteredIsNotDeployed() {
        assertFails(
                () -> deployment.service.deploy(new DeployRequest(
                        MetadataFixtures.version("nothing", 'e'), new EndBlock.Continuous(), 1, VerifyMode.OFF, null)),
                DatasetError.MANIFEST_NOT_FOUND);
    }

    @Test
    void progressComesFromTheVisibleChainOnly() throws Exception {
        deployment.tree.mine(9);
        assertThat(deployment.service.progressOf(deployment.dataset))
                .containsOnlyKeys("blocks", "logs", "transactions")
                .containsEntry("logs", new TableProgress(null, null, 0, 0, null));
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment.deploy(new EndBlock.Continuous());
            assertThat(deployment.service.progress(job.id())).isEmpty();
            deployment.await(SOON, deployment::showsTheChain);
            deployment.tree.reorg(3, 4);
            deployment.await(SOON, deployment::showsTheChain);

            Map<String, TableProgress> progress = deployment.service.progress(job.id());
            assertThat(progress).containsOnlyKeys("blocks", "logs", "transactions");
            assertThat(progress).isEqualTo(deployment.service.progressOf(deployment.dataset));
            TableProgress blocks = progress.get("blocks");
            assertThat(blocks.startBlock()).isZero();
            assertThat(blocks.currentBlock()).isEqualTo(10);
            assertThat(blocks.writer()).isEqualTo(job.id());
            // The file with the replaced blocks is there, and is not counted.
            assertThat(blocks.filesCount()).isLessThan(deployment.live("blocks").size());
            assertThat(blocks.totalSizeBytes()).isPositive();

            deployment.service.stop(job.id());
            deployment.awaitStatus(job.id(), JobStatus.STOPPED, SOON);
            deployment.service.delete(job.id());
            assertThat(deployment.service.find(job.id())).isEmpty();
            assertThat(deployment.service.progressOf(deployment.dataset).get("blocks"))
                    .satisfies(after -> assertThat(after.writer()).isNull())
                    .satisfies(after -> assertThat(after.currentBlock()).isEqualTo(10));
        });
    }

    @Test
    void aDatasetThatStartsLaterShowsItsOwnStart() throws Exception {
        deployment.tree.mine(20);
        DatasetVersion later = deployment.datasets.register(
                new DatasetName("_", "later"), "{\"kind\":\"evm-rpc\",\"network\":\"anvil\",\"start_block\":12}", null);
        deployment.run(LIMIT, scope -> {
            deployment.start(scope, deployment.process("worker"));
            Job job = deployment.service.deploy(
                    new DeployRequest(later, new EndBlock.Absolute(15), 3, VerifyMode.OFF, null));
            deployment.awaitStatus(job.id(), JobStatus.COMPLETED, SOON);

            assertThat(deployment.service.progress(job.id()).get("logs"))
                    .satisfies(logs -> assertThat(logs.startBlock()).isEqualTo(12))
                    .satisfies(logs -> assertThat(logs.currentBlock()).isEqualTo(15));
        });
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
