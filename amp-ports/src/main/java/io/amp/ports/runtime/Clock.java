package io.amp.ports.runtime;

import java.time.Duration;
import java.time.Instant;

/** Time and everything that waits for it. Thread-safe. */
public interface Clock {
    /** Wall-clock time, UTC. */
    Instant now();

    /** Monotonic nanoseconds since an arbitrary origin; for durations only. */
    long nanoTime();

    /** Waits at least {@code duration}; returns at once for zero or a negative one. */
    void sleep(Duration duration) throws InterruptedException;

    /** A new signal that is not raised. */
    Signal newSignal();
}
