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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note
 *
 * Whoever assigns a job to a node takes the scheduler's advisory lock first and the job's row second. Both are held until the commit, so
 * that the counts of jobs per node that the choice rests on cannot change in between. Status changes by workers take only the row.
 */

/** Jobs in PostgreSQL. */
final class PostgresJobStore implements JobStore {
    /** Nodes of one-shot processes: their jobs end with them. */
    static final Pattern EPHEMERAL_NODE = Pattern.compile("dump-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Logger LOG = LoggerFactory.getLogger(PostgresJobStore.class);

    private final Database database;
    private final JobTimings timings;
    private final NodeChoice nodes;
    private final AvailabilityWatch availability;

    PostgresJobStore(Database database, JobTimings timings) {
        this.database = database;
        this.timings = timings;
        this.nodes = new NodeChoice(timings);
        this.availability = new AvailabilityWatch(timings);
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
            return assign(handle, id, node);
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

    /** To SCHEDULED on a node, with event and notification. */
    private static Job assign(Handle handle, long jobId, String node) {
        handle.createUpdate("""
                        UPDATE jobs_status SET node_id = :node, status = 'SCHEDULED', detail = descriptor, updated_at = now(),
                            epoch = epoch + 1, attempts = attempts + 1, retry_at = NULL
                        WHERE job_id = :job""").bind("node", node).bind("job", jobId).execute();
        insertEvent(handle, jobId);
        Notifications.send(handle, node, new JobAction(jobId, JobAction.Kind.START));
        return read(handle, jobId);
    }

    /** Repeats the status row as an event. */
    private static void insertEvent(Handle handle, long jobId) {
        handle.createUpdate("""
                        INSERT INTO job_events (job_id, node_id, event_type, detail)
                        SELECT job_id, node_id, status, detail FROM jobs_status WHERE job_id = :job""").bind("job", jobId).execute();
    }

    private static void setStatus(Handle handle, long jobId, JobStatus status, @Nullable String detailJson) {
        handle.createUpdate("""
                        UPDATE jobs_status SET status = :status, detail = :detail::json, updated_at = now(), retry_at = NULL
                        WHERE job_id = :job""")
                .bind("status", status.name())
                .bind("detail", detailJson)
                .bind("job", jobId)
                .execute();
        insertEvent(handle, jobId);
    }

    private static Job read(Handle handle, long jobId) {
        return handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + "WHERE j.id = :job")
                .bind("job", jobId)
                .map((row, context) -> JobRow.job(row))
                .one();
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
                    setStatus(handle, jobId, JobStatus.STOP_REQUESTED, null);
                    Notifications.send(handle, job.nodeId(), new JobAction(jobId, JobAction.Kind.STOP));
                    yield read(handle, jobId);
                }
                case ERROR -> {
                    setStatus(handle, jobId, JobStatus.STOPPED, null);
                    yield read(handle, jobId);
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
            setStatus(handle, job.id(), next, error == null ? null : JsonColumns.write(error));
            if (next == JobStatus.ERROR) {
                planRetry(handle, row);
            }
            return new Transition.Applied(read(handle, job.id()));
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
            return Optional.of(read(handle, jobId));
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

    // What controllers do

    @Override
    public List<Long> rescheduleDue() {
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
                && !EPHEMERAL_NODE.matcher(row.job().nodeId()).matches()
                && handle.createQuery("SELECT retry_at <= now() FROM jobs_status WHERE job_id = :job")
                        .bind("job", row.job().id())
                        .mapTo(Boolean.class)
                        .findOne()
                        .orElse(false);
        if (!due) {
            return false;
        }
        Optional<String> node = nodes.keepOrChoose(handle, row.job().nodeId(), row.nodeSelector());
        node.ifPresent(chosen -> assign(handle, row.job().id(), chosen));
        return node.isPresent();
    }

    @Override
    public List<Long> failOver() {
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

    private static final String WORKER_IS_DEAD = """
            NOT EXISTS (SELECT 1 FROM workers w
                WHERE w.node_id = s.node_id AND w.heartbeat_at >= now() - make_interval(secs => :deadSeconds))""";

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
                        EPHEMERAL_NODE.matcher(row.job().nodeId()).matches()
                                ? stopForDeadWorker(handle, row)
                                : reassign(handle, row);
                    case STOPPED, COMPLETED, ERROR, FATAL, UNKNOWN -> false;
                };
    }

    private static boolean stopForDeadWorker(Handle handle, JobRow row) {
        setStatus(handle, row.job().id(), JobStatus.STOPPED, null);
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
            setStatus(handle, job.id(), JobStatus.FATAL, JsonColumns.write(error));
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
        assign(handle, job.id(), node.get());
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
