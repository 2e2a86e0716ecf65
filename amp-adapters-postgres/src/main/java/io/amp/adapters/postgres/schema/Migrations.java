package io.amp.adapters.postgres.schema;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.SqlFailure;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note
 *
 * Starters take turns by a session-level advisory lock, which a killed one cannot leave behind. Liquibase has a lock of its own, a row;
 * whoever holds the advisory lock knows that a locked row is stale. Liquibase costs about a second, so it runs only when one cheap query
 * says that the schema is not the one this program brings.
 */

/** Brings the metadata database to the schema of this program (jobs-and-storage specification, section 1.2). */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final String LOCK = "amp metadata migration";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final Duration LOCK_PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOCK_POLL = Duration.ofMillis(200);

    /** What is in the changelog's own table, so that a row that was tampered with is noticed. */
    private static final String APPLIED =
            "(SELECT md5(string_agg(id || ':' || md5sum, ',' ORDER BY orderexecuted)) FROM databasechangelog)";

    private final PostgresSettings settings;
    private final Connector connector;
    private final Changelog changelog = Changelog.CURRENT;

    public Migrations(PostgresSettings settings) {
        this.settings = settings;
        this.connector = new Connector(settings);
    }

    /** The version that this program needs. */
    public static int requiredVersion() {
        return Changelog.CURRENT.version();
    }

    /**
     * What a component does at start: waits for the server, then migrates, or with {@code autoMigrate} off, or without the right to, only
     * checks. A newer schema is accepted with a warning.
     *
     * @throws AmpException {@link StorageError#SCHEMA_OUTDATED}, {@link StorageError#METADATA_ERROR} (a migration failed, or an applied
     *     one was changed), {@link StorageError#METADATA_UNAVAILABLE}
     */
    public void prepare(boolean autoMigrate) {
        connector.awaitServer(settings.startPatience());
        try (Connection connection = connector.openPatiently()) {
            Schema schema = read(connection, autoMigrate);
            if (schema.version > changelog.version()) {
                LOG.warn(
                        "the metadata database has schema version {}, newer than this program's {}",
                        schema.version,
                        changelog.version());
            } else if (!schema.isCurrent(changelog)) {
                if (autoMigrate && mayMigrate(connection)) {
                    migrate(connection, false);
                } else if (schema.version < changelog.version()) {
                    throw outdated(schema, autoMigrate);
                }
            }
        } catch (SQLException e) {
            throw SqlFailure.translate("check the schema", e);
        }
    }

    private AmpException outdated(Schema schema, boolean autoMigrate) {
        String state = schema.version == 0
                ? "the metadata database has no schema yet"
                : "the metadata database has schema version " + schema.version;
        return new AmpException(
                StorageError.SCHEMA_OUTDATED,
                state + ", this program needs version " + changelog.version() + ": run 'ampd migrate'"
                        + (autoMigrate ? " with a role that may create tables" : ""));
    }

    /**
     * Applies what is missing, whatever the configuration says, and verifies what was applied before. Waits for the server.
     *
     * @return the schema version afterwards
     * @throws AmpException as {@link #prepare}
     */
    public int migrate() {
        connector.awaitServer(settings.startPatience());
        try (Connection connection = connector.openPatiently()) {
            Schema schema = read(connection, true);
            if (schema.version > changelog.version()) {
                LOG.warn(
                        "the metadata database has schema version {}, newer than this program's {}: nothing to do",
                        schema.version,
                        changelog.version());
                return schema.version;
            }
            migrate(connection, true);
            return changelog.version();
        } catch (SQLException e) {
            throw SqlFailure.translate("migrate the schema", e);
        }
    }

    /**
     * @param version 0 = none
     * @param appliedNow digest of what the changelog table holds
     */
    private record Schema(
            int version,
            @Nullable String changelog,
            @Nullable String applied,
            @Nullable String appliedNow) {
        boolean isCurrent(Changelog wanted) {
            boolean verified = appliedNow == null || appliedNow.equals(applied);
            return version == wanted.version() && wanted.digest().equals(changelog) && verified;
        }
    }

    private static final Schema NO_SCHEMA = new Schema(0, null, null, null);

    /** Asked first: an error about a missing table would stand in the server's log. */
    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** @param verify also look at the changelog table, which a role that only reads may not see */
    private static Schema read(Connection connection, boolean verify) throws SQLException {
        if (!exists(connection, "schema_version")) {
            return NO_SCHEMA;
        }
        String applied = verify ? APPLIED : "NULL::text";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT version, changelog, applied, " + applied + " AS applied_now FROM schema_version")) {
            return row.next()
                    ? new Schema(
                            row.getInt("version"),
                            row.getString("changelog"),
                            row.getString("applied"),
                            row.getString("applied_now"))
                    : NO_SCHEMA;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return readWithoutRight(connection, verify, e);
            }
            throw e;
        }
    }

    private static Schema readWithoutRight(Connection connection, boolean verify, SQLException cause)
            throws SQLException {
        if (verify) {
            return read(connection, false);
        }
        throw new AmpException(
                StorageError.METADATA_ERROR, "missing right in the metadata database: SELECT on schema_version", cause);
    }

    private static boolean mayMigrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void migrate(Connection connection, boolean always) throws SQLException {
        lock(connection);
        try {
            Schema schema = read(connection, true);
            if (!always && schema.isCurrent(changelog)) {
                return;
            }
            clearStaleLock(connection);
            LOG.info(
                    "migrating the metadata database from schema version {} to {}",
                    schema.version,
                    changelog.version());
            LiquibaseRun.update(connection, Changelog.RESOURCE);
            record(connection);
            LOG.info("the metadata database has schema version {}", changelog.version());
        } finally {
            unlock(connection);
        }
    }

    private static void lock(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
        for (int attempt = 1; !tryLock(connection); attempt++) {
            if (attempt == 1) {
                LOG.info("another process migrates the metadata database; waiting for it");
            }
            if (System.nanoTime() >= deadline) {
                throw new AmpException(
                        StorageError.METADATA_UNAVAILABLE,
                        "another process has been migrating the metadata database for " + LOCK_PATIENCE.toMinutes()
                                + " minutes");
            }
            try {
                Thread.sleep(LOCK_POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AmpException(
                        StorageError.METADATA_UNAVAILABLE, "interrupted while waiting for another migration", e);
            }
        }
    }

    private static boolean tryLock(Connection connection) throws SQLException {
        return call(connection, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))");
    }

    private static void unlock(Connection connection) {
        try {
            call(connection, "SELECT pg_advisory_unlock(hashtextextended(?, 0))");
        } catch (SQLException e) {
            LOG.debug("the lock goes with the connection", e);
        }
    }

    private static boolean call(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** A process killed midway leaves Liquibase's lock row locked; under the advisory lock nobody else can mean it. */
    private static void clearStaleLock(Connection connection) throws SQLException {
        if (!exists(connection, "databasechangeloglock")) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            int cleared = statement.executeUpdate("UPDATE databasechangeloglock"
                    + " SET locked = false, lockgranted = NULL, lockedby = NULL WHERE locked");
            if (cleared > 0) {
                LOG.warn("cleared the lock row that an interrupted migration left behind");
            }
        }
    }

    private void record(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO schema_version (version, changelog, applied) VALUES (?, ?, " + APPLIED + """
                        ) ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, changelog = excluded.changelog,
                            applied = excluded.applied, migrated_at = now()""")) {
            statement.setInt(1, changelog.version());
            statement.setString(2, changelog.digest());
            statement.executeUpdate();
        }
    }
}
