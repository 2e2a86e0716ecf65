package io.amp.core.job;

import io.amp.core.job.JobLifecycle.Actor;
import io.amp.core.job.LocalJob.Cancellation;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobStore.Transition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes how runs ended. */
final class JobReport {
    private static final Logger LOG = LoggerFactory.getLogger(JobReport.class);

    private final JobStore store;
    private final DatabaseRetry retry;

    JobReport(JobStore store, DatabaseRetry retry) {
        this.store = store;
        this.retry = retry;
    }

    /** @param local ended */
    void write(LocalJob local) throws InterruptedException {
        Job job = local.job();
        Cancellation cancellation = local.cancellation().orElse(null);
        Throwable failure = local.ending().orElseThrow().failure();
        log(job, cancellation, failure);
        JobEnding ending = JobEnding.of(job, local.descriptor().orElse(null), cancellation, failure)
                .orElse(null);
        if (ending == null) {
            LOG.info("job {} ended here without a status", job.id());
            return;
        }
        switch (change(job, ending)) {
            case Transition.Applied applied -> LOG.info("job {} is {}", job.id(), ending.status());
            case Transition.Fenced fenced ->
                LOG.warn("job {} would be {}, but it is not this worker's any more", job.id(), ending.status());
            case Transition.Conflict conflict -> {
                // A failure while somebody asked for a stop: it is stopped now. Anything else is looked at again.
                LOG.info("job {} is {} and not {}", job.id(), conflict.actual(), ending.status());
                if (JobLifecycle.before(JobStatus.STOPPED, Actor.WORKER).contains(conflict.actual())) {
                    change(job, new JobEnding(JobStatus.STOPPED, null));
                }
            }
        }
    }

    private Transition change(Job job, JobEnding ending) throws InterruptedException {
        return retry.call(
                "setting job " + job.id() + " " + ending.status(),
                () -> store.transition(
                        job.assignment(),
                        JobLifecycle.before(ending.status(), Actor.WORKER),
                        ending.status(),
                        ending.detail()));
    }

    private static void log(Job job, @Nullable Cancellation cancellation, @Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        if (JobFailure.isFenced(failure)) {
            LOG.warn("job {} was fenced: {}", job.id(), failure.getMessage());
        } else if (cancellation == null) {
            LOG.error("job {} failed: {}", job.id(), JobFailure.trace(failure));
        } else {
            LOG.debug("job {} ended after {}: {}", job.id(), cancellation, JobFailure.trace(failure));
        }
    }
}
