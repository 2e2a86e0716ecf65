package io.amp.adapters.postgres.schema;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.exception.ValidationFailedException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/** One run of Liquibase on an open connection: silent, without calling home, and with its failures thrown instead of logged. */
final class LiquibaseRun {
    /** Held here, because the JDK forgets levels of loggers that nobody refers to. */
    private static final Logger LIQUIBASE_LOG = Logger.getLogger("liquibase");

    private LiquibaseRun() {}

    static void update(Connection connection, String changelog) throws SQLException {
        LIQUIBASE_LOG.setLevel(Level.OFF);
        Map<String, Object> scope = new HashMap<>();
        scope.put(Scope.Attr.ui.name(), new LoggerUIService());
        scope.put(AnalyticsArgs.ENABLED.getKey(), false);
        boolean autoCommit = connection.getAutoCommit();
        try {
            Scope.child(scope, () -> {
                // Not closed: that would close the connection, which holds the lock.
                var liquibase = new Liquibase(
                        changelog,
                        new ClassLoaderResourceAccessor(LiquibaseRun.class.getClassLoader()),
                        new JdbcConnection(connection));
                liquibase.setShowSummary(UpdateSummaryEnum.OFF);
                liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                liquibase.update(new Contexts());
            });
        } catch (Exception e) {
            throw translate(e);
        } finally {
            if (!connection.isClosed()) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    private static AmpException translate(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ValidationFailedException invalid) {
                return new AmpException(
                        StorageError.METADATA_ERROR,
                        "a migration that was applied to the metadata database has been changed since: "
                                + String.join("; ", invalid.getInvalidMD5Sums()),
                        failure);
            }
        }
        if (failure instanceof LiquibaseException) {
            return new AmpException(
                    StorageError.METADATA_ERROR,
                    "the migration of the metadata database failed: " + failure.getMessage(),
                    failure);
        }
        throw new IllegalStateException("the migration of the metadata database failed", failure);
    }
}
