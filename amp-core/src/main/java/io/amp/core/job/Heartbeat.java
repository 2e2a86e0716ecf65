package io.amp.core.job;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the database every second that this worker lives, on a thread and a connection of its own (jobs-and-storage specification,
 * section 2.3). Without a success for too long the worker counts as fenced, until the next success. Thread-safe.
 */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final WorkerSession session;
    private final Duration fence;
    private final Clock clock;
    private final WorkerInbox inbox;
    private final Signal hurry;
    private volatile long lastSuccessNanos;
    private volatile boolean draining;
    private volatile boolean drainTried;
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException lost;
    private boolean drained;

    /** @param session just started, which counts as the first heartbeat */
    Heartbeat(WorkerSession session, Duration fence, Clock clock, WorkerInbox inbox) {
        this.session = session;
        this.fence = fence;
        this.clock = clock;
        this.inbox = inbox;
        this.hurry = clock.newSignal();
        this.lastSuccessNanos = clock.nanoTime();
    }

    /** Beats until {@link #stop()} or until the identity is lost. */
    void run() throws InterruptedException {
        while (!stopped && lost == null) {
            long begun = clock.nanoTime();
            boolean toDrain = draining;
            beat(begun, toDrain);
            if (toDrain && !drainTried) {
                drainTried = true;
                inbox.wake();
            }
            // A late beat delays the next one instead of being followed by a burst.
            hurry.await(INTERVAL.minusNanos(clock.nanoTime() - begun));
        }
    }

    private void beat(long begun, boolean toDrain) {
        try {
            if (toDrain && !drained) {
                session.drain();
                drained = true;
            } else {
                session.heartbeat();
            }
        } catch (RuntimeException e) {
            if (e instanceof AmpException amp && amp.retryable()) {
                LOG.warn(
                        "no heartbeat for {} ms, trying again: {}",
                        (clock.nanoTime() - lastSuccessNanos) / 1_000_000,
                        e.getMessage());
            } else {
                LOG.error("heartbeat failed for good: {}", e.getMessage());
                lost = e;
                inbox.wake();
            }
            return;
        }
        boolean wasFenced = isFenced();
        // The database wrote some time after the call began; counting from then errs on the safe side.
        lastSuccessNanos = begun;
        if (wasFenced) {
            LOG.info("heartbeat works again");
            inbox.lookAtEverything();
        }
    }

    /** True when the last success is so long ago that others may soon take this worker's jobs. */
    boolean isFenced() {
        return fenceLeft().isNegative() || fenceLeft().isZero();
    }

    /** Time until {@link #isFenced()}. */
    Duration fenceLeft() {
        return fence.minusNanos(clock.nanoTime() - lastSuccessNanos);
    }

    /** Why the worker must end, if it must: another process took its identity, or the database refuses it. */
    Optional<RuntimeException> lost() {
        return Optional.ofNullable(lost);
    }

    /** No new jobs from now on; the next beat, soon, says so. */
    void drain() {
        draining = true;
        hurry.raise();
    }

    /** True when a beat tried to say that no new jobs are wanted, or none will any more. */
    boolean isDrainTried() {
        return drainTried || lost != null;
    }

    void stop() {
        stopped = true;
        hurry.raise();
    }
}
