package io.amp.ports.error;

/** How servers answer an error; each maps to exactly one HTTP and one gRPC status (query specification, section 8). */
public enum ErrorCategory {
    /** 400 / INVALID_ARGUMENT. */
    INVALID_ARGUMENT(Blame.CALLER, false),
    /** 401 / UNAUTHENTICATED. */
    UNAUTHENTICATED(Blame.CALLER, false),
    /** 403 / PERMISSION_DENIED. */
    PERMISSION_DENIED(Blame.CALLER, false),
    /** 404 / NOT_FOUND. */
    NOT_FOUND(Blame.CALLER, false),
    /** 405 / UNIMPLEMENTED. */
    METHOD_NOT_ALLOWED(Blame.CALLER, false),
    /** 409 / FAILED_PRECONDITION. */
    CONFLICT(Blame.CALLER, false),
    /** 409 / ABORTED: the thing being read was replaced. */
    ABORTED(Blame.OPERATOR, true),
    /** 413 / INVALID_ARGUMENT. */
    PAYLOAD_TOO_LARGE(Blame.CALLER, false),
    /** 429 / RESOURCE_EXHAUSTED. */
    TOO_MANY_REQUESTS(Blame.CALLER, true),
    /** 503 / RESOURCE_EXHAUSTED: memory or disk of this deployment. */
    RESOURCE_EXHAUSTED(Blame.OPERATOR, true),
    /** 503 / UNAVAILABLE. */
    UNAVAILABLE(Blame.UPSTREAM, true),
    /** 502 / UNAVAILABLE: an upstream answered nonsense. */
    BAD_GATEWAY(Blame.UPSTREAM, true),
    /** 504 / DEADLINE_EXCEEDED. */
    TIMEOUT(Blame.OPERATOR, true),
    /** 501 / UNIMPLEMENTED: a feature that this build does not have. */
    UNIMPLEMENTED(Blame.CALLER, false),
    /** 500 / INTERNAL. */
    INTERNAL(Blame.BUG, false);

    private final Blame blame;
    private final boolean retryable;

    ErrorCategory(Blame blame, boolean retryable) {
        this.blame = blame;
        this.retryable = retryable;
    }

    public Blame blame() {
        return blame;
    }

    /** True when the same call can succeed later without anybody changing it. */
    public boolean retryable() {
        return retryable;
    }
}
