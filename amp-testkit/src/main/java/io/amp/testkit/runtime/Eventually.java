package io.amp.testkit.runtime;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition that another process brings about. */
public final class Eventually {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private Eventually() {}

    /** Failures of the condition count as "not yet". */
    public static void until(String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + AT_MOST.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        throw new AssertionError("not within " + AT_MOST.toSeconds() + " s: " + what, last);
    }
}
