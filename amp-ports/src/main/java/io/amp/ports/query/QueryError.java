package io.amp.ports.query;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of queries (query specification, section 8). */
public enum QueryError implements ErrorCode {
    INVALID_SQL_STRING(ErrorCategory.INVALID_ARGUMENT),
    SQL_PARSE_ERROR(ErrorCategory.INVALID_ARGUMENT),
    TABLE_REFERENCE_RESOLUTION(ErrorCategory.INVALID_ARGUMENT),
    INVALID_REQUEST_BODY(ErrorCategory.INVALID_ARGUMENT),
    PAYLOAD_TOO_LARGE(ErrorCategory.PAYLOAD_TOO_LARGE),
    NOT_FOUND(ErrorCategory.NOT_FOUND),
    METHOD_NOT_ALLOWED(ErrorCategory.METHOD_NOT_ALLOWED),
    INVALID_PLAN(ErrorCategory.INVALID_ARGUMENT),
    INVALID_QUERY(ErrorCategory.INVALID_ARGUMENT),
    STREAMING_NOT_SUPPORTED(ErrorCategory.INVALID_ARGUMENT),
    PB_DECODE_ERROR(ErrorCategory.INVALID_ARGUMENT),
    UNSUPPORTED_FLIGHT_DESCRIPTOR_TYPE(ErrorCategory.INVALID_ARGUMENT),
    UNSUPPORTED_FLIGHT_DESCRIPTOR_COMMAND(ErrorCategory.INVALID_ARGUMENT),
    TICKET_ENCODING_ERROR(ErrorCategory.INVALID_ARGUMENT),
    TICKET_DECODING_ERROR(ErrorCategory.INVALID_ARGUMENT),
    DATASET_NOT_FOUND(ErrorCategory.NOT_FOUND),
    TABLE_NOT_FOUND_ERROR(ErrorCategory.NOT_FOUND),
    TABLE_NOT_SYNCED(ErrorCategory.NOT_FOUND),
    CURSOR_NOT_FOUND(ErrorCategory.CONFLICT),
    /** Data-dependent failure: bad cast, division by zero, overflow, function argument. */
    INVALID_DATA(ErrorCategory.INVALID_ARGUMENT),
    EXECUTION_ERROR(ErrorCategory.INTERNAL),
    /** Memory or spill space; wire code {@code EXECUTION_ERROR}. */
    RESOURCES_EXHAUSTED(ErrorCategory.RESOURCE_EXHAUSTED),
    QUERY_TIMEOUT(ErrorCategory.TIMEOUT),
    /** Cancelled by the client or by shutdown. */
    CANCELLED(ErrorCategory.UNAVAILABLE),
    TOO_MANY_QUERIES(ErrorCategory.TOO_MANY_REQUESTS),
    SNAPSHOT_EXPIRED(ErrorCategory.UNAVAILABLE),
    STREAMING_EXECUTION_ERROR(ErrorCategory.INTERNAL),
    PLANNING_ERROR(ErrorCategory.INTERNAL),
    CATALOG_SNAPSHOT_ERROR(ErrorCategory.UNAVAILABLE),
    /** The statement is valid but this build cannot run it. */
    UNSUPPORTED(ErrorCategory.UNIMPLEMENTED);

    private final ErrorCategory category;

    QueryError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }

    /** The spelling on the wire: data-dependent and memory failures share {@code EXECUTION_ERROR}. */
    public String wireName() {
        return switch (this) {
            case INVALID_DATA, RESOURCES_EXHAUSTED, CANCELLED -> EXECUTION_ERROR.name();
            default -> name();
        };
    }
}
