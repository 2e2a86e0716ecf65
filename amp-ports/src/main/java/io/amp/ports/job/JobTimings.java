package io.amp.ports.job;

import java.time.Duration;

/**
 * Timing of job control (command-line specification, section 12.8). Stores judge the ages of heartbeats and retries by these with the
 * database's clock; workers and controllers pace their loops by them.
 *
 * @param workerActive a heartbeat younger than this makes a worker eligible for jobs
 * @param workerFence a worker without a successful heartbeat for this long aborts its jobs
 * @param workerDead a heartbeat older than this makes a worker's jobs move; at least {@code workerFence} + 10 s
 * @param reconcile pause between full comparisons of a worker with the database
 * @param failoverScan pause between a controller's scans for dead workers
 * @param retryScan pause between a controller's scans for due retries
 * @param retryMaxDelay longest pause before a retry, without jitter
 * @param maxFailovers failovers without a committed file in between that end a job as {@link JobError#WORKER_CRASH_LOOP}
 * @param databaseSeen how long a controller must have seen the database available before it moves jobs, so that an outage does not look
 *     like the death of every worker
 */
public record JobTimings(
        Duration workerActive,
        Duration workerFence,
        Duration workerDead,
        Duration reconcile,
        Duration failoverScan,
        Duration retryScan,
        Duration retryMaxDelay,
        int maxFailovers,
        Duration databaseSeen) {
    public static final JobTimings DEFAULT = new JobTimings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(600),
            3,
            Duration.ofSeconds(30));

    public JobTimings withDatabaseSeen(Duration seen) {
        return new JobTimings(
                workerActive,
                workerFence,
                workerDead,
                reconcile,
                failoverScan,
                retryScan,
                retryMaxDelay,
                maxFailovers,
                seen);
    }
}
