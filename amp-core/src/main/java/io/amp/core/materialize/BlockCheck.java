package io.amp.core.materialize;

import io.amp.ports.chain.BlockRows;

/** Proves a block before it is written. One per partition; not thread-safe. */
@FunctionalInterface
public interface BlockCheck {
    /** Lets every block pass. */
    BlockCheck NONE = block -> {};

    /**
     * Only reads the rows.
     *
     * @throws io.amp.ports.error.AmpException {@code SourceError.VERIFICATION_FAILED}
     */
    void check(BlockRows block);
}
