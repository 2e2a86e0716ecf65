package io.amp.ports.error;

/** Who has to act on an error. */
public enum Blame {
    /** The request itself is wrong; the same request will fail again. */
    CALLER,
    /** Configuration, capacity or permissions of this deployment. */
    OPERATOR,
    /** A chain node, object store or database that Amp depends on. */
    UPSTREAM,
    /** A broken invariant inside Amp. */
    BUG
}
