package io.amp.ports.runtime;

import java.time.Duration;

/**
 * A latest-value wake-up: many {@link #raise()} calls before one {@link #await} collapse into one, and a raise that comes before the
 * wait is not lost. Thread-safe; meant for one waiting thread.
 */
public interface Signal {
    /** Wakes the waiter, or lets the next wait return at once. */
    void raise();

    /**
     * Waits until raised, then resets the signal.
     *
     * @param atMost zero or negative: only looks
     * @return true when raised, false when the time ran out
     */
    boolean await(Duration atMost) throws InterruptedException;
}
