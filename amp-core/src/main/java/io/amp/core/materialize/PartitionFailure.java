package io.amp.core.materialize;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import java.util.HashMap;
import java.util.Map;

/** The error of a job whose partition could not be extracted; the cause says whether a retry can help. */
final class PartitionFailure {
    private PartitionFailure() {}

    /**
     * @param block where it happened
     * @param range the range being extracted
     */
    static AmpException of(AmpException cause, long block, BlockInterval range) {
        Map<String, Object> context = new HashMap<>(cause.context());
        context.put("block_range_start", range.start());
        context.put("block_range_end", range.end());
        context.putIfAbsent("block", block);
        boolean recoverable = cause.is(SourceError.VERIFICATION_FAILED) || cause.is(SourceError.REFUSED);
        return new AmpException(
                recoverable ? JobError.PARTITION_TASK : JobError.PARTITION_DATA,
                "partition task failed",
                cause,
                context);
    }
}
