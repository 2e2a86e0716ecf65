package io.amp.adapters.postgres;

import io.amp.ports.job.JobAction;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels and payloads that every process of a deployment agrees on (jobs-and-storage specification, section 1.5). */
final class Notifications {
    static final String JOB_ACTIONS = "job_actions";
    static final String CHANGE_TRACKING = "change-tracking";

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    /** An action and the node it is for. */
    record NodeAction(String nodeId, JobAction action) {}

    private Notifications() {}

    static void sendChanges(Handle handle, Collection<Long> locationIds) {
        handle.createQuery("SELECT count(pg_notify('change-tracking', id::text)) FROM unnest(:ids) AS changed (id)")
                .bindArray("ids", Long.class, locationIds)
                .mapTo(Integer.class)
                .one();
    }

    static void send(Handle handle, String nodeId, JobAction action) {
        handle.createQuery("""
                        SELECT pg_notify('job_actions', json_build_object('node_id', :node::text,
                            'payload', json_build_object('job_id', :job::bigint, 'action', :action::text))::text)::text""")
                .bind("node", nodeId)
                .bind("job", action.jobId())
                .bind("action", action.kind().name())
                .mapTo(String.class)
                .one();
    }

    /** Empty, with a warning, for a payload that makes no sense. */
    static Optional<Long> readChange(String payload) {
        try {
            return Optional.of(Long.parseLong(payload.strip()));
        } catch (NumberFormatException e) {
            LOG.warn("skipping a malformed notification on {}: '{}'", CHANGE_TRACKING, abbreviate(payload));
            return Optional.empty();
        }
    }

    /** Empty for another node's action, whose payload is not looked at, and, with a warning, for one that makes no sense. */
    static Optional<NodeAction> readAction(String payload, java.util.function.Predicate<String> isWatched) {
        try {
            var message = JsonColumns.tree(payload);
            String nodeId = message.path("node_id").asText();
            if (message.path("node_id").isTextual() && !isWatched.test(nodeId)) {
                return Optional.empty();
            }
            var body = message.path("payload");
            if (message.path("node_id").isTextual() && body.path("job_id").canConvertToLong()) {
                var kind = JobAction.Kind.valueOf(body.path("action").asText().toUpperCase(Locale.ROOT));
                return Optional.of(
                        new NodeAction(nodeId, new JobAction(body.path("job_id").longValue(), kind)));
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("unreadable notification", e);
        }
        LOG.warn("skipping a malformed notification on {}: '{}'", JOB_ACTIONS, abbreviate(payload));
        return Optional.empty();
    }

    private static String abbreviate(String payload) {
        return payload.length() <= 200 ? payload : payload.substring(0, 200) + "…";
    }
}
