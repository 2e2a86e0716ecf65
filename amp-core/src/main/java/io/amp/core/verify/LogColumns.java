package io.amp.core.verify;

import io.amp.evm.block.Log;
import io.amp.evm.block.Transaction;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Table {@code logs}. */
final class LogColumns extends TableColumns {
    static final String TABLE = "logs";

    final FixedSizeBinaryVector blockHash = fixed("block_hash", 32);
    final FixedSizeBinaryVector transactionHash = fixed("tx_hash", 32);
    final UInt4Vector transactionIndex = column("tx_index", UInt4Vector.class);
    final UInt4Vector index = column("log_index", UInt4Vector.class);

    private final FixedSizeBinaryVector address = fixed("address", 20);
    private final FixedSizeBinaryVector[] topics = new FixedSizeBinaryVector[Log.TOPICS_MAX];
    private final VarBinaryVector data = column("data", VarBinaryVector.class);

    LogColumns(VectorSchemaRoot root) {
        super(TABLE, root);
        for (int i = 0; i < topics.length; i++) {
            topics[i] = fixed("topic" + i, 32);
        }
    }

    /** Fills {@code log} from a row; its topics end at the first NULL. */
    void load(int row, Log log) {
        copy(address, row, log.address(), 0);
        int count = 0;
        while (count < topics.length && !topics[count].isNull(row)) {
            copy(topics[count], row, log.topics(), count * Transaction.HASH_BYTES);
            count++;
        }
        log.setTopicCount(count);
        load(data, row, log.data());
    }

    /** True when a topic follows a NULL: no log has that, and no root covers it. */
    boolean hasGapInTopics(int row) {
        boolean ended = false;
        for (FixedSizeBinaryVector topic : topics) {
            if (ended && !topic.isNull(row)) {
                return true;
            }
            ended |= topic.isNull(row);
        }
        return false;
    }
}
