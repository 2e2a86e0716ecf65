package io.amp.ports.job;

/** A notification to a worker; it must re-read the job before acting. */
public record JobAction(long jobId, Kind kind) {
    /** What is asked for. */
    public enum Kind {
        START,
        STOP
    }
}
