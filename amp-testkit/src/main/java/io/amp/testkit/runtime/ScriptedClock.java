package io.amp.testkit.runtime;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.time.Instant;

/**
 * Virtual time for one thread: every wait moves the time forward at once and lets a script act in between, on the waiting thread. With
 * {@link InlineTasks} a whole job runs deterministically. The script ends the run by throwing {@link InterruptedException}.
 */
public final class ScriptedClock implements Clock {
    private final Script script;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;

    /** What happens while the job waits. */
    @FunctionalInterface
    public interface Script {
        /** @param wait how long the job asked to wait */
        void duringWait(Duration wait) throws InterruptedException;
    }

    public ScriptedClock(Script script) {
        this.script = script;
    }

    /** Moves the time without a wait. */
    public void advance(Duration duration) {
        if (duration.isPositive()) {
            now = now.plus(duration);
            nanos += duration.toNanos();
        }
    }

    @Override
    public Instant now() {
        // Two readings never agree, so that files written one after another have an order.
        now = now.plusNanos(1);
        return now;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isPositive()) {
            advance(duration);
            script.duringWait(duration);
        }
    }

    @Override
    public Signal newSignal() {
        return new Signal() {
            private boolean raised;

            @Override
            public void raise() {
                raised = true;
            }

            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                if (!raised) {
                    sleep(atMost);
                }
                boolean wasRaised = raised;
                raised = false;
                return wasRaised;
            }
        };
    }
}
