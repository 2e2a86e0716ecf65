package io.amp.adapters.postgres;

import io.amp.ports.job.Job;
import io.amp.ports.job.JobAction;
import io.amp.ports.job.JobStatus;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Changes of a job's status, always with the event that tells of them. The caller holds the row's lock. */
final class JobWrites {
    private JobWrites() {}

    /** To SCHEDULED on a node, with event and notification. */
    static Job assign(Handle handle, long jobId, String node) {
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

    /** To a status that is not SCHEDULED, with its event. */
    static void setStatus(Handle handle, long jobId, JobStatus status, @Nullable String detailJson) {
        handle.createUpdate("""
                        UPDATE jobs_status SET status = :status, detail = :detail::json, updated_at = now(), retry_at = NULL
                        WHERE job_id = :job""")
                .bind("status", status.name())
                .bind("detail", detailJson)
                .bind("job", jobId)
                .execute();
        insertEvent(handle, jobId);
    }

    static Job read(Handle handle, long jobId) {
        return handle.createQuery("SELECT " + JobRow.JOB_COLUMNS + JobRow.FROM + "WHERE j.id = :job")
                .bind("job", jobId)
                .map((row, context) -> JobRow.job(row))
                .one();
    }
}
