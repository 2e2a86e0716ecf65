package io.amp.core.job;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobTimings;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again for failed jobs whose retry is due and for jobs of dead workers (jobs-and-storage specification, sections 3.6
 * and 3.7). Keeps no state that matters and may die at any point; several may run at once.
 */
public final class Controller {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private final JobStore jobs;
    private final Clock clock;
    private final Signal wake;
    private final Scan retries;
    private final Scan failovers;
    private volatile boolean shutdown;

    public Controller(JobStore jobs, JobTimings timings, Clock clock) {
        this.jobs = jobs;
        this.clock = clock;
        this.wake = clock.newSignal();
        this.retries = new Scan("scan for due retries", timings.retryScan());
        this.failovers = new Scan("scan for dead workers", timings.failoverScan());
    }

    /** Scans until {@link #shutdown()} or interruption. */
    public void run() throws InterruptedException {
        LOG.info("controller started");
        while (!shutdown) {
            if (retries.isDue()) {
                log("scheduled again", retries.run(jobs::rescheduleDue));
            }
            if (failovers.isDue()) {
                log("taken from dead workers", failovers.run(jobs::failOver));
            }
            wake.await(Duration.ofNanos(Math.min(retries.nanosLeft(), failovers.nanosLeft())));
        }
        LOG.info("controller stopped");
    }

    /** Lets {@link #run} return soon. */
    public void shutdown() {
        shutdown = true;
        wake.raise();
    }

    private static void log(String what, List<Long> changed) {
        if (!changed.isEmpty()) {
            LOG.info("jobs {}: {}", what, changed);
        }
    }

    private interface Look {
        List<Long> look();
    }

    /** One repeated question to the database; a failure costs one round. */
    private final class Scan {
        private final String name;
        private final Duration pause;
        private long dueNanos = clock.nanoTime();
        private boolean failing;

        Scan(String name, Duration pause) {
            this.name = name;
            this.pause = pause;
        }

        boolean isDue() {
            return nanosLeft() <= 0;
        }

        long nanosLeft() {
            return dueNanos - clock.nanoTime();
        }

        List<Long> run(Look look) {
            dueNanos = clock.nanoTime() + pause.toNanos();
            try {
                List<Long> changed = look.look();
                if (failing) {
                    LOG.info("{} works again", name);
                }
                failing = false;
                return changed;
            } catch (AmpException e) {
                if (!failing) {
                    LOG.warn("{} failed, trying again every {} s: {}", name, pause.toSeconds(), e.getMessage());
                }
                failing = true;
                return List.of();
            }
        }
    }
}
