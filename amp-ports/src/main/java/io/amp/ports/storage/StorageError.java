package io.amp.ports.storage;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of the metadata database, the object store and segment files. */
public enum StorageError implements ErrorCode {
    /** Connection trouble or a pool time-out: nothing was done, or (for commits) the outcome is unknown. */
    METADATA_UNAVAILABLE(ErrorCategory.UNAVAILABLE),
    /** Constraint, syntax or permission trouble in the database. */
    METADATA_ERROR(ErrorCategory.INTERNAL),
    /** The schema is older than this program needs and it may not migrate. */
    SCHEMA_OUTDATED(ErrorCategory.CONFLICT),
    OBJECT_STORE_UNAVAILABLE(ErrorCategory.UNAVAILABLE),
    OBJECT_NOT_FOUND(ErrorCategory.NOT_FOUND),
    /** A path outside the store's rules, or an unsupported store address. */
    INVALID_LOCATION(ErrorCategory.INVALID_ARGUMENT),
    /** A segment file whose footer lacks what Amp wrote into it, or cannot be parsed; the message names the file. */
    INVALID_SEGMENT(ErrorCategory.INTERNAL),
    /** A registered file is missing in the store. */
    CONSISTENCY_CHECK(ErrorCategory.INTERNAL),
    REVISION_NOT_FOUND(ErrorCategory.NOT_FOUND),
    /** The revision belongs to another table. */
    TABLE_NOT_REGISTERED(ErrorCategory.NOT_FOUND),
    REVISION_IS_ACTIVE(ErrorCategory.CONFLICT),
    /** The job that writes the revision has not ended. */
    WRITER_JOB_NOT_TERMINAL(ErrorCategory.CONFLICT),
    /** The revision is written by another live job. */
    REVISION_LOCKED(ErrorCategory.UNAVAILABLE),
    /** The writer lost its assignment; it must stop and write no status. */
    FENCED(ErrorCategory.CONFLICT),
    /** All of the local copies of remote files are in use, and one more would pass the limit of their cache. */
    SEGMENT_CACHE_FULL(ErrorCategory.RESOURCE_EXHAUSTED),
    /** The snapshot's files were collected meanwhile. */
    SNAPSHOT_EXPIRED(ErrorCategory.UNAVAILABLE);

    private final ErrorCategory category;

    StorageError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
