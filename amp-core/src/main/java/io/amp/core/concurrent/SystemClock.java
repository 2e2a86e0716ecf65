package io.amp.core.concurrent;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Time of the machine. */
public final class SystemClock implements Clock {
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
            TimeUnit.NANOSECONDS.sleep(nanos(duration));
        }
    }

    @Override
    public Signal newSignal() {
        return new LatchingSignal();
    }

    /** Durations beyond 292 years count as that long. */
    private static long nanos(Duration duration) {
        return duration.toSeconds() > Long.MAX_VALUE / 1_000_000_000L - 1 ? Long.MAX_VALUE : duration.toNanos();
    }

    private static final class LatchingSignal implements Signal {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private boolean raised;

        @Override
        public void raise() {
            lock.lock();
            try {
                raised = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            long left = nanos(atMost);
            lock.lockInterruptibly();
            try {
                while (!raised && left > 0) {
                    left = changed.awaitNanos(left);
                }
                boolean wasRaised = raised;
                raised = false;
                return wasRaised;
            } finally {
                lock.unlock();
            }
        }
    }
}
