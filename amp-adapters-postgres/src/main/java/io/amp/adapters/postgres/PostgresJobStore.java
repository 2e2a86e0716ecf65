package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobAction;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobTimings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note
 *
 * Whoever assigns a job to a node takes the scheduler's advisory lock first and the job's row second. Both are held until the commit, so
 * that the counts of jobs per node that the choice rests on cannot change in between. Status changes by workers take only the row.
 */

/** Jobs in PostgreSQL. */
final class PostgresJobStore implements JobStore {
    private final Database database;
    private final JobTimings timings;
    private final NodeChoice nodes;
    private final JobRecovery recovery;

    PostgresJobStore(Database database, JobTimings timings) {
        this.database = database;
        this.timings = timings;
        this.nodes = new NodeChoice(timings);
        this.recovery = new JobRecovery(database, timings, nodes);
    }

    // Scheduling

    @Override
    public Job schedule(
            String idempotencyKey, DatasetVersion dataset, String descriptorJson, @Nullable String nodeSelector) {
        return database.transact("schedule a job", handle -> {
            AdvisoryLock.inTransaction(handle, AdvisoryLock.SCHEDULER);
            Optional<JobRow> known = JobRow.lockByKey(handle, idempotencyKey);
            if (known.isPresent() && !known.get().job().status().isTerminal()) {
                return activeOrConflict(handle, known.get(), descriptorJson);
            }
            String node = nodes.choose(handle, nodeSelector).orElseThrow(() -> NodeChoice.noneFor(nodeSelector));
            long id = known.isPresent()
                    ? scheduleAgain(handle, known.get().job().id(), descriptorJson, nodeSelector)
                    : insert(handle, idempotencyKey, dataset, descriptorJson, nodeSelector, node);
            return JobWrites.assign(handle, id, node);
        });
    }

    private static Job activeOrConflict(Handle handle, JobRow known, String descriptorJson) {
        Job job = known.job();
        boolean running = job.status() == JobStatus.SCHEDULED || job.status() == JobStatus.RUNNING;
        if (running && sameJson(handle, job.descriptorJson(), descriptorJson)) {
            return job;
        }
        String reason =
                running ? "is active with different options; stop it first" : "is stopping; retry when it is STOPPED";
        throw new AmpException(
                JobError.ACTIVE_JOB_CONFLICT,
                "job " + job.id() + " of " + known.dataset() + " " + reason,
                null,
                Map.of("job_id", job.id()));
    }

    private static boolean sameJson(Handle handle, String left, String right) {
        return handle.createQuery("SELECT :left::jsonb = :right::jsonb")
                .bind("left", left)
                .bind("right", right)
                .mapTo(Boolean.class)
                .one();
    }

    private static long insert(
            Handle handle,
            String idempotencyKey,
            DatasetVersion dataset,
            String descriptorJson,
            @Nullable String nodeSelector,
            String node) {
        long id = handle.createQuery("""
                        INSERT INTO jobs (idempotency_key, node_id, dataset_namespace, dataset_name, manifest_hash)
                        VALUES (:key, :node, :namespace, :name, :hash) RETURNING id""")
                .bind("key", idempotencyKey)
                .bind("node", node)
                .bind("namespace", dataset.name().namespace())
                .bind("name", dataset.name().name())
                .bind("hash", dataset.hash().hex())
                .mapTo(Long.class)
                .one();
        handle.createUpdate("""
                        INSERT INTO jobs_status (job_id, node_id, status, descriptor, node_selector, epoch, attempts)
                        VALUES (:job, :node, 'SCHEDULED', :descriptor::json, :selector, 0, 0)""")
                .bind("job", id)
                .bind("node", node)
                .bind("descriptor", descriptorJson)
                .bind("selector", nodeSelector)
                .execute();
        return id;
    }

    private static long scheduleAgain(Handle handle, long jobId, String descriptorJson, @Nullable String nodeSelector) {
        handle.createUpdate("""
                        UPDATE jobs_status SET descriptor = :descriptor::json, node_selector = :selector,
                            consecutive_errors = 0, last_error_at = NULL, failovers = 0, last_failover_at = NULL
                        WHERE job_id = :job""")
                .bind("descriptor", descriptorJson)
                .bind("selector", nodeSelector)
                .bind("job", jobId)
                .execute();
        return jobId;
    }

    // Stop and transitions

