package io.amp.testkit.metadata;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Real time plus what a test has added to it. */
final class ShiftedClock implements Clock {
    private volatile Duration shift = Duration.ZERO;

    void advance(Duration by) {
        shift = shift.plus(by);
    }

    @Override
    public Instant now() {
        return Instant.now().plus(shift);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + shift.toNanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        newSignal().await(duration);
    }

    @Override
    public Signal newSignal() {
        var permits = new Semaphore(0);
        return new Signal() {
            @Override
            public void raise() {
                permits.release();
            }

            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                boolean raised = permits.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
                permits.drainPermits();
                return raised;
            }
        };
    }
}
