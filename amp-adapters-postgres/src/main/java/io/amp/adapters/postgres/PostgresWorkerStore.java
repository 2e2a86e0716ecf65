package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.job.WorkerStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Workers in PostgreSQL. */
final class PostgresWorkerStore implements WorkerStore, AutoCloseable {
    private static final String COLUMNS =
            "SELECT id, node_id, info, created_at, registered_at, heartbeat_at, state FROM workers ";

    private final Database database;
    private final Connector connector;
    private final Set<PostgresWorkerSession> sessions = ConcurrentHashMap.newKeySet();

    PostgresWorkerStore(Database database, Connector connector) {
        this.database = database;
        this.connector = connector;
    }

    @Override
    public WorkerSession start(String nodeId, Map<String, String> info, Duration patience) throws InterruptedException {
        var session = new PostgresWorkerSession(connector, nodeId, info, sessions::remove);
        session.start(patience);
        sessions.add(session);
        return session;
    }

    @Override
    public List<Worker> list() {
        return database.single(
                "list workers",
                handle -> handle.createQuery(COLUMNS + "ORDER BY id DESC")
                        .map((row, context) -> worker(row))
                        .list());
    }

    @Override
    public Optional<Worker> find(String nodeId) {
        return database.single(
                "find a worker",
                handle -> handle.createQuery(COLUMNS + "WHERE node_id = :node")
                        .bind("node", nodeId)
                        .map((row, context) -> worker(row))
                        .findOne());
    }

    private static Worker worker(ResultSet row) throws SQLException {
        return new Worker(
                row.getLong("id"),
                row.getString("node_id"),
                JsonColumns.texts(row.getString("info")),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "registered_at"),
                Rows.instant(row, "heartbeat_at"),
                row.getString("state").equals("DRAINING"));
    }

    @Override
    public void close() {
        sessions.forEach(PostgresWorkerSession::close);
    }
}
