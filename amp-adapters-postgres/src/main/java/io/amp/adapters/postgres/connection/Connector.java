package io.amp.adapters.postgres.connection;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens single connections, for the pool and for those that live outside it. Thread-safe. */
public final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final PostgresUrl url;
    private final Duration answerTimeout;
    private final String applicationName;
    private final Driver driver = new Driver();

    public Connector(PostgresSettings settings) {
        this(settings.url(), settings.answerTimeout(), settings.applicationName());
    }

    public Connector(PostgresUrl url, Duration answerTimeout, String applicationName) {
        this.url = url;
        this.answerTimeout = answerTimeout;
        this.applicationName = applicationName;
    }

    /** A new connection in auto-commit mode; the caller closes it. */
    public Connection open() throws SQLException {
        return open(new Properties());
    }

    /**
     * A connection whose end the server notices within about 25 s even when this host vanishes: a lock must not outlive its holder.
     * The settings are the server's, for the session; on a Unix-domain socket they have no effect and none is needed.
     */
    public Connection openWithKeepalive(String name) throws SQLException {
        var properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, name);
        Connection connection = open(properties);
        if (!url.isLocalSocket()) {
            try (var statement = connection.createStatement()) {
                statement.execute("SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
                        + " SET tcp_keepalives_count = 3; SET tcp_user_timeout = 20000");
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    /** A connection on which one statement may take any time, such as the wait for a lock. */
    public Connection openPatiently() throws SQLException {
        var properties = new Properties();
        PGProperty.SOCKET_TIMEOUT.set(properties, 0);
        return open(properties);
    }

    private Connection open(Properties overrides) throws SQLException {
        Properties properties = url.driverProperties();
        setUnlessGiven(properties, PGProperty.APPLICATION_NAME, applicationName);
        setUnlessGiven(properties, PGProperty.CONNECT_TIMEOUT, "5");
        setUnlessGiven(properties, PGProperty.LOGIN_TIMEOUT, "10");
        setUnlessGiven(properties, PGProperty.SOCKET_TIMEOUT, Long.toString(Math.max(1, answerTimeout.toSeconds())));
        setUnlessGiven(properties, PGProperty.TCP_KEEP_ALIVE, "true");
        // Else the text of a failed batch, with all its values, ends up in log lines.
        setUnlessGiven(properties, PGProperty.LOG_SERVER_ERROR_DETAIL, "false");
        properties.putAll(overrides);
        Connection connection = driver.connect(url.jdbcUrl(), properties);
        if (connection == null) {
            throw new IllegalStateException("the driver does not take its own kind of URL");
        }
        return connection;
    }

    private static void setUnlessGiven(Properties properties, PGProperty property, String value) {
        if (property.getOrNull(properties) == null) {
            property.set(properties, value);
        }
    }

    /**
     * Waits until the server takes connections: at most {@code patience}, with growing pauses. Wrong credentials and missing databases
     * end the wait at once.
     *
     * @throws AmpException {@code METADATA_UNAVAILABLE} or {@code METADATA_ERROR}
     */
    public void awaitServer(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        boolean waiting = false;
        while (true) {
            try (Connection connection = open()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (!SqlFailure.of(e).isUnavailability() || System.nanoTime() + pause.toNanos() > deadline) {
                    throw SqlFailure.translate("connect to " + url, e);
                }
                if (!waiting) {
                    LOG.info("waiting up to {} s for the metadata database at {}", patience.toSeconds(), url);
                    waiting = true;
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AmpException(
                        StorageError.METADATA_UNAVAILABLE, "interrupted while waiting for the metadata database", e);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
