package io.amp.adapters.query.duckdb;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the engine or of the conversion of its results.
 *
 * <p>{@link #getMessage()} is the engine's text without the label of the kind. When a function written in Java failed, the cause is what it
 * threw.
 */
public final class DuckException extends RuntimeException {
    private final DuckError error;

    DuckException(DuckError error, String message) {
        this(error, message, null);
    }

    DuckException(DuckError error, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    /** The failure that the engine reported as {@code message}. */
    static DuckException reported(DuckError error, String message) {
        String text = error.withoutPrefix(message.isEmpty() ? "no message" : message);
        CallbackFailures.Claimed claimed = CallbackFailures.claim(text);
        return new DuckException(error, claimed.message(), claimed.cause());
    }

    public DuckError error() {
        return error;
    }
}
