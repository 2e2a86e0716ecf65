package io.amp.ports.query;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockRange;
import java.util.List;

/** What a streaming query sends (query specification, section 4). */
public sealed interface StreamMessage {
    List<BlockRange> ranges();

    /** Rows of a microbatch; the receiver owns the batch. */
    record Data(RecordBatch batch, List<BlockRange> ranges) implements StreamMessage {
        public Data {
            ranges = List.copyOf(ranges);
        }
    }

    /** Blocks from {@code ranges} on replace what was sent before. */
    record Reorg(List<BlockRange> previous, List<BlockRange> ranges) implements StreamMessage {
        public Reorg {
            previous = List.copyOf(previous);
            ranges = List.copyOf(ranges);
        }
    }

    /** Everything to the end of {@code ranges} was sent. */
    record Watermark(List<BlockRange> ranges) implements StreamMessage {
        public Watermark {
            ranges = List.copyOf(ranges);
        }
    }
}
