package io.amp.core.job;

import io.amp.ports.job.Job;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does about one job, given what the database says and what runs here (jobs-and-storage specification, sections 3.4 and
 * 3.8). The same decision serves start, stop, notifications and the periodic comparison, so a lost or doubled notification changes
 * nothing but the time. Pure.
 */
enum Reconciliation {
    NOTHING,
    /** Claim it and run it. */
    START,
    /** Acknowledge the stop, then cancel the run. */
    STOP,
    /** A stop of what does not run here: it is stopped. */
    FINISH_STOP,
    /** Cancel the run and write no status: it is not this worker's any more. */
    ABANDON;

    /**
     * @param stored the job's row; null = none, or not assigned to the node, or ended
     * @param local epoch under which the job runs here; null = it does not run here
     */
    static Reconciliation of(String nodeId, @Nullable Job stored, @Nullable Long local) {
        if (stored == null || !stored.nodeId().equals(nodeId)) {
            return local == null ? NOTHING : ABANDON;
        }
        return switch (stored.status()) {
            case SCHEDULED, RUNNING -> local == null ? START : sameEpochOrAbandon(stored, local, NOTHING);
            case STOP_REQUESTED, STOPPING -> local == null ? FINISH_STOP : sameEpochOrAbandon(stored, local, STOP);
            case STOPPED, COMPLETED, ERROR, FATAL -> local == null ? NOTHING : ABANDON;
            // A status word of a newer program: not for this one to judge.
            case UNKNOWN -> NOTHING;
        };
    }

    private static Reconciliation sameEpochOrAbandon(Job stored, long local, Reconciliation same) {
        return stored.epoch() == local ? same : ABANDON;
    }
}
