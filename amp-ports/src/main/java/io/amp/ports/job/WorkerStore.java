package io.amp.ports.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Registered workers. Thread-safe. */
public interface WorkerStore {
    /**
     * Takes the node's identity lock (waiting at most {@code patience}), registers the node and starts a session.
     *
     * @param info build facts shown by the Admin API ({@code version}, {@code commit_sha}, …)
     * @throws io.amp.ports.error.AmpException {@link JobError#NODE_ID_IN_USE}
     */
    WorkerSession start(String nodeId, Map<String, String> info, Duration patience) throws InterruptedException;

    /** Descending by id. */
    List<Worker> list();

    Optional<Worker> find(String nodeId);

    record Worker(
            long id,
            String nodeId,
            Map<String, String> info,
            Instant createdAt,
            Instant registeredAt,
            Instant heartbeatAt,
            boolean draining) {
        public Worker {
            info = Map.copyOf(info);
        }
    }

    /** A live registration on a connection of its own. */
    interface WorkerSession extends AutoCloseable {
        /**
         * Writes one heartbeat, reconnecting and re-taking the lock when needed.
         *
         * @throws io.amp.ports.error.AmpException {@code METADATA_UNAVAILABLE}: try again; {@link JobError#NODE_ID_IN_USE}: the identity
         *     went to another process
         */
        void heartbeat();

        /** No new jobs from now on. */
        void drain();

        /** Releases the lock. Idempotent. */
        @Override
        void close();
    }
}
