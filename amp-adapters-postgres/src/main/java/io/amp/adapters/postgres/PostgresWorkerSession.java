package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.SqlFailure;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.storage.StorageError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note
 *
 * The identity is a session-level advisory lock on a connection of its own; the connection's end frees it. After a reconnect the lock may
 * still be held by this process's earlier backend, which the server has not missed yet. That backend carries the session's id in its
 * application name, so it is told apart from another process and ended.
 */

/** One process's hold on a node id. Thread-safe: one caller at a time uses the connection. */
final class PostgresWorkerSession implements WorkerSession {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresWorkerSession.class);

    private static final Duration LOCK_POLL = Duration.ofMillis(200);
    private static final int RELOCK_ATTEMPTS = 10;
    private static final Duration RELOCK_POLL = Duration.ofMillis(50);

    /** A heartbeat that takes longer is as good as missed; the next one needs a new connection. */
    private static final int ANSWER_TIMEOUT_SECONDS = 4;

    private final Connector connector;
    private final String nodeId;
    private final String infoJson;
    private final Consumer<PostgresWorkerSession> onClose;
    private final UUID sessionId = UUID.randomUUID();
    private @Nullable Connection connection;
    private boolean draining;
    private boolean closed;

    PostgresWorkerSession(
            Connector connector, String nodeId, Map<String, String> info, Consumer<PostgresWorkerSession> onClose) {
        this.connector = connector;
        this.nodeId = nodeId;
        this.infoJson = JsonColumns.write(info);
        this.onClose = onClose;
    }

    private String applicationName() {
        return "amp worker " + sessionId;
    }

    private AmpException inUse() {
        return new AmpException(JobError.NODE_ID_IN_USE, "worker node ID '" + nodeId + "' is already in use");
    }

    /** Takes the lock before it writes anything: a rejected duplicate must not touch the row of the worker that is there. */
    synchronized void start(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            Connection open = open();
            while (!tryLock(open)) {
                if (System.nanoTime() >= deadline) {
                    throw inUse();
                }
                Thread.sleep(LOCK_POLL);
            }
            register(open);
        } catch (SQLException e) {
            disconnect();
            throw SqlFailure.translate("register worker '" + nodeId + "'", e);
        } catch (AmpException | InterruptedException e) {
            disconnect();
            throw e;
        }
    }

    private Connection open() throws SQLException {
        Connection open = connector.openWithKeepalive(applicationName());
        connection = open;
        open.setNetworkTimeout(Runnable::run, ANSWER_TIMEOUT_SECONDS * 1000);
        return open;
    }

    private boolean tryLock(Connection open) throws SQLException {
        try (PreparedStatement statement =
                open.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 0))")) {
            statement.setString(1, nodeId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void register(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("""
                INSERT INTO workers AS known (node_id, info, session_id, state) VALUES (?, ?::jsonb, ?, ?)
                ON CONFLICT (node_id) DO UPDATE SET info = excluded.info, session_id = excluded.session_id,
                    state = excluded.state, heartbeat_at = now(),
                    registered_at = CASE WHEN known.session_id = excluded.session_id THEN known.registered_at ELSE now() END""")) {
            statement.setString(1, nodeId);
            statement.setString(2, infoJson);
            statement.setObject(3, sessionId);
            statement.setString(4, draining ? "DRAINING" : "ACTIVE");
            statement.executeUpdate();
        }
    }

    @Override
    public synchronized void heartbeat() {
        if (closed) {
            throw new IllegalStateException("the session of worker '" + nodeId + "' is closed");
        }
        try {
            Connection open = connection;
            if (open == null || !beats(open)) {
                open = open();
                lockAgain(open);
                register(open);
                LOG.info("worker '{}' is connected to the metadata database again", nodeId);
            }
        } catch (SQLException e) {
            disconnect();
            throw SqlFailure.translate("heartbeat of worker '" + nodeId + "'", e);
        } catch (AmpException e) {
            disconnect();
            throw e;
        }
    }

    /** @return false when the connection is gone */
    private boolean beats(Connection open) throws SQLException {
        try {
            if (beat(open) == 0) {
                register(open);
            }
            return true;
        } catch (SQLException e) {
            if (!SqlFailure.of(e).isUnavailability()) {
                throw e;
            }
            LOG.warn("worker '{}' lost the metadata database (SQLSTATE {})", nodeId, e.getSQLState());
            disconnect();
            return false;
        }
    }

    private int beat(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(
                "UPDATE workers SET heartbeat_at = now(), state = ? WHERE node_id = ? AND session_id = ?")) {
            statement.setString(1, draining ? "DRAINING" : "ACTIVE");
            statement.setString(2, nodeId);
            statement.setObject(3, sessionId);
            return statement.executeUpdate();
        }
    }

    private void lockAgain(Connection open) throws SQLException {
        for (int attempt = 1; !tryLock(open); attempt++) {
            if (isTakenByAnother(open)) {
                throw inUse();
            }
            endEarlierBackends(open);
            if (attempt == RELOCK_ATTEMPTS) {
                throw unlocked(null);
            }
            try {
                Thread.sleep(RELOCK_POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unlocked(e);
            }
        }
        if (isTakenByAnother(open)) {
            // It came and went while this process was cut off; its registration must be replaced.
            LOG.warn("another process used node id '{}' meanwhile", nodeId);
        }
    }

    private AmpException unlocked(@Nullable Throwable cause) {
        return new AmpException(
                StorageError.METADATA_UNAVAILABLE, "the lock of worker '" + nodeId + "' is not free yet", cause);
    }

    private boolean isTakenByAnother(Connection open) throws SQLException {
        try (PreparedStatement statement =
                open.prepareStatement("SELECT 1 FROM workers WHERE node_id = ? AND session_id <> ?")) {
            statement.setString(1, nodeId);
            statement.setObject(2, sessionId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private void endEarlierBackends(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = ? AND pid <> pg_backend_pid()""")) {
            statement.setString(1, applicationName());
            statement.execute();
        }
    }

    @Override
    public synchronized void drain() {
        draining = true;
        heartbeat();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        onClose.accept(this);
        Connection open = connection;
        if (open != null) {
            try {
                release(open);
            } catch (SQLException e) {
                LOG.debug("the lock of worker '{}' goes with its connection", nodeId, e);
            }
        }
        disconnect();
    }

    /** Unlocks by a statement: a closed connection frees the lock too, but some time after close() returned. */
    private void release(Connection open) throws SQLException {
        if (EphemeralNodes.FORM.matcher(nodeId).matches()) {
            try (PreparedStatement statement =
                    open.prepareStatement("DELETE FROM workers WHERE node_id = ? AND session_id = ?")) {
                statement.setString(1, nodeId);
                statement.setObject(2, sessionId);
                statement.executeUpdate();
            }
        }
        try (PreparedStatement statement = open.prepareStatement("SELECT pg_advisory_unlock(hashtextextended(?, 0))")) {
            statement.setString(1, nodeId);
            statement.execute();
        }
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing a broken connection", e);
            }
        }
    }
}
