package io.amp.core.job;

import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.runtime.TaskScope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job that runs in this process: its assignment, its thread and how it ended. Thread-safe. */
final class LocalJob {
    /** Why a run was cancelled. */
    enum Cancellation {
        /** An operator stopped the job. */
        STOP,
        /** The job went elsewhere, ended or was deleted. */
        ABANDONED,
        /** The worker lost the database for too long to trust its assignments. */
        SELF_FENCED,
        /** The process ends; the job goes on after a restart. */
        SHUTDOWN
    }

    /** How a run ended: normally, or with this failure. */
    record Ending(@Nullable Throwable failure) {}

    private final Job job;
    private final TaskScope scope;
    private @Nullable JobDescriptor descriptor;
    private @Nullable Cancellation cancellation;
    private @Nullable Ending ending;
    private boolean reporting;

    /** @param job as claimed */
    LocalJob(Job job, TaskScope scope) {
        this.job = job;
        this.scope = scope;
    }

    Job job() {
        return job;
    }

    void start(Runnable run) {
        scope.fork("run", () -> {
            run.run();
            return true;
        });
    }

    synchronized void describe(JobDescriptor known) {
        descriptor = known;
    }

    synchronized Optional<JobDescriptor> descriptor() {
        return Optional.ofNullable(descriptor);
    }

    /**
     * Interrupts the run. The first reason stays, except that a job which is lost is not this worker's to stop any more.
     *
     * @return true when nothing had cancelled it before
     */
    synchronized boolean cancel(Cancellation reason) {
        boolean first = cancellation == null;
        if (first || (cancellation == Cancellation.STOP && reason != Cancellation.SHUTDOWN)) {
            cancellation = reason;
        }
        if (ending == null) {
            scope.cancel();
        }
        return first;
    }

    synchronized Optional<Cancellation> cancellation() {
        return Optional.ofNullable(cancellation);
    }

    synchronized void end(@Nullable Throwable failure) {
        ending = new Ending(failure);
    }

    synchronized Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** True once: for the caller that is to report the ending. */
    synchronized boolean takeForReport() {
        boolean taken = ending != null && !reporting;
        reporting |= taken;
        return taken;
    }

    /** Waits for the thread to be gone. */
    void close() {
        scope.close();
    }
}
