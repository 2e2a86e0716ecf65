package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long this process has seen the database answer, without a break. Judged by the scans that ask, because a controller that slept, or
 * was cut off, must not take the workers' silence of that time for death. Thread-safe.
 */
final class AvailabilityWatch {
    /** A pause between scans that counts as not having looked. */
    private static final int SCANS_MISSED_MAX = 4;

    private final long neededNanos;
    private final long gapMaxNanos;
    private @Nullable Long sinceNanos;
    private long lastNanos;

    AvailabilityWatch(JobTimings timings) {
        this.neededNanos = timings.databaseSeen().toNanos();
        this.gapMaxNanos = timings.failoverScan()
                .multipliedBy(SCANS_MISSED_MAX)
                .plus(Duration.ofSeconds(1))
                .toNanos();
    }

    synchronized void lost() {
        sinceNanos = null;
    }

    /** Called after the database answered. */
    synchronized boolean seenLongEnough() {
        long now = System.nanoTime();
        if (sinceNanos == null || now - lastNanos > gapMaxNanos) {
            sinceNanos = now;
        }
        lastNanos = now;
        return now - sinceNanos >= neededNanos;
    }
}
