package io.amp.core.materialize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobError;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsistencyCheckTest {
    private JobBench bench;
    private TableRevision revision;
    private String directory;

    @BeforeEach
    void extractFiveBlocks() throws InterruptedException {
        bench = new JobBench(1, 0, wait -> {
            throw new InterruptedException("nothing to wait for");
        });
        bench.tree.mine(4);
        bench.run(new EndBlock.Absolute(4));
        revision = bench.metadata
                .segments()
                .findActive(new TableKey(bench.dataset, "logs"))
                .orElseThrow();
        directory = revision.path();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void check() {
        new ConsistencyCheck(bench.metadata.segments(), bench.objects, bench.clock).run(revision);
    }

    @Test
    void objectsThatWereNeverCommittedAreRemovedWhenOldEnough() {
        bench.objects.put(directory + "/000000009-00000000000000aa.parquet", new byte[1]);
        bench.objects.put(directory + "/somebody-elses.parquet", new byte[1]);
        bench.clock.advance(Duration.ofMinutes(16));
        bench.objects.put(directory + "/000000009-00000000000000bb.parquet", new byte[1]);
        List<ObjectInfo> before = bench.objects.list("");

        check();

        assertThat(bench.objects.head(directory + "/000000009-00000000000000aa.parquet"))
                .isEmpty();
        assertThat(bench.objects.list("")).hasSize(before.size() - 1);
    }

    @Test
    void uploadsThatDiedAreDiscardedAfterAnHour() throws IOException {
        ObjectUpload dead = bench.objects.upload(directory + "/000000009-00000000000000aa.parquet");
        dead.stream().write(1);
        bench.clock.advance(Duration.ofMinutes(61));
        ObjectUpload alive = bench.objects.upload(directory + "/000000009-00000000000000bb.parquet");

        check();

        assertThat(bench.objects.discardStaleUploads("", bench.clock.now().plusSeconds(1)))
                .isEqualTo(1);
        alive.close();
    }

    @Test
    void registeredFileThatIsGoneEndsTheJobAndIsNamed() {
        String path = bench.live("logs").getFirst().path();
        bench.objects.delete(path);

        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(JobError.CONSISTENCY_CHECK))
                .hasMessageContaining(path.substring(path.lastIndexOf('/') + 1));
    }
}
