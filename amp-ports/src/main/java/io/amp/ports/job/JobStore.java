package io.amp.ports.job;

import io.amp.ports.dataset.DatasetVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in the metadata database. Each method is one transaction: status, event and notification together. Thread-safe. Failures:
 * {@code StorageError.METADATA_UNAVAILABLE} (retryable), {@code METADATA_ERROR}, and {@link JobError} as named.
 */
public interface JobStore {
    /**
     * Creates the job of a key or schedules it again (jobs-and-storage specification, section 3.4), choosing the node with the fewest
     * non-terminal jobs among active ones that match.
     *
     * @param idempotencyKey one job per key
     * @param descriptorJson compared as JSON values
     * @param nodeSelector exact node id or prefix glob {@code name*}; null = any. Kept with the job for retries and failover
     * @throws io.amp.ports.error.AmpException {@link JobError#ACTIVE_JOB_CONFLICT}, {@link JobError#WORKER_NOT_AVAILABLE}, {@link
     *     JobError#SCHEDULER_ERROR}
     */
    Job schedule(String idempotencyKey, DatasetVersion dataset, String descriptorJson, @Nullable String nodeSelector);

    /**
     * Stop request: SCHEDULED and RUNNING become STOP_REQUESTED, ERROR becomes STOPPED, others stay.
     *
     * @throws io.amp.ports.error.AmpException {@link JobError#JOB_NOT_FOUND}
     */
    Job requestStop(long jobId);

    /**
     * A worker's status change, fenced by node and epoch: a job that ended, went elsewhere or was deleted is not this worker's any more.
     *
     * @param expected the change happens only from one of these
     * @param error for ERROR and FATAL
     */
    Transition transition(Assignment worker, Set<JobStatus> expected, JobStatus next, @Nullable ErrorDetail error);

    /**
     * Raises the epoch of a job this node (re)starts, so that an earlier process of the same node is fenced out; empty when the job has
     * ended or is not its own.
     */
    Optional<Job> claim(long jobId, String nodeId);

    Optional<Job> find(long jobId);

    Optional<Job> findByKey(String idempotencyKey);

    /**
     * Newest first.
     *
     * @param statuses empty = all
     * @param before only ids below; null = from the newest
     */
    List<Job> list(Set<JobStatus> statuses, @Nullable Long before, int limit);

    /** Jobs of one dataset version, ascending by id, each once. */
    List<Job> listOf(DatasetVersion dataset);

    /** Non-terminal jobs assigned to a node, ascending. */
    List<Job> assignedTo(String nodeId);

    /** Ascending. */
    List<JobEvent> events(long jobId);

    /** Only terminal jobs; unknown is success. Revisions it wrote have no writer then. {@link JobError#JOB_CONFLICT} otherwise. */
    void delete(long jobId);

    /** @return number deleted */
    int deleteAll(Set<JobStatus> terminalStatuses);

    /** Deletes all of them or none; unknown ids are ignored. {@link JobError#JOB_CONFLICT} when one is not terminal. */
    void deleteListed(List<Long> jobIds);

    /**
     * Controller: ERROR jobs whose retry is due become SCHEDULED (section 3.6).
     *
     * @return their ids
     */
    List<Long> rescheduleDue();

    /**
     * Controller: jobs of dead workers move or end (section 3.7). Does nothing until this store has seen the database available for
     * {@link JobTimings#databaseSeen()}, measured over its own scans.
     *
     * @return their ids
     */
    List<Long> failOver();

    /** What a status change came to. */
    sealed interface Transition {
        record Applied(Job job) implements Transition {}

        /** Another status than expected; nothing changed. */
        record Conflict(JobStatus actual) implements Transition {}

        /** Not this worker's job any more; nothing changed. */
        record Fenced() implements Transition {}
    }
}
