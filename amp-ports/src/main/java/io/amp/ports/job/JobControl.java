package io.amp.ports.job;

import io.amp.ports.dataset.DatasetVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inbound: deploy datasets and operate jobs. Thread-safe. Failures carry a {@link JobError}. */
public interface JobControl {
    /** @param parallelism partitions extracted at once; 0 counts as 1 */
    record DeployRequest(
            DatasetVersion dataset,
            EndBlock endBlock,
            int parallelism,
            VerifyMode verify,
            @Nullable String nodeSelector) {}

    Job deploy(DeployRequest request);

    Job stop(long jobId);

    Optional<Job> find(long jobId);

    List<Job> list(Set<JobStatus> statuses, @Nullable Long before, int limit);

    List<Job> listOf(DatasetVersion dataset);

    List<JobEvent> events(long jobId);

    void delete(long jobId);

    int deleteAll(Set<JobStatus> terminalStatuses);

    /** Deletes all of them or none; unknown ids are ignored. {@link JobError#JOB_CONFLICT} when one is not terminal. */
    void deleteListed(List<Long> jobIds);

    /** Progress of the tables a job writes, by table name; empty when it has none yet. */
    Map<String, TableProgress> progress(long jobId);

    /** Progress of every table of a dataset version; tables without an active revision have nulls and zeros. */
    Map<String, TableProgress> progressOf(DatasetVersion dataset);

    /**
     * From the canonical chain only.
     *
     * @param startBlock null without data
     * @param writer job that holds the writer mark, if any
     */
    record TableProgress(
            @Nullable Long startBlock,
            @Nullable Long currentBlock,
            long filesCount,
            long totalSizeBytes,
            @Nullable Long writer) {}
}
