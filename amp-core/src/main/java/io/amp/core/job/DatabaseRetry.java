package io.amp.core.job;

import io.amp.core.concurrent.Backoff;
import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.StorageError;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a worker's database operation while the connection is in trouble (jobs-and-storage specification, section 1.1), for about half a
 * minute: a database that restarts or fails over is not worth an ERROR. A longer outage meets the worker's fence first.
 */
public final class DatabaseRetry {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseRetry.class);
    private static final int RETRIES_MAX = 5;
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), 0.2);

    private final Clock clock;
    private final Randomness randomness;

    public DatabaseRetry(Clock clock, Randomness randomness) {
        this.clock = clock;
        this.randomness = randomness;
    }

    /**
     * @param what for the log
     * @param operation harmless to repeat, because an answer may be lost
     */
    public <T> T call(String what, Supplier<T> operation) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return operation.get();
            } catch (AmpException e) {
                if (!e.is(StorageError.METADATA_UNAVAILABLE) || failures > RETRIES_MAX) {
                    throw e;
                }
                LOG.warn("{} failed ({} in a row), trying again: {}", what, failures, e.getMessage());
                clock.sleep(BACKOFF.delay(failures, randomness));
            }
        }
    }
}
