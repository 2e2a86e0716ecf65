package io.amp.ports.job;

import java.util.Locale;

/** Life cycle of a job (jobs-and-storage specification, section 3.2). */
public enum JobStatus {
    SCHEDULED(false),
    RUNNING(false),
    STOP_REQUESTED(false),
    STOPPING(false),
    STOPPED(true),
    COMPLETED(true),
    /** Recoverable failure, retried by the controller. */
    ERROR(true),
    FATAL(true),
    /** Unreadable word in the database; never written. */
    UNKNOWN(false);

    private final boolean terminal;

    JobStatus(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean isTerminal() {
        return terminal;
    }

    /** Reads a stored word, any case; {@code FAILED} is {@link #FATAL}, anything unknown {@link #UNKNOWN}. */
    public static JobStatus read(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "SCHEDULED" -> SCHEDULED;
            case "RUNNING" -> RUNNING;
            case "STOP_REQUESTED" -> STOP_REQUESTED;
            case "STOPPING" -> STOPPING;
            case "STOPPED" -> STOPPED;
            case "COMPLETED" -> COMPLETED;
            case "ERROR" -> ERROR;
            case "FATAL", "FAILED" -> FATAL;
            default -> UNKNOWN;
        };
    }
}
