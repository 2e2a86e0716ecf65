package io.amp.adapters.postgres;

import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A job with what its store decides by.
 *
 * @param committedSinceError a file was committed since the last failure; false without one
 * @param committedSinceFailover likewise since the last failover
 */
record JobRow(
        Job job,
        String dataset,
        @Nullable String nodeSelector,
        int consecutiveErrors,
        int failovers,
        boolean committedSinceError,
        boolean committedSinceFailover) {

    static final String JOB_COLUMNS =
            "j.id, j.created_at, s.node_id, s.status, s.detail, s.descriptor, s.updated_at, s.epoch, s.attempts";

    static final String FROM = " FROM jobs j JOIN jobs_status s ON s.job_id = j.id ";

    private static final String LAST_COMMIT =
            "(SELECT max(r.committed_at) FROM physical_table_revisions r WHERE r.writer = j.id)";

    /** @param lock appended to the query, such as {@code FOR UPDATE OF s} */
    private static Optional<JobRow> find(Handle handle, String condition, Object value, String lock) {
        return handle.createQuery("SELECT " + JOB_COLUMNS + """
                        , j.dataset_namespace || '/' || j.dataset_name || '@' || j.manifest_hash AS dataset, s.node_selector,
                        s.consecutive_errors, s.failovers,
                        coalesce(""" + LAST_COMMIT
                        + " > s.last_error_at, false) AS committed_since_error, coalesce("
                        + LAST_COMMIT + " > s.last_failover_at, false) AS committed_since_failover" + FROM + "WHERE "
                        + condition + " " + lock)
                .bind("value", value)
                .map((row, context) -> new JobRow(
                        job(row),
                        row.getString("dataset"),
                        row.getString("node_selector"),
                        row.getInt("consecutive_errors"),
                        row.getInt("failovers"),
                        row.getBoolean("committed_since_error"),
                        row.getBoolean("committed_since_failover")))
                .findOne();
    }

    /** Locks the row for a status change; a lock to be upgraded later could deadlock. */
    static Optional<JobRow> lock(Handle handle, long jobId) {
        return find(handle, "j.id = :value", jobId, "FOR UPDATE OF s");
    }

    /** As {@link #lock}, but empty when another transaction holds the row. */
    static Optional<JobRow> lockUnlessTaken(Handle handle, long jobId) {
        return find(handle, "j.id = :value", jobId, "FOR UPDATE OF s SKIP LOCKED");
    }

    static Optional<JobRow> lockByKey(Handle handle, String idempotencyKey) {
        return find(handle, "j.idempotency_key = :value", idempotencyKey, "FOR UPDATE OF s");
    }

    static Job job(ResultSet row) throws SQLException {
        JobStatus status = JobStatus.read(row.getString("status"));
        boolean failed = status == JobStatus.ERROR || status == JobStatus.FATAL;
        Instant createdAt = Rows.instant(row, "created_at");
        return new Job(
                row.getLong("id"),
                row.getString("node_id"),
                status,
                row.getLong("epoch"),
                row.getString("descriptor"),
                failed ? JsonColumns.error(row.getString("detail")) : null,
                row.getInt("attempts"),
                createdAt,
                Rows.instant(row, "updated_at"));
    }
}