    @Override
    public Job requestStop(long jobId) {
        return database.transact("request a stop", handle -> {
            Job job = JobRow.lock(handle, jobId)
                    .map(JobRow::job)
                    .orElseThrow(() -> new AmpException(JobError.JOB_NOT_FOUND, "job " + jobId + " does not exist"));
            return switch (job.status()) {
                case SCHEDULED, RUNNING -> {
                    JobWrites.setStatus(handle, jobId, JobStatus.STOP_REQUESTED, null);
                    Notifications.send(handle, job.nodeId(), new JobAction(jobId, JobAction.Kind.STOP));
                    yield JobWrites.read(handle, jobId);
                }
                case ERROR -> {
                    JobWrites.setStatus(handle, jobId, JobStatus.STOPPED, null);
                    yield JobWrites.read(handle, jobId);
                }
                case STOP_REQUESTED, STOPPING, STOPPED, COMPLETED, FATAL, UNKNOWN -> job;
            };
        });
    }

    @Override
    public Transition transition(
            Assignment worker, Set<JobStatus> expected, JobStatus next, @Nullable ErrorDetail error) {
        boolean failure = next == JobStatus.ERROR || next == JobStatus.FATAL;
        if (failure != (error != null)) {
            throw new IllegalArgumentException("an error detail belongs to ERROR and FATAL, not to " + next);
        }
        return database.transact("change a job's status", (handle, attempt) -> {
            Optional<JobRow> locked = JobRow.lock(handle, worker.jobId());
            if (locked.isEmpty()) {
                return new Transition.Fenced();
            }
            JobRow row = locked.get();
            Job job = row.job();
            if (attempt.mayHaveHappened()
                    && job.status() == next
                    && job.assignment().equals(worker)) {
                return new Transition.Applied(job);
            }
            if (Fence.mismatch(worker, job.nodeId(), job.epoch(), job.status()).isPresent()) {
                return new Transition.Fenced();
            }
            if (!expected.contains(job.status())) {
                return new Transition.Conflict(job.status());
            }
            JobWrites.setStatus(handle, job.id(), next, error == null ? null : JsonColumns.write(error));
            if (next == JobStatus.ERROR) {
                planRetry(handle, row);
            }
            return new Transition.Applied(JobWrites.read(handle, job.id()));
        });
    }

    private void planRetry(Handle handle, JobRow row) {
        int errors = row.committedSinceError() ? 1 : row.consecutiveErrors() + 1;
        double exponential = Math.pow(2, Math.min(errors, 60));
        double capped = Math.min(exponential, timings.retryMaxDelay().toNanos() / 1e9);
        double jittered = capped * ThreadLocalRandom.current().nextDouble(0.8, 1.2);
        handle.createUpdate("""
                        UPDATE jobs_status SET consecutive_errors = :errors, last_error_at = now(),
                            retry_at = now() + make_interval(secs => :delay)
                        WHERE job_id = :job""")
                .bind("errors", errors)
                .bind("delay", jittered)
                .bind("job", row.job().id())
                .execute();
    }

    @Override
    public Optional<Job> claim(long jobId, String nodeId) {
        return database.transact("claim a job", handle -> {
            Optional<Job> mine = JobRow.lock(handle, jobId)
                    .map(JobRow::job)
                    .filter(job -> job.nodeId().equals(nodeId) && !job.status().isTerminal());
            if (mine.isEmpty()) {
                return Optional.empty();
            }
            handle.createUpdate("UPDATE jobs_status SET epoch = epoch + 1 WHERE job_id = :job")
                    .bind("job", jobId)
                    .execute();
            return Optional.of(JobWrites.read(handle, jobId));
        });
    }

    // Look-ups

