package io.amp.adapters.postgres;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.StorageError;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The check that begins every transaction of a worker (jobs-and-storage specification, section 3.7). It locks the job's row, and a
 * reassignment updates that row: either the worker's transaction comes first, and the new owner sees what it wrote, or it is rejected.
 */
final class Fence {
    private record Owner(String nodeId, long epoch, JobStatus status) {}

    private Fence() {}

    /**
     * Shares the row with the job's other writers until the transaction ends.
     *
     * @return why the writer may not write; empty when it may
     */
    static Optional<String> check(Handle handle, Assignment writer) {
        Optional<Owner> owner = handle.createQuery(
                        "SELECT node_id, epoch, status FROM jobs_status WHERE job_id = :job FOR SHARE")
                .bind("job", writer.jobId())
                .map((row, context) -> new Owner(
                        row.getString("node_id"), row.getLong("epoch"), JobStatus.read(row.getString("status"))))
                .findOne();
        if (owner.isEmpty()) {
            return Optional.of("job " + writer.jobId() + " does not exist");
        }
        return mismatch(writer, owner.get().nodeId, owner.get().epoch, owner.get().status);
    }

    static Optional<String> mismatch(Assignment writer, String nodeId, long epoch, JobStatus status) {
        if (status.isTerminal()) {
            return Optional.of("job " + writer.jobId() + " is " + status);
        }
        if (!nodeId.equals(writer.nodeId()) || epoch != writer.epoch()) {
            return Optional.of("job " + writer.jobId() + " is assigned to " + nodeId + " (epoch " + epoch + "), not to "
                    + writer.nodeId() + " (epoch " + writer.epoch() + ")");
        }
        return Optional.empty();
    }

    /** @throws AmpException {@link StorageError#FENCED} */
    static void require(Handle handle, Assignment writer) {
        check(handle, writer).ifPresent(reason -> {
            throw new AmpException(StorageError.FENCED, reason);
        });
    }
}
