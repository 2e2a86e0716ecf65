package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobTimings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What controllers do again and again: retry failed jobs, move those of dead workers (jobs-and-storage specification, sections 3.6, 3.7). */
final class JobRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JobRecovery.class);

    private static final String WORKER_IS_DEAD = """
            NOT EXISTS (SELECT 1 FROM workers w
                WHERE w.node_id = s.node_id AND w.heartbeat_at >= now() - make_interval(secs => :deadSeconds))""";

    private final Database database;
    private final JobTimings timings;
    private final NodeChoice nodes;
    private final AvailabilityWatch availability;

    JobRecovery(Database database, JobTimings timings, NodeChoice nodes) {
        this.database = database;
        this.timings = timings;
        this.nodes = nodes;
        this.availability = new AvailabilityWatch(timings);
    }

    List<Long> rescheduleDue() {
        List<Long> due = database.single(
                "find due retries",
                handle -> handle.createQuery(
                                "SELECT job_id FROM jobs_status WHERE upper(status) = 'ERROR' AND retry_at <= now() ORDER BY retry_at")
                        .mapTo(Long.class)
                        .list());
        return eachInATransaction("retry job", due, this::retry);
    }

    private boolean retry(Handle handle, JobRow row) {
        boolean due = row.job().status() == JobStatus.ERROR
                && !EphemeralNodes.FORM.matcher(row.job().nodeId()).matches()
                && handle.createQuery("SELECT retry_at <= now() FROM jobs_status WHERE job_id = :job")
                        .bind("job", row.job().id())
                        .mapTo(Boolean.class)
                        .findOne()
                        .orElse(false);
        if (!due) {
            return false;
        }
        Optional<String> node = nodes.keepOrChoose(handle, row.job().nodeId(), row.nodeSelector());
        node.ifPresent(chosen -> JobWrites.assign(handle, row.job().id(), chosen));
        return node.isPresent();
    }

    List<Long> failOver() {
        List<Long> candidates;
        try {
            candidates = database.once("find jobs of dead workers", this::jobsOfDeadWorkers);
        } catch (AmpException failure) {
            availability.lost();
            throw failure;
        }
        return availability.seenLongEnough()
                ? eachInATransaction("fail over job", candidates, this::moveFromDeadWorker)
                : List.of();
    }

    private List<Long> jobsOfDeadWorkers(Handle handle) {
        return handle.createQuery("SELECT s.job_id FROM jobs_status s WHERE upper(s.status) <> ALL(:terminal) AND "
                        + WORKER_IS_DEAD + " ORDER BY s.job_id")
                .bindArray("terminal", String.class, StatusWords.TERMINAL)
                .bind("deadSeconds", deadSeconds())
                .mapTo(Long.class)
                .list();
    }

    private double deadSeconds() {
        return timings.workerDead().toNanos() / 1e9;
    }

    private boolean moveFromDeadWorker(Handle handle, JobRow row) {
        boolean dead = handle.createQuery("SELECT " + WORKER_IS_DEAD + " FROM jobs_status s WHERE s.job_id = :job")
                .bind("deadSeconds", deadSeconds())
                .bind("job", row.job().id())
                .mapTo(Boolean.class)
                .one();
        return dead
                && switch (row.job().status()) {
                    case STOP_REQUESTED, STOPPING -> stopForDeadWorker(handle, row);
                    case SCHEDULED, RUNNING ->
                        EphemeralNodes.FORM.matcher(row.job().nodeId()).matches()
                                ? stopForDeadWorker(handle, row)
                                : reassign(handle, row);
                    case STOPPED, COMPLETED, ERROR, FATAL, UNKNOWN -> false;
                };
    }

    private static boolean stopForDeadWorker(Handle handle, JobRow row) {
        JobWrites.setStatus(handle, row.job().id(), JobStatus.STOPPED, null);
        return true;
    }

    private boolean reassign(Handle handle, JobRow row) {
        Job job = row.job();
        // A job that never started cannot have killed its worker.
        boolean suspect = job.status() == JobStatus.RUNNING;
        int failovers = !suspect ? row.failovers() : row.committedSinceFailover() ? 1 : row.failovers() + 1;
        if (failovers >= timings.maxFailovers()) {
            var error = new ErrorDetail(
                    JobError.WORKER_CRASH_LOOP.name(),
                    "the job's worker died " + failovers + " times without a committed file in between",
                    Map.of("attempt_index", (long) job.attempts()));
            JobWrites.setStatus(handle, job.id(), JobStatus.FATAL, JsonColumns.write(error));
            return true;
        }
        Optional<String> node = nodes.choose(handle, row.nodeSelector());
        if (node.isEmpty()) {
            return false;
        }
        if (suspect) {
            handle.createUpdate(
                            "UPDATE jobs_status SET failovers = :failovers, last_failover_at = now() WHERE job_id = :job")
                    .bind("failovers", failovers)
                    .bind("job", job.id())
                    .execute();
        }
        JobWrites.assign(handle, job.id(), node.get());
        return true;
    }

    /** One short transaction per job: rows that another controller works on are left to it, and one failing job stops no other. */
    private List<Long> eachInATransaction(
            String operation, List<Long> jobIds, BiFunction<Handle, JobRow, Boolean> change) {
        List<Long> changed = new ArrayList<>();
        for (long jobId : jobIds) {
            try {
                boolean applied = database.transact(operation, handle -> {
                    AdvisoryLock.inTransaction(handle, AdvisoryLock.SCHEDULER);
                    return JobRow.lockUnlessTaken(handle, jobId)
                            .map(row -> change.apply(handle, row))
                            .orElse(false);
                });
                if (applied) {
                    changed.add(jobId);
                }
            } catch (AmpException failure) {
                if (failure.retryable()) {
                    throw failure;
                }
                LOG.error("cannot {} {}", operation, jobId, failure);
            }
        }
        return changed;
    }
}
