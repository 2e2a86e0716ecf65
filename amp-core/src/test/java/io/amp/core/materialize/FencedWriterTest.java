package io.amp.core.materialize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.StorageError;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FencedWriterTest {
    @Test
    void aWriterThatLostItsJobCommitsNothingAndRemovesItsFiles() throws InterruptedException {
        AtomicInteger waits = new AtomicInteger();
        JobBench[] self = new JobBench[1];
        try (JobBench bench = new JobBench(1, 0, wait -> {
            switch (waits.incrementAndGet()) {
                case 1 -> {
                    self[0].metadata.jobs().claim(self[0].assignment.jobId(), "worker");
                    self[0].tree.mine(3);
                }
                default -> throw new InterruptedException("the writer goes on without its job");
            }
        })) {
            self[0] = bench;
            bench.tree.mine(4);

            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous()))
                    .isInstanceOfSatisfying(
                            AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.FENCED));

            assertThat(bench.storedEnd()).isEqualTo(4);
            assertThat(bench.objects.list("")).hasSize(3);
            assertThat(bench.metadata.jobs().find(bench.assignment.jobId()).map(job -> job.status()))
                    .contains(JobStatus.SCHEDULED);
        }
    }
}
