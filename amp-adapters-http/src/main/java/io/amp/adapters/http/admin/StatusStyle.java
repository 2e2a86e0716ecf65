package io.amp.adapters.http.admin;

import io.amp.ports.job.JobStatus;

/** Spellings of job states (Admin API specification, section 19). */
public enum StatusStyle {
    /** As stored: {@code ERROR}, {@code FATAL}. */
    CURRENT,
    /** {@code ERROR} and {@code FATAL} become {@code FAILED}. */
    LEGACY,
    /** {@code Running}, {@code StopRequested}, {@code Failed}. */
    TITLE;

    String word(JobStatus status) {
        return switch (this) {
            case CURRENT -> status.name();
            case LEGACY -> status == JobStatus.ERROR || status == JobStatus.FATAL ? "FAILED" : status.name();
            case TITLE ->
                switch (status) {
                    case SCHEDULED -> "Scheduled";
                    case RUNNING -> "Running";
                    case STOP_REQUESTED -> "StopRequested";
                    case STOPPING -> "Stopping";
                    case STOPPED -> "Stopped";
                    case COMPLETED -> "Completed";
                    case ERROR, FATAL -> "Failed";
                    case UNKNOWN -> "Unknown";
                };
        };
    }
}
