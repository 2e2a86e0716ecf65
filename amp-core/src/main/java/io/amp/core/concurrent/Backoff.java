package io.amp.core.concurrent;

import io.amp.ports.runtime.Randomness;
import java.time.Duration;

/**
 * Exponential waiting with jitter, as a value.
 *
 * @param first wait after the first failure
 * @param limit longest wait before jitter
 * @param jitter share of the wait that is random, both ways: 0.2 = ± 20 %
 */
public record Backoff(Duration first, Duration limit, double jitter) {
    /** @param failures failures in a row so far, at least 1 */
    public Duration delay(int failures, Randomness randomness) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 40);
        double nanos = Math.min((double) first.toNanos() * (1L << doublings), (double) limit.toNanos());
        return Duration.ofNanos((long) (nanos * (1 + jitter * (2 * randomness.nextDouble() - 1))));
    }
}
