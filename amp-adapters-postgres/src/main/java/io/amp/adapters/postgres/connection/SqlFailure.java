package io.amp.adapters.postgres.connection;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/**
 * What a database failure means (jobs-and-storage specification, section 1.1), decided by SQLSTATE alone: texts depend on the server's
 * language and may quote data.
 */
public enum SqlFailure {
    /** Cannot connect, I/O, pool time-out: the database may or may not have done what was asked. */
    CONNECTION,
    /** Serialization failure or deadlock: the whole transaction was undone and may be restarted. */
    TRANSACTION,
    /** The server starts up, stops or recovers and takes no connection yet. */
    STARTING_UP,
    /** Constraint, syntax, permission: the same call fails again. */
    OTHER;

    /** The class of the first SQL failure among the causes; {@link #OTHER} when there is none. */
    public static SqlFailure of(Throwable failure) {
        return sqlCause(failure).map(SqlFailure::classify).orElse(OTHER);
    }

    /** SQLSTATE of the first SQL failure among the causes. */
    public static Optional<String> sqlState(Throwable failure) {
        return sqlCause(failure).map(SQLException::getSQLState);
    }

    private static Optional<SQLException> sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    private static SqlFailure classify(SQLException failure) {
        String state = failure.getSQLState();
        if (failure instanceof SQLTransientConnectionException) {
            // The pool's time-out carries the state of the last failure to connect, if there was one.
            return "57P03".equals(state) ? STARTING_UP : CONNECTION;
        }
        if (state == null) {
            return CONNECTION;
        }
        return switch (state) {
            case "40001", "40P01" -> TRANSACTION;
            case "57P03" -> STARTING_UP;
            // Terminated by an administrator, crash of another backend, idle time-out, too many connections.
            case "57P01", "57P02", "57P05", "53300" -> CONNECTION;
            default -> state.startsWith("08") ? CONNECTION : OTHER;
        };
    }

    /** True when the database may answer the same call later. */
    public boolean isUnavailability() {
        return this == CONNECTION || this == STARTING_UP;
    }

    /** The failure as callers of a port see it. The message names the operation and the SQLSTATE, never the server's text. */
    public static AmpException translate(String operation, Throwable failure) {
        String state = sqlState(failure).map(code -> " (SQLSTATE " + code + ")").orElse("");
        return switch (of(failure)) {
            case CONNECTION, STARTING_UP ->
                new AmpException(
                        StorageError.METADATA_UNAVAILABLE,
                        "the metadata database is not available: " + operation + state,
                        failure);
            case TRANSACTION ->
                new AmpException(
                        StorageError.METADATA_UNAVAILABLE,
                        "the metadata database undid a transaction: " + operation + state,
                        failure);
            case OTHER ->
                new AmpException(
                        StorageError.METADATA_ERROR, "the metadata database refused: " + operation + state, failure);
        };
    }
}
