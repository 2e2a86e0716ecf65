package io.amp.ports.job;

/** How extracted blocks are proved (datasets specification, section 9). */
public enum VerifyMode {
    OFF,
    /** Every block must verify fully. */
    FULL,
    /** Blocks that cannot be verified fully are checked as far as possible. */
    PARTIAL
}
