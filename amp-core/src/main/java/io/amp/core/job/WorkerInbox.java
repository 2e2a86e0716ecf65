package io.amp.core.job;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** What a worker's main loop has to look at. Holds each job once, so it is bounded by the number of jobs. Thread-safe. */
final class WorkerInbox {
    private final Signal signal;
    private final Set<Long> jobs = new TreeSet<>();
    private boolean everything;

    /** @param everything compare all jobs with the database */
    record Content(Set<Long> jobs, boolean everything) {}

    WorkerInbox(Clock clock) {
        this.signal = clock.newSignal();
    }

    void lookAt(long jobId) {
        synchronized (jobs) {
            jobs.add(jobId);
        }
        signal.raise();
    }

    void lookAtEverything() {
        synchronized (jobs) {
            everything = true;
        }
        signal.raise();
    }

    /** Wakes the loop without naming anything. */
    void wake() {
        signal.raise();
    }

    /** Waits for something to look at; empty when the time ran out or somebody just woke the loop. */
    Content take(Duration atMost) throws InterruptedException {
        signal.await(atMost);
        synchronized (jobs) {
            Content content = new Content(new TreeSet<>(jobs), everything);
            jobs.clear();
            everything = false;
            return content;
        }
    }
}
