package io.amp.adapters.postgres;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobTimings;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which worker gets a job (jobs-and-storage specification, section 3.4). */
final class NodeChoice {
    private static final String ACTIVE =
            " w.state = 'ACTIVE' AND w.heartbeat_at > now() - make_interval(secs => :activeSeconds) ";

    private static final String MATCHES =
            " (:exact::text IS NULL OR w.node_id = :exact) AND (:prefix::text IS NULL OR starts_with(w.node_id, :prefix)) ";

    private final double activeSeconds;

    NodeChoice(JobTimings timings) {
        this.activeSeconds = timings.workerActive().toNanos() / 1e9;
    }

    /** Fewest non-terminal jobs among active, matching workers; ties at random. The caller holds the scheduler's lock. */
    Optional<String> choose(Handle handle, @Nullable String selector) {
        return bindSelector(handle.createQuery("""
                                SELECT w.node_id FROM workers w LEFT JOIN jobs_status s ON s.node_id = w.node_id
                                    AND upper(s.status) NOT IN ('STOPPED', 'COMPLETED', 'ERROR', 'FATAL', 'FAILED')
                                WHERE""" + ACTIVE + "AND" + MATCHES + """
                                GROUP BY w.node_id ORDER BY count(s.job_id), random() LIMIT 1"""), selector)
                .mapTo(String.class)
                .findOne();
    }

    /** The node when it is active and matches, else {@link #choose}. */
    Optional<String> keepOrChoose(Handle handle, String nodeId, @Nullable String selector) {
        boolean keep = bindSelector(
                        handle.createQuery(
                                "SELECT 1 FROM workers w WHERE w.node_id = :node AND" + ACTIVE + "AND" + MATCHES),
                        selector)
                .bind("node", nodeId)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
        return keep ? Optional.of(nodeId) : choose(handle, selector);
    }

    private org.jdbi.v3.core.statement.Query bindSelector(
            org.jdbi.v3.core.statement.Query query, @Nullable String selector) {
        boolean glob = selector != null && selector.endsWith("*");
        return query.bind("activeSeconds", activeSeconds)
                .bind("exact", glob ? null : selector)
                .bind("prefix", selector != null && glob ? selector.substring(0, selector.length() - 1) : null);
    }

    /** Why nothing could be chosen. */
    static AmpException noneFor(@Nullable String selector) {
        if (selector == null || selector.equals("*")) {
            return new AmpException(JobError.SCHEDULER_ERROR, "no workers available");
        }
        return new AmpException(
                JobError.WORKER_NOT_AVAILABLE,
                selector.endsWith("*")
                        ? "no active workers match pattern '" + selector + "'"
                        : "worker '" + selector + "' is not active");
    }
}
