package io.amp.app.fault;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for what another process brings about. */
final class Eventually {
    private static final Duration BETWEEN = Duration.ofMillis(30);

    private Eventually() {}

    /**
     * Failures of the condition count as not yet.
     *
     * @param doing added to the message when it does not come true
     */
    static void within(Duration atMost, String what, Callable<Boolean> condition, Supplier<String> doing) {
        long deadline = System.nanoTime() + atMost.toNanos();
        @Nullable Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        throw new AssertionError("not within " + atMost.toSeconds() + " s: " + what + "; " + doing.get(), last);
    }
}
