package io.amp.testkit.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a free port of this host; anybody may connect as {@code postgres} without password. Thread-safe. */
public final class PostgresServer {
    private static final class Shared {
        static final PostgresServer SERVER = start();
    }

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();
    private final Map<String, String> templates = new ConcurrentHashMap<>();

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** The server of this test process; it ends with the process. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static PostgresServer start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("max_connections", "300")
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("encoding", "UTF8")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "postgres-stop"));
            return new PostgresServer(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty database. */
    public TestDatabase newDatabase() {
        return create("template1");
    }

    /** What makes a database ready for tests, given its URL. */
    @FunctionalInterface
    public interface Preparation {
        void prepare(String url) throws Exception;
    }

    /**
     * A copy of a database that was prepared once per test process, such as by running migrations.
     *
     * @param name of the prepared database
     */
    public TestDatabase newDatabase(String name, Preparation preparation) {
        return create(templates.computeIfAbsent(name, unprepared -> {
            TestDatabase template = newDatabase();
            try {
                preparation.prepare(template.url());
            } catch (Exception e) {
                throw new IllegalStateException("cannot prepare database '" + name + "'", e);
            }
            return template.name();
        }));
    }

    private synchronized TestDatabase create(String template) {
        String name = "test_" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        return new TestDatabase(this, name);
    }

    void execute(String sql) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + database, "postgres", "");
    }

    public int port() {
        return server.getPort();
    }
}
