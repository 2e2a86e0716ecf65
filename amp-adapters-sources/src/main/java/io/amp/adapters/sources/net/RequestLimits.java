package io.amp.adapters.sources.net;

import io.amp.ports.runtime.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** How many requests may start per minute and run at once, for everybody who uses the same provider. Thread-safe. */
public final class RequestLimits {
    private final @Nullable TokenBucket rate;
    private final Semaphore running;
    private final Clock clock;

    /**
     * New limits with the whole quota available.
     *
     * @param perMinute null for no limit
     * @param atOnce at least 1
     */
    public RequestLimits(@Nullable Long perMinute, int atOnce, Clock clock) {
        this.rate = perMinute == null ? null : new TokenBucket(perMinute);
        this.running = new Semaphore(atOnce, true);
        this.clock = clock;
    }

    /** Waits until a request may start. Each call needs one {@link #release}. */
    public void acquire() throws InterruptedException {
        if (rate != null) {
            clock.sleep(Duration.ofNanos(rate.take(clock.nanoTime())));
        }
        running.acquire();
    }

    public void release() {
        running.release();
    }
}
