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
    /** The version to delete is the one that {@code latest} stands for. */
    CANNOT_DELETE_LATEST_VERSION(ErrorCategory.INVALID_ARGUMENT),
    /** The object of a manifest could not be written. */
    MANIFEST_STORAGE_ERROR(ErrorCategory.INTERNAL),
    /** The row of a manifest could not be written. */
    MANIFEST_REGISTRATION_ERROR(ErrorCategory.INTERNAL),
    MANIFEST_LINKING_ERROR(ErrorCategory.INTERNAL),
    VERSION_TAGGING_ERROR(ErrorCategory.INTERNAL),
    /** A stored manifest whose content does not have its hash. */
    MANIFEST_CORRUPTED(ErrorCategory.INTERNAL),
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
