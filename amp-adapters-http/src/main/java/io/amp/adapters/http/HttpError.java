package io.amp.adapters.http;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of the servers themselves. */
public enum HttpError implements ErrorCode {
    /** The address is in use or not ours. */
    CANNOT_BIND(ErrorCategory.UNAVAILABLE),
    UNAUTHORIZED(ErrorCategory.UNAUTHENTICATED);

    private final ErrorCategory category;

    HttpError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
