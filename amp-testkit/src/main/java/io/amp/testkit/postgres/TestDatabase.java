package io.amp.testkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One database of a {@link PostgresServer}; closing drops it, together with whoever is still connected. */
public final class TestDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final String name;

    TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** In libpq's form, as configuration files have it. */
    public String url() {
        return "postgresql://postgres@localhost:" + server.port() + "/" + name;
    }

    /** A new connection; the caller closes it. */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** First column of all rows, as text. */
    public List<@Nullable String> query(String sql) {
        List<@Nullable String> values = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Ends every session on this database. */
    public void breakConnections() {
        server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name
                + "' AND pid <> pg_backend_pid()");
    }

    @Override
    public void close() {
        server.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
}
