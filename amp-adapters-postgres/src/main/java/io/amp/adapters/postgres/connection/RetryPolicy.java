package io.amp.adapters.postgres.connection;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing pauses between attempts.
 *
 * @param retriesMax attempts after the first
 * @param first pause before the first retry; each further one is twice as long
 * @param cap longest pause, before jitter
 */
public record RetryPolicy(int retriesMax, Duration first, Duration cap) {
    /** Up to this part is added to each pause, so that many processes do not come back at once. */
    private static final double JITTER = 0.2;

    /** For operations of workers (jobs-and-storage specification, section 1.1). */
    public static final RetryPolicy STANDARD = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(60));

    public static final RetryPolicy NONE = new RetryPolicy(0, Duration.ZERO, Duration.ZERO);

    /** @param attempt 1 before the first retry */
    public Duration pause(int attempt) {
        double factor = Math.pow(2, Math.min(attempt - 1, 40));
        double nanos = Math.min(first.toNanos() * factor, (double) cap.toNanos());
        return Duration.ofNanos(
                (long) (nanos * (1 + JITTER * ThreadLocalRandom.current().nextDouble())));
    }
}
