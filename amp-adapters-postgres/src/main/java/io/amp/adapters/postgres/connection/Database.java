package io.amp.adapters.postgres.connection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.amp.ports.error.AmpException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections and the transactions on it. Transactions that the server undid are restarted; lost connections are retried by
 * the {@link RetryPolicy}, so work must be harmless to repeat, or ask {@link Attempt#mayHaveHappened} what an earlier attempt left. Failures
 * arrive as {@link AmpException}s. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Restarts of a transaction that the server undid; conflicts among few writers settle long before. */
    private static final int RESTARTS_MAX = 10;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final RetryPolicy retry;

    /** Opens no connection yet. */
    public Database(PostgresSettings settings, Connector connector) {
        var config = new HikariConfig();
        config.setPoolName("amp-metadata");
        config.setDataSource(new ConnectorDataSource(connector));
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(settings.minConnections());
        config.setMaxLifetime(settings.maxLifetime().toMillis());
        config.setIdleTimeout(settings.idleTimeout().toMillis());
        config.setConnectionTimeout(settings.acquireTimeout().toMillis());
        config.setValidationTimeout(Math.min(settings.acquireTimeout().toMillis(), 3000));
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
        this.retry = settings.retry();
    }

    /** Work of one transaction that must not fail with a checked exception. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Handle handle, Attempt attempt) throws SQLException;
    }

    /** @param mayHaveHappened true when an earlier attempt of the same work may have been committed, its acknowledgement lost */
    public record Attempt(boolean mayHaveHappened) {}

    /** @param operation for messages, such as {@code "list jobs"} */
    public <T extends @Nullable Object> T transact(String operation, Function<Handle, T> work) {
        return transact(operation, (handle, attempt) -> work.apply(handle));
    }

    public <T extends @Nullable Object> T transact(String operation, Work<T> work) {
        return run(operation, attempt -> jdbi.inTransaction(handle -> work.run(handle, attempt)));
    }

    /** A single statement that needs no transaction around it: it sees one snapshot, and saves two round trips. */
    public <T extends @Nullable Object> T single(String operation, Function<Handle, T> work) {
        return run(operation, attempt -> jdbi.withHandle(work::apply));
    }

    /** As {@link #single} without retries: for callers that want to know of every outage. */
    public <T extends @Nullable Object> T once(String operation, Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException failure) {
            throw SqlFailure.translate(operation, failure);
        }
    }

    @FunctionalInterface
    private interface Call<T extends @Nullable Object> {
        T run(Attempt attempt) throws SQLException;
    }

    private <T extends @Nullable Object> T run(String operation, Call<T> call) {
        int restarts = 0;
        int retries = 0;
        boolean mayHaveHappened = false;
        while (true) {
            try {
                return call.run(new Attempt(mayHaveHappened));
            } catch (SQLException | JdbiException failure) {
                SqlFailure kind = SqlFailure.of(failure);
                if (kind == SqlFailure.TRANSACTION && restarts < RESTARTS_MAX) {
                    restarts++;
                    continue;
                }
                if (!kind.isUnavailability() || retries >= retry.retriesMax() || pool.isClosed()) {
                    throw SqlFailure.translate(operation, failure);
                }
                retries++;
                mayHaveHappened = true;
                Duration pause = retry.pause(retries);
                LOG.warn("{}: connection to the metadata database lost, again in {} ms", operation, pause.toMillis());
                if (!sleep(pause)) {
                    throw SqlFailure.translate(operation, failure);
                }
            }
        }
    }

    /** @return false when interrupted; the flag stays */
    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks the database something trivial, without retries. */
    public boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            LOG.debug("the metadata database does not answer", e);
            return false;
        }
    }

    /** Connections in use and idle, for metrics. */
    public int openConnections() {
        return pool.getHikariPoolMXBean() == null
                ? 0
                : pool.getHikariPoolMXBean().getTotalConnections();
    }

    @Override
    public void close() {
        pool.close();
    }

    /** What the pool asks for connections. */
    private record ConnectorDataSource(Connector connector) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            return connector.open();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException("credentials come from the database URL");
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter out) {
            // Logging goes through SLF4J.
        }

        @Override
        public void setLoginTimeout(int seconds) {
            // The connector's own limits hold.
        }

        @Override
        public int getLoginTimeout() {
            return 5;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException("logging goes through SLF4J");
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("no " + type.getName());
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
