package io.amp.core.job;

import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;

/** Does the work of a job; a worker runs many at a time, each on a thread of its own. Thread-safe. */
@FunctionalInterface
public interface JobRunner {
    /**
     * Returns when the job is complete.
     *
     * @param job as claimed: every transaction carries its assignment
     * @throws InterruptedException when cancelled; it must end soon after the interrupt
     * @throws RuntimeException the job failed; {@link JobFailure} says whether a retry can help
     */
    void run(Job job, JobDescriptor descriptor) throws InterruptedException;
}
