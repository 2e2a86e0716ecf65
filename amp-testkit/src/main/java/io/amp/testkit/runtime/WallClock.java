package io.amp.testkit.runtime;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Real time, for tests against real servers. */
public class WallClock implements Clock {
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isPositive()) {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    }

    @Override
    public Signal newSignal() {
        return new Signal() {
            private final Semaphore raised = new Semaphore(0);

            @Override
            public void raise() {
                raised.release();
            }

            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                boolean wasRaised = raised.tryAcquire(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
                raised.drainPermits();
                return wasRaised;
            }
        };
    }
}
