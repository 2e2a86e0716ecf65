package io.amp.adapters.flight;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of the server itself. */
public enum FlightError implements ErrorCode {
    /** The address is in use or not ours. */
    CANNOT_BIND(ErrorCategory.UNAVAILABLE);

    private final ErrorCategory category;

    FlightError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
