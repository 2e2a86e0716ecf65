package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.error.AmpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gets a group of blocks from the node and decodes them. Thread-safe. */
interface BlockFetcher {
    /** Blocks that may be fetched as one group, at least 1. */
    int groupSize();

    /** Groups that may be in flight in one stream, the one being read included; at least 1. */
    int groupsAtOnce();

    /**
     * What came of a group.
     *
     * @param rows of the first blocks, in order, owned by the receiver
     * @param failure why the block after these is missing; null when none is
     */
    record Fetched(List<BlockRows> rows, @Nullable AmpException failure) {}

    /** The rows of the blocks of the interval, up to the first that failed. */
    Fetched fetch(BlockInterval blocks) throws InterruptedException;
}
