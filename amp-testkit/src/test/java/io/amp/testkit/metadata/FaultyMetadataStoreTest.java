package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobTimings;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.FaultyMetadataStore.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyMetadataStoreTest {
    private static final Faults LOST_ACKNOWLEDGEMENTS = new Faults(0, 1, 0, Duration.ZERO);
    private static final Faults NEVER_TRIED = new Faults(1, 0, 0, Duration.ZERO);

    private final InMemoryBackend backend = new InMemoryBackend(JobTimings.DEFAULT);
    private final MetadataStore plain = backend.connect();
    private Assignment writer;
    private TableRevision revision;

    @BeforeEach
    void startJob() throws Exception {
        plain.workers().start("worker-01", Map.of(), Duration.ZERO);
        writer = plain.jobs().schedule("key", version("eth", 'a'), "{}", null).assignment();
        revision = plain.segments().createActive(writer, table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
    }

    @AfterEach
    void close() {
        plain.close();
        backend.close();
    }

    private FaultyMetadataStore faulty(long seed, Faults faults) {
        return new FaultyMetadataStore(plain, new ShiftedClock(), seed, faults);
    }

    @Test
    void lostAcknowledgementLeavesTheEffect() {
        FaultyMetadataStore store = faulty(1, LOST_ACKNOWLEDGEMENTS);
        List<WrittenSegment> files = List.of(written(revision, 0, 9));

        assertThat(store.segments().commit(writer, files)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(plain.segments().segments(revision.id())).hasSize(1);
        assertThatThrownBy(() -> store.jobs().requestStop(writer.jobId()))
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(StorageError.METADATA_UNAVAILABLE));
        assertThat(plain.jobs().events(writer.jobId())).hasSize(2);
        assertThat(store.injected()).isEqualTo(2);
    }

    @Test
    void callThatFailsBeforeLeavesNothing() {
        FaultyMetadataStore store = faulty(1, NEVER_TRIED);

        assertThat(store.segments().commit(writer, List.of(written(revision, 0, 9))))
                .isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(plain.segments().segments(revision.id())).isEmpty();
        store.inject(Faults.NONE);
        assertThat(store.segments().commit(writer, List.of(written(revision, 0, 9))))
                .isInstanceOf(CommitOutcome.Committed.class);
    }

    @Test
    void failuresOfTheStoreItselfPassThrough() {
        assertThatThrownBy(() -> faulty(1, Faults.NONE).jobs().requestStop(999_999))
                .isInstanceOf(AmpException.class)
                .hasMessageContaining("999999");
    }

    @Test
    void heartbeatsFailToo() throws Exception {
        FaultyMetadataStore store = faulty(1, Faults.NONE);
        var session = store.workers().start("worker-02", Map.of(), Duration.ZERO);
        store.inject(NEVER_TRIED);

        assertThatThrownBy(session::heartbeat).isInstanceOf(AmpException.class);
        session.close();
    }

    @Test
    void repeatedCommitsEndWithEachFileOnce() {
        for (long seed = 0; seed < 20; seed++) {
            FaultyMetadataStore store = faulty(seed, new Faults(0.3, 0.3, 0.1, Duration.ofMillis(1)));
            long block = 100 * seed;
            CommitOutcome outcome;
            do {
                outcome = store.segments().commit(writer, List.of(written(revision, block, block + 9)));
            } while (outcome instanceof CommitOutcome.Unknown);
            assertThat(outcome).as("-Damp.seed=%d", seed).isInstanceOf(CommitOutcome.Committed.class);
        }

        assertThat(plain.segments().segments(revision.id()))
                .extracting(Segment::path)
                .doesNotHaveDuplicates()
                .hasSize(20);
    }

    @Test
    void sameSeedMeansSameFaults() {
        assertThat(outcomes(7)).isEqualTo(outcomes(7)).contains(true, false);
    }

    private List<Boolean> outcomes(long seed) {
        FaultyMetadataStore store = faulty(seed, new Faults(0.5, 0, 0, Duration.ZERO));
        List<Boolean> outcomes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            try {
                store.datasets().listDatasets();
                outcomes.add(true);
            } catch (AmpException injected) {
                outcomes.add(false);
            }
        }
        return outcomes;
    }
}
