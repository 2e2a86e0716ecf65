package io.amp.adapters.query.exec;

import io.amp.adapters.query.duckdb.DuckException;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Failures of the engine as failures of queries; decided by the kind of the failure, never by its text. */
final class EngineErrors {
    /** Where the engine quotes the statement, which is not the user's. */
    private static final Pattern QUOTED_STATEMENT = Pattern.compile("\\R*LINE \\d+: .*", Pattern.DOTALL);

    /** Anything like an absolute path keeps its last part only. */
    private static final Pattern PATH = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:/)?/(?:[^\\s\"'/]+/)+");

    private EngineErrors() {}

    /** @param memory describes the limit that was hit */
    static AmpException translate(DuckException e, String memory) {
        return switch (e.error()) {
            case OUT_OF_RANGE,
                    CONVERSION,
                    DIVIDE_BY_ZERO,
                    INVALID_INPUT,
                    DECIMAL,
                    MISMATCH_TYPE,
                    CONSTRAINT,
                    INVALID_TYPE -> new AmpException(QueryError.INVALID_DATA, message(e), e);
            case OUT_OF_MEMORY ->
                new AmpException(
                        QueryError.RESOURCES_EXHAUSTED,
                        "query execution error | Caused by: Resources exhausted: " + memory + " exceeded",
                        e);
            case INTERRUPT -> new AmpException(QueryError.CANCELLED, "the query was cancelled", e);
            default -> new AmpException(QueryError.EXECUTION_ERROR, "query execution error: " + message(e), e);
        };
    }

    /** A failure of a constant expression while planning. */
    static AmpException constant(DuckException e) {
        return switch (e.error()) {
            case OUT_OF_RANGE,
                    CONVERSION,
                    DIVIDE_BY_ZERO,
                    INVALID_INPUT,
                    DECIMAL,
                    MISMATCH_TYPE,
                    CONSTRAINT,
                    INVALID_TYPE,
                    BINDER -> new AmpException(QueryError.INVALID_PLAN, message(e), e);
            default -> new AmpException(QueryError.PLANNING_ERROR, "planning error: " + message(e), e);
        };
    }

    private static String message(DuckException e) {
        @Nullable Throwable cause = e.getCause();
        // A function written here knows best.
        String text = cause != null && cause.getMessage() != null ? cause.getMessage() : String.valueOf(e.getMessage());
        return clean(text);
    }

    /** Without quoted statements and directories. */
    static String clean(String text) {
        return withoutPaths(QUOTED_STATEMENT.matcher(text).replaceAll("").strip());
    }

    /** Files keep their names only. */
    static String withoutPaths(String text) {
        return PATH.matcher(text).replaceAll("");
    }
}
