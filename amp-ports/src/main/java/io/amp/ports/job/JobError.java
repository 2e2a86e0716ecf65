package io.amp.ports.job;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of scheduling (Admin API) and of running jobs (jobs-and-storage specification, section 3.6). */
public enum JobError implements ErrorCode {
    JOB_NOT_FOUND(ErrorCategory.NOT_FOUND),
    /** An active job of the same dataset has other options, or is stopping. */
    ACTIVE_JOB_CONFLICT(ErrorCategory.CONFLICT),
    /** The job is not in a state that allows the operation. */
    JOB_CONFLICT(ErrorCategory.CONFLICT),
    /** The named node, or every node matching the pattern, is not active. */
    WORKER_NOT_AVAILABLE(ErrorCategory.INVALID_ARGUMENT),
    /** No active worker at all. */
    SCHEDULER_ERROR(ErrorCategory.INTERNAL),
    INVALID_END_BLOCK(ErrorCategory.INVALID_ARGUMENT),
    /** Verification was asked for a dataset whose kind has none. */
    INVALID_VERIFY(ErrorCategory.INVALID_ARGUMENT),
    INVALID_NODE_ID(ErrorCategory.INVALID_ARGUMENT),
    /** The node id is held by another live process. */
    NODE_ID_IN_USE(ErrorCategory.CONFLICT),

    GET_DATASET(ErrorCategory.INTERNAL),
    NOT_A_RAW_DATASET(ErrorCategory.INTERNAL),
    GET_ACTIVE_PHYSICAL_TABLE(ErrorCategory.INTERNAL),
    REGISTER_NEW_PHYSICAL_TABLE(ErrorCategory.UNAVAILABLE),
    LOCK_REVISIONS_FOR_WRITER(ErrorCategory.UNAVAILABLE),
    CONSISTENCY_CHECK(ErrorCategory.INTERNAL),
    CREATE_BLOCK_STREAM_CLIENT(ErrorCategory.UNAVAILABLE),
    RESOLVE_END_BLOCK(ErrorCategory.INTERNAL),
    LATEST_BLOCK(ErrorCategory.UNAVAILABLE),
    MISSING_RANGES(ErrorCategory.UNAVAILABLE),
    PARTITION_TASK(ErrorCategory.UNAVAILABLE),
    /** A partition that no retry can mend; on the wire {@link #PARTITION_TASK}. */
    PARTITION_DATA(ErrorCategory.INTERNAL),
    INVALID_DESCRIPTOR(ErrorCategory.INTERNAL),
    /** This build does not run jobs of that kind. */
    UNSUPPORTED_JOB_KIND(ErrorCategory.UNIMPLEMENTED),
    WORKER_CRASH_LOOP(ErrorCategory.INTERNAL),
    PANIC(ErrorCategory.INTERNAL);

    private final ErrorCategory category;

    JobError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }

    /** The {@code error_code} that clients see. */
    public String wireName() {
        return this == PARTITION_DATA ? PARTITION_TASK.name() : name();
    }
}
