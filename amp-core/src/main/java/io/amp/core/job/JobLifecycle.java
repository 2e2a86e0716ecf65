package io.amp.core.job;

import io.amp.ports.job.JobStatus;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which status may follow which, and who may change it (jobs-and-storage specification, section 3.3); everything else is a state
 * conflict. Pure.
 */
public final class JobLifecycle {
    private JobLifecycle() {}

    /** Who changes a status. */
    public enum Actor {
        /** The assigned worker. */
        WORKER,
        /** A server of the Admin API or a controller's scan. */
        CONTROLLER
    }

    /** The statuses from which the actor may change a job to {@code next}; empty when it never may. */
    public static Set<JobStatus> before(JobStatus next, Actor actor) {
        return switch (actor) {
            case WORKER -> beforeByWorker(next);
            case CONTROLLER -> beforeByController(next);
        };
    }

    private static Set<JobStatus> beforeByWorker(JobStatus next) {
        return switch (next) {
            case RUNNING -> EnumSet.of(JobStatus.SCHEDULED);
            case STOPPING -> EnumSet.of(JobStatus.STOP_REQUESTED);
            case STOPPED -> EnumSet.of(JobStatus.STOP_REQUESTED, JobStatus.STOPPING);
            case COMPLETED -> EnumSet.of(JobStatus.RUNNING, JobStatus.STOP_REQUESTED, JobStatus.STOPPING);
            case ERROR, FATAL -> EnumSet.of(JobStatus.SCHEDULED, JobStatus.RUNNING);
            case SCHEDULED, STOP_REQUESTED, UNKNOWN -> EnumSet.noneOf(JobStatus.class);
        };
    }

    private static Set<JobStatus> beforeByController(JobStatus next) {
        return switch (next) {
            // Redeploy and retry of what has ended; failover of what has not.
            case SCHEDULED ->
                EnumSet.of(
                        JobStatus.STOPPED,
                        JobStatus.COMPLETED,
                        JobStatus.ERROR,
                        JobStatus.FATAL,
                        JobStatus.SCHEDULED,
                        JobStatus.RUNNING);
            case STOP_REQUESTED -> EnumSet.of(JobStatus.SCHEDULED, JobStatus.RUNNING);
            case STOPPED -> EnumSet.of(JobStatus.ERROR, JobStatus.STOP_REQUESTED, JobStatus.STOPPING);
            case FATAL -> EnumSet.of(JobStatus.ERROR, JobStatus.RUNNING);
            case RUNNING, STOPPING, COMPLETED, ERROR, UNKNOWN -> EnumSet.noneOf(JobStatus.class);
        };
    }
}
