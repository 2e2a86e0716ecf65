package io.amp.ports.provider;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of provider files (Admin API specification, section 12). */
public enum ProviderError implements ErrorCode {
    INVALID_PROVIDER_NAME(ErrorCategory.INVALID_ARGUMENT),
    /** Missing or bad name, unknown kind, a key of the wrong type. */
    INVALID_REQUEST_BODY(ErrorCategory.INVALID_ARGUMENT),
    /** A value that a TOML file cannot hold. */
    DATA_CONVERSION_ERROR(ErrorCategory.INVALID_ARGUMENT),
    PROVIDER_NOT_FOUND(ErrorCategory.NOT_FOUND);

    private final ErrorCategory category;

    ProviderError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
