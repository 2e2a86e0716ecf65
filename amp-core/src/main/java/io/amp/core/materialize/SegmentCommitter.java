package io.amp.core.materialize;

import io.amp.core.concurrent.Backoff;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes closed files visible exactly once (jobs-and-storage specification, section 5.5): a commit whose outcome is unknown is repeated,
 * which its unique file names make harmless, and nothing is deleted before the outcome is known. Thread-safe.
 */
final class SegmentCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentCommitter.class);

    /** About two minutes in all: longer than a database takes to restart or fail over. */
    private static final int ATTEMPTS_MAX = 16;

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10), 0.2);

    private final SegmentCatalog catalog;
    private final ObjectStore objects;
    private final Assignment assignment;
    private final Clock clock;
    private final Randomness randomness;

    SegmentCommitter(
            SegmentCatalog catalog, ObjectStore objects, Assignment assignment, Clock clock, Randomness randomness) {
        this.catalog = catalog;
        this.objects = objects;
        this.assignment = assignment;
        this.clock = clock;
        this.randomness = randomness;
    }

    /**
     * @throws AmpException {@link StorageError#FENCED}: the files were removed again, best effort; {@link
     *     StorageError#METADATA_UNAVAILABLE}: still unknown after all attempts, the files stay
     */
    void commit(List<WrittenSegment> files) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            switch (catalog.commit(assignment, files)) {
                case CommitOutcome.Committed committed -> {
                    return;
                }
                case CommitOutcome.Fenced fenced -> {
                    discard(files);
                    throw new AmpException(StorageError.FENCED, "commit refused: " + fenced.reason());
                }
                case CommitOutcome.Unknown unknown -> {
                    if (attempt == ATTEMPTS_MAX) {
                        throw unknown.cause();
                    }
                    LOG.warn(
                            "outcome of a commit of {} files is unknown (attempt {}), repeating it: {}",
                            files.size(),
                            attempt,
                            unknown.cause().getMessage());
                    clock.sleep(BACKOFF.delay(attempt, randomness));
                }
            }
        }
    }

    private void discard(List<WrittenSegment> files) {
        for (WrittenSegment file : files) {
            try {
                objects.delete(file.object().path());
            } catch (AmpException e) {
                LOG.warn(
                        "could not remove {}, the next consistency check will: {}",
                        file.object().path(),
                        e.getMessage());
            }
        }
    }
}
