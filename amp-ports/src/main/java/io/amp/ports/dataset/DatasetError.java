package io.amp.ports.dataset;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of identity, manifests and the registry (datasets and Admin API specifications). */
public enum DatasetError implements ErrorCode {
    INVALID_REFERENCE(ErrorCategory.INVALID_ARGUMENT),
    INVALID_MANIFEST(ErrorCategory.INVALID_ARGUMENT),
    UNSUPPORTED_DATASET_KIND(ErrorCategory.INVALID_ARGUMENT),
    MANIFEST_VALIDATION_ERROR(ErrorCategory.INVALID_ARGUMENT),
    MANIFEST_NOT_FOUND(ErrorCategory.NOT_FOUND),
    DATASET_NOT_FOUND(ErrorCategory.NOT_FOUND),
    VERSION_EXISTS(ErrorCategory.CONFLICT),
    MANIFEST_LINKED(ErrorCategory.CONFLICT),
    /** The manifest store answered nonsense or not at all. */
    MANIFEST_STORE_ERROR(ErrorCategory.UNAVAILABLE);

    private final ErrorCategory category;

    DatasetError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
