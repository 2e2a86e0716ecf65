package io.amp.adapters.postgres.embedded;

/** The managed server cannot be run; the message tells the operator what to do. */
public final class ManagedPostgresException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ManagedPostgresException(String message) {
        super(message);
    }

    public ManagedPostgresException(String message, Throwable cause) {
        super(message, cause);
    }
}