    @Override
    public Optional<Job> find(long jobId) {
        return database.single(
                "find a job",
                handle -> handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + "WHERE j.id = :job")
                        .bind("job", jobId)
                        .map((row, context) -> JobRow.job(row))
                        .findOne());
    }

    @Override
    public Optional<Job> findByKey(String idempotencyKey) {
        return database.single(
                "find a job",
                handle -> handle.createQuery(
                                "SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + "WHERE j.idempotency_key = :key")
                        .bind("key", idempotencyKey)
                        .map((row, context) -> JobRow.job(row))
                        .findOne());
    }

    @Override
    public List<Job> list(Set<JobStatus> statuses, @Nullable Long before, int limit) {
        return database.single(
                "list jobs",
                handle -> handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + """
                        WHERE (:all OR upper(s.status) = ANY(:words)
                                OR (:unknown AND upper(s.status) <> ALL(:known)))
                            AND (:before::bigint IS NULL OR j.id < :before)
                        ORDER BY j.id DESC LIMIT :limit""")
                        .bind("all", statuses.isEmpty())
                        .bindArray("words", String.class, StatusWords.of(statuses))
                        .bind("unknown", statuses.contains(JobStatus.UNKNOWN))
                        .bindArray("known", String.class, StatusWords.KNOWN)
                        .bind("before", before)
                        .bind("limit", limit)
                        .map((row, context) -> JobRow.job(row))
                        .list());
    }

    @Override
    public List<Job> listOf(DatasetVersion dataset) {
        return database.single(
                "list jobs of a dataset",
                handle -> handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + """
                        WHERE j.dataset_namespace = :namespace AND j.dataset_name = :name AND j.manifest_hash = :hash
                        ORDER BY j.id""")
                        .bind("namespace", dataset.name().namespace())
                        .bind("name", dataset.name().name())
                        .bind("hash", dataset.hash().hex())
                        .map((row, context) -> JobRow.job(row))
                        .list());
    }

    @Override
    public List<Job> assignedTo(String nodeId) {
        return database.single(
                "list jobs of a node",
                handle -> handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + """
                        WHERE s.node_id = :node AND upper(s.status) <> ALL(:terminal) ORDER BY j.id""")
                        .bind("node", nodeId)
                        .bindArray("terminal", String.class, StatusWords.TERMINAL)
                        .map((row, context) -> JobRow.job(row))
                        .list());
    }

    @Override
    public List<JobEvent> events(long jobId) {
        return database.single(
                "list job events",
                handle -> handle.createQuery("""
                        SELECT id, job_id, created_at, node_id, event_type, detail FROM job_events
                        WHERE job_id = :job ORDER BY id""")
                        .bind("job", jobId)
                        .map((row, context) -> new JobEvent(
                                row.getLong("id"),
                                row.getLong("job_id"),
                                Rows.instant(row, "created_at"),
                                row.getString("node_id"),
                                row.getString("event_type"),
                                row.getString("detail")))
                        .list());
    }

    // Deletion

    @Override
    public void delete(long jobId) {
        database.transact("delete a job", handle -> {
            JobRow.lock(handle, jobId).map(JobRow::job).ifPresent(PostgresJobStore::requireEnded);
            return handle.createUpdate("DELETE FROM jobs WHERE id = :job")
                    .bind("job", jobId)
                    .execute();
        });
    }

    @Override
    public int deleteAll(Set<JobStatus> terminalStatuses) {
        if (!terminalStatuses.stream().allMatch(JobStatus::isTerminal)) {
            throw new IllegalArgumentException("only ended jobs can be deleted, not " + terminalStatuses);
        }
        return database.transact(
                "delete ended jobs",
                handle -> handle.createUpdate("""
                        WITH ended AS (
                            SELECT job_id FROM jobs_status WHERE upper(status) = ANY(:words) ORDER BY job_id FOR UPDATE)
                        DELETE FROM jobs USING ended WHERE jobs.id = ended.job_id""")
                        .bindArray("words", String.class, StatusWords.of(terminalStatuses))
                        .execute());
    }

    @Override
    public void deleteListed(List<Long> jobIds) {
        List<Long> ascending = jobIds.stream().distinct().sorted().toList();
        database.transact("delete jobs", handle -> {
            for (long jobId : ascending) {
                JobRow.lock(handle, jobId).map(JobRow::job).ifPresent(PostgresJobStore::requireEnded);
            }
            return handle.createUpdate("DELETE FROM jobs WHERE id = ANY(:ids)")
                    .bindArray("ids", Long.class, ascending)
                    .execute();
        });
    }

    private static void requireEnded(Job job) {
        if (!job.status().isTerminal()) {
            throw new AmpException(
                    JobError.JOB_CONFLICT, "job " + job.id() + " is " + job.status() + "; stop it first");
        }
    }

    @Override
    public List<Long> rescheduleDue() {
        return recovery.rescheduleDue();
    }

    @Override
    public List<Long> failOver() {
        return recovery.failOver();
    }
}
