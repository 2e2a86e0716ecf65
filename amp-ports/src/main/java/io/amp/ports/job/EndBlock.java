package io.amp.ports.job;

/** Where a job ends (jobs-and-storage specification, section 3.1). Parsing and resolution live in {@code io.amp.core.job}. */
public sealed interface EndBlock {
    /** Never: follow the head. Written as JSON null. */
    record Continuous() implements EndBlock {}

    /** The head at job start. */
    record Latest() implements EndBlock {}

    /** This block, inclusive. */
    record Absolute(long number) implements EndBlock {}

    /** The head at job start minus {@code blocks}, which is positive. */
    record BehindLatest(long blocks) implements EndBlock {}
}
