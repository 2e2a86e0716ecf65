package io.amp.testkit.metadata;

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
import io.amp.ports.runtime.Clock;
import io.amp.testkit.metadata.InMemoryDatabase.JobRow;
import io.amp.testkit.metadata.InMemoryDatabase.RevisionRow;
import io.amp.testkit.metadata.InMemoryDatabase.WorkerRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Jobs of an {@link InMemoryDatabase}. */
final class InMemoryJobStore implements JobStore {
    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;
    private final Clock clock;

    /** Since when this store's failover scans found the database; null after one that did not. */
    private @Nullable Long availableSinceNanos;

    InMemoryJobStore(InMemoryDatabase db, InMemoryMetadataStore client, Clock clock) {
        this.db = db;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Job schedule(
            String idempotencyKey, DatasetVersion dataset, String descriptorJson, @Nullable String nodeSelector) {
        return db.transact(client, () -> {
            JobRow known = byKey(idempotencyKey).orElse(null);
            if (known != null && !known.status.isTerminal()) {
                return activeOrConflict(known, descriptorJson);
            }
            String node = chooseNode(nodeSelector).orElseThrow(() -> noWorker(nodeSelector));
            JobRow job = known;
            if (job == null) {
                job = new JobRow(db.nextId(), idempotencyKey, dataset, descriptorJson, db.now());
                db.jobs.put(job.id, job);
            }
            job.descriptor = descriptorJson;
            job.nodeSelector = nodeSelector;
            job.consecutiveErrors = 0;
            job.lastErrorAt = null;
            job.failovers = 0;
            job.lastFailoverAt = null;
            assign(job, node);
            return job.toJob();
        });
    }

    private static Job activeOrConflict(JobRow job, String descriptorJson) {
        boolean running = job.status == JobStatus.SCHEDULED || job.status == JobStatus.RUNNING;
        if (running && JsonTexts.sameValue(job.descriptor, descriptorJson)) {
            return job.toJob();
        }
        String reason =
                running ? "is active with different options; stop it first" : "is stopping; retry when it is STOPPED";
        throw new AmpException(
                JobError.ACTIVE_JOB_CONFLICT,
                "job " + job.id + " of " + job.dataset + " " + reason,
                null,
                Map.of("job_id", job.id));
    }

    private static AmpException noWorker(@Nullable String selector) {
        if (selector == null || selector.equals("*")) {
            return new AmpException(JobError.SCHEDULER_ERROR, "no workers available");
        }
        return new AmpException(
                JobError.WORKER_NOT_AVAILABLE,
                selector.endsWith("*")
                        ? "no active workers match pattern '" + selector + "'"
                        : "worker '" + selector + "' is not active");
    }

    /** Fewest non-terminal jobs among active, matching workers; ties at random. */
    private Optional<String> chooseNode(@Nullable String selector) {
        List<WorkerRow> candidates = db.workers.values().stream()
                .filter(db::isActive)
                .filter(worker -> matches(worker.nodeId, selector))
                .toList();
        long fewest = candidates.stream()
                .mapToLong(worker -> load(worker.nodeId))
                .min()
                .orElse(0);
        List<String> best = candidates.stream()
                .map(worker -> worker.nodeId)
                .filter(node -> load(node) == fewest)
                .toList();
        return best.isEmpty() ? Optional.empty() : Optional.of(best.get(db.random.nextInt(best.size())));
    }

    private long load(String nodeId) {
        return db.jobs.values().stream()
                .filter(job -> job.nodeId.equals(nodeId) && !job.status.isTerminal())
                .count();
    }

    private static boolean matches(String nodeId, @Nullable String selector) {
        return selector == null
                || (selector.endsWith("*")
                        ? nodeId.startsWith(selector.substring(0, selector.length() - 1))
                        : nodeId.equals(selector));
    }

    private void assign(JobRow job, String node) {
        job.nodeId = node;
        job.epoch++;
        job.attempts++;
        setStatus(job, JobStatus.SCHEDULED, null, job.descriptor);
        db.notifyJob(node, new JobAction(job.id, JobAction.Kind.START));
    }

    private void setStatus(JobRow job, JobStatus status, @Nullable ErrorDetail error, @Nullable String detailJson) {
        job.status = status;
        job.error = error;
        job.updatedAt = db.now();
        job.events.add(new JobEvent(db.nextId(), job.id, db.now(), job.nodeId, status.name(), detailJson));
    }

    private void fail(JobRow job, JobStatus status, ErrorDetail error) {
        setStatus(job, status, JsonTexts.roundTrip(error), JsonTexts.write(error));
        if (status == JobStatus.ERROR) {
            job.consecutiveErrors = db.committedSince(job.id, job.lastErrorAt) ? 1 : job.consecutiveErrors + 1;
            job.lastErrorAt = db.now();
            job.retryAt = db.now().plus(retryDelay(job.consecutiveErrors));
        }
    }

    private Duration retryDelay(int errors) {
        Duration exponential = Duration.ofSeconds(1L << Math.min(errors, 30));
        Duration capped = InMemoryDatabase.min(exponential, db.timings.retryMaxDelay());
        return Duration.ofNanos((long) (capped.toNanos() * (0.8 + 0.4 * db.random.nextDouble())));
    }

    @Override
    public Job requestStop(long jobId) {
        return db.transact(client, () -> {
            JobRow job = requireJob(jobId);
            switch (job.status) {
                case SCHEDULED, RUNNING -> {
                    setStatus(job, JobStatus.STOP_REQUESTED, null, null);
                    db.notifyJob(job.nodeId, new JobAction(job.id, JobAction.Kind.STOP));
                }
                case ERROR -> setStatus(job, JobStatus.STOPPED, null, null);
                case STOP_REQUESTED, STOPPING, STOPPED, COMPLETED, FATAL, UNKNOWN -> {
                    // Nothing to stop, or already asked to.
                }
            }
            return job.toJob();
        });
    }

    @Override
    public Transition transition(
            Assignment worker, Set<JobStatus> expected, JobStatus next, @Nullable ErrorDetail error) {
        boolean failure = next == JobStatus.ERROR || next == JobStatus.FATAL;
        if (failure != (error != null)) {
            throw new IllegalArgumentException("an error detail belongs to ERROR and FATAL, not to " + next);
        }
        return db.transact(client, () -> {
            if (db.fence(worker).isPresent()) {
                return new Transition.Fenced();
            }
            JobRow job = requireJob(worker.jobId());
            if (!expected.contains(job.status)) {
                return new Transition.Conflict(job.status);
            }
            if (error == null) {
                setStatus(job, next, null, null);
            } else {
                fail(job, next, error);
            }
            return new Transition.Applied(job.toJob());
        });
    }

    @Override
    public Optional<Job> claim(long jobId, String nodeId) {
        return db.transact(client, () -> {
            JobRow job = db.jobs.get(jobId);
            if (job == null || !job.nodeId.equals(nodeId) || job.status.isTerminal()) {
                return Optional.empty();
            }
            job.epoch++;
            return Optional.of(job.toJob());
        });
    }

    @Override
    public Optional<Job> find(long jobId) {
        return db.transact(client, () -> Optional.ofNullable(db.jobs.get(jobId)).map(JobRow::toJob));
    }

    @Override
    public Optional<Job> findByKey(String idempotencyKey) {
        return db.transact(client, () -> byKey(idempotencyKey).map(JobRow::toJob));
    }

    @Override
    public List<Job> list(Set<JobStatus> statuses, @Nullable Long before, int limit) {
        return db.transact(
                client,
                () -> jobs().filter(job -> (statuses.isEmpty() || statuses.contains(job.status))
                                && (before == null || job.id < before))
                        .sorted(Comparator.comparingLong((JobRow job) -> job.id).reversed())
                        .limit(limit)
                        .map(JobRow::toJob)
                        .toList());
    }

    @Override
    public List<Job> listOf(DatasetVersion dataset) {
        return db.transact(
                client,
                () -> jobs().filter(job -> job.dataset.equals(dataset))
                        .map(JobRow::toJob)
                        .toList());
    }

    @Override
    public List<Job> assignedTo(String nodeId) {
        return db.transact(
                client,
                () -> jobs().filter(job -> job.nodeId.equals(nodeId) && !job.status.isTerminal())
                        .map(JobRow::toJob)
                        .toList());
    }

    @Override
    public List<JobEvent> events(long jobId) {
        return db.transact(client, () -> {
            JobRow job = db.jobs.get(jobId);
            return job == null ? List.of() : List.copyOf(job.events);
        });
    }

    @Override
    public void delete(long jobId) {
        db.transact(client, () -> {
            JobRow job = db.jobs.get(jobId);
            if (job != null && !job.status.isTerminal()) {
                throw new AmpException(JobError.JOB_CONFLICT, "job " + jobId + " is " + job.status + "; stop it first");
            }
            return job != null && remove(job);
        });
    }

    @Override
    public int deleteAll(Set<JobStatus> terminalStatuses) {
        if (!terminalStatuses.stream().allMatch(JobStatus::isTerminal)) {
            throw new IllegalArgumentException("only ended jobs can be deleted, not " + terminalStatuses);
        }
        return db.transact(client, () -> {
            List<JobRow> ended =
                    jobs().filter(job -> terminalStatuses.contains(job.status)).toList();
            ended.forEach(this::remove);
            return ended.size();
        });
    }

    @Override
    public void deleteListed(List<Long> jobIds) {
        db.transact(client, () -> {
            List<JobRow> listed = jobs().filter(job -> jobIds.contains(job.id)).toList();
            listed.stream().filter(job -> !job.status.isTerminal()).findFirst().ifPresent(job -> {
                throw new AmpException(JobError.JOB_CONFLICT, "job " + job.id + " has not ended: " + job.status);
            });
            listed.forEach(this::remove);
            return listed.size();
        });
    }

    private boolean remove(JobRow job) {
        db.jobs.remove(job.id);
        for (RevisionRow revision : db.revisions.values()) {
            if (Objects.equals(revision.writer, job.id)) {
                revision.writer = null;
            }
        }
        return true;
    }

    @Override
    public List<Long> rescheduleDue() {
        return db.transact(client, () -> {
            List<Long> rescheduled = new ArrayList<>();
            for (JobRow job : jobs().filter(this::isRetryDue).toList()) {
                retryNode(job).ifPresent(node -> {
                    assign(job, node);
                    rescheduled.add(job.id);
                });
            }
            return rescheduled;
        });
    }

    private boolean isRetryDue(JobRow job) {
        return job.status == JobStatus.ERROR
                && job.retryAt != null
                && !job.retryAt.isAfter(db.now())
                && !EphemeralNodes.isEphemeral(job.nodeId);
    }

    private Optional<String> retryNode(JobRow job) {
        WorkerRow before = db.workers.get(job.nodeId);
        return before != null && db.isActive(before) && matches(job.nodeId, job.nodeSelector)
                ? Optional.of(job.nodeId)
                : chooseNode(job.nodeSelector);
    }

    @Override
    public List<Long> failOver() {
        try {
            return db.transact(client, () -> {
                long now = clock.nanoTime();
                if (availableSinceNanos == null) {
                    availableSinceNanos = now;
                }
                if (now - availableSinceNanos < db.timings.databaseSeen().toNanos()) {
                    return List.of();
                }
                List<Long> moved = new ArrayList<>();
                for (JobRow job : jobs().filter(job -> !job.status.isTerminal() && db.isDead(job.nodeId))
                        .toList()) {
                    if (moveFromDeadWorker(job)) {
                        moved.add(job.id);
                    }
                }
                return moved;
            });
        } catch (AmpException failure) {
            availableSinceNanos = null;
            throw failure;
        }
    }

    private boolean moveFromDeadWorker(JobRow job) {
        return switch (job.status) {
            case STOP_REQUESTED, STOPPING -> stopForDeadWorker(job);
            case SCHEDULED, RUNNING -> EphemeralNodes.isEphemeral(job.nodeId) ? stopForDeadWorker(job) : reassign(job);
            case STOPPED, COMPLETED, ERROR, FATAL, UNKNOWN -> false;
        };
    }

    private boolean stopForDeadWorker(JobRow job) {
        setStatus(job, JobStatus.STOPPED, null, null);
        return true;
    }

    private boolean reassign(JobRow job) {
        // A job that never started cannot have killed its worker.
        int failovers = job.status == JobStatus.SCHEDULED
                ? job.failovers
                : db.committedSince(job.id, job.lastFailoverAt) ? 1 : job.failovers + 1;
        if (failovers >= db.timings.maxFailovers()) {
            fail(
                    job,
                    JobStatus.FATAL,
                    new ErrorDetail(
                            JobError.WORKER_CRASH_LOOP.name(),
                            "the job's worker died " + failovers + " times without a committed file in between",
                            Map.of("attempt_index", (long) job.attempts)));
            return true;
        }
        Optional<String> node = chooseNode(job.nodeSelector);
        if (node.isEmpty()) {
            return false;
        }
        if (job.status == JobStatus.RUNNING) {
            job.failovers = failovers;
            job.lastFailoverAt = db.now();
        }
        assign(job, node.get());
        return true;
    }

    private Stream<JobRow> jobs() {
        return db.jobs.values().stream();
    }

    private Optional<JobRow> byKey(String idempotencyKey) {
        return jobs().filter(job -> job.key.equals(idempotencyKey)).findFirst();
    }

    private JobRow requireJob(long jobId) {
        JobRow job = db.jobs.get(jobId);
        if (job == null) {
            throw new AmpException(JobError.JOB_NOT_FOUND, "job " + jobId + " does not exist");
        }
        return job;
    }
}
