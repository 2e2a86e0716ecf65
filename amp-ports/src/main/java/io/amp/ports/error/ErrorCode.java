package io.amp.ports.error;

/** One named condition, implemented by one enum per feature; {@link #name()} is the wire spelling. */
public interface ErrorCode {
    /** The code as clients see it, e.g. {@code DATASET_NOT_FOUND}. */
    String name();

    ErrorCategory category();

    default Blame blame() {
        return category().blame();
    }

    default boolean retryable() {
        return category().retryable();
    }
}
