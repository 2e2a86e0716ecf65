package io.amp.adapters.http.admin;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Codes of the Admin API that no port raises (Admin API specification, section 20). */
enum AdminError implements ErrorCode {
    INVALID_PATH(ErrorCategory.INVALID_ARGUMENT),
    INVALID_PATH_PARAMS(ErrorCategory.INVALID_ARGUMENT),
    INVALID_SELECTOR(ErrorCategory.INVALID_ARGUMENT),
    INVALID_BODY(ErrorCategory.INVALID_ARGUMENT),
    INVALID_REQUEST_BODY(ErrorCategory.INVALID_ARGUMENT),
    INVALID_PAYLOAD_FORMAT(ErrorCategory.INVALID_ARGUMENT),
    INVALID_QUERY_PARAM(ErrorCategory.INVALID_ARGUMENT),
    INVALID_QUERY_PARAMETERS(ErrorCategory.INVALID_ARGUMENT),
    LIMIT_INVALID(ErrorCategory.INVALID_ARGUMENT),
    LIMIT_TOO_LARGE(ErrorCategory.INVALID_ARGUMENT),
    INVALID_JOB_ID(ErrorCategory.INVALID_ARGUMENT),
    INVALID_HASH(ErrorCategory.INVALID_ARGUMENT),
    INVALID_WORKER_ID(ErrorCategory.INVALID_ARGUMENT),
    INVALID_PROVIDER_NAME(ErrorCategory.INVALID_ARGUMENT),
    UNSUPPORTED_DATASET_KIND(ErrorCategory.INVALID_ARGUMENT),
    DATASET_NOT_FOUND(ErrorCategory.NOT_FOUND),
    MANIFEST_NOT_FOUND(ErrorCategory.NOT_FOUND),
    TABLE_NOT_FOUND(ErrorCategory.NOT_FOUND),
    JOB_NOT_FOUND(ErrorCategory.NOT_FOUND),
    EVENT_NOT_FOUND(ErrorCategory.NOT_FOUND),
    PROVIDER_NOT_FOUND(ErrorCategory.NOT_FOUND),
    WORKER_NOT_FOUND(ErrorCategory.NOT_FOUND),
    PAYLOAD_TOO_LARGE(ErrorCategory.PAYLOAD_TOO_LARGE),
    /** A route of the specification that this build does not serve. */
    NOT_IMPLEMENTED(ErrorCategory.UNIMPLEMENTED);

    private final ErrorCategory category;

    AdminError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
