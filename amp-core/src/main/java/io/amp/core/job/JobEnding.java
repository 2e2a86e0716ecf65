package io.amp.core.job;

import io.amp.core.job.LocalJob.Cancellation;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status that a worker writes when a run ended. Pure.
 *
 * @param detail for ERROR and FATAL
 */
record JobEnding(JobStatus status, @Nullable ErrorDetail detail) {
    /**
     * @param descriptor null when it could not be read
     * @param cancellation null when nobody cancelled the run
     * @param failure null when the run returned normally
     * @return empty: the job is somebody else's, or is to go on later; nothing is written
     */
    static Optional<JobEnding> of(
            Job job,
            @Nullable JobDescriptor descriptor,
            @Nullable Cancellation cancellation,
            @Nullable Throwable failure) {
        if (failure == null) {
            // Also when a stop or worse came too late; the fence sorts out whose job it is.
            return Optional.of(new JobEnding(JobStatus.COMPLETED, null));
        }
        if (JobFailure.isFenced(failure)) {
            return Optional.empty();
        }
        return switch (cancellation) {
            case STOP -> Optional.of(new JobEnding(JobStatus.STOPPED, null));
            case ABANDONED, SELF_FENCED, SHUTDOWN -> Optional.empty();
            case null -> {
                JobFailure failed = JobFailure.of(failure, job, descriptor);
                yield Optional.of(new JobEnding(failed.status(), failed.detail()));
            }
        };
    }
}
