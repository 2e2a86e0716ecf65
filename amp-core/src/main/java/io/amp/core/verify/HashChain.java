package io.amp.core.verify;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.error.AmpException;
import org.jspecify.annotations.Nullable;

/** Follows blocks in order of their numbers and checks that each names the one before as its parent. Not thread-safe. */
public final class HashChain {
    private @Nullable BlockHash previous;
    private long previousNumber;

    /**
     * The next block.
     *
     * @throws AmpException {@link io.amp.ports.chain.SourceError#VERIFICATION_FAILED}: a number is missing, or the chain is broken
     */
    public void next(long number, BlockHash hash, BlockHash parentHash) {
        if (previous != null && number != previousNumber + 1) {
            throw Mismatch.of("missing block", "dataset missing block " + (previousNumber + 1), -1)
                    .toException(previousNumber + 1);
        }
        if (previous != null && !previous.equals(parentHash)) {
            throw new Mismatch(
                            "chain",
                            "chain broken: parent_hash is " + parentHash + ", hash of block " + previousNumber + " is "
                                    + previous,
                            -1,
                            parentHash.toString(),
                            previous.toString())
                    .toException(number);
        }
        previous = hash;
        previousNumber = number;
    }

    /** Hash of the last block; null before the first. */
    public @Nullable BlockHash head() {
        return previous;
    }
}
