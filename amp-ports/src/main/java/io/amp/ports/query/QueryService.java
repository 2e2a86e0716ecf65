package io.amp.ports.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockRange;
import java.util.List;

/** Inbound: plan and run statements. Thread-safe. Failures carry a {@link QueryError}. */
public interface QueryService {
    /** Validates, resolves and plans; reads no data. */
    PlannedQuery plan(QueryRequest request) throws InterruptedException;

    /**
     * Takes a snapshot and starts the query.
     *
     * @return owned by the caller, who closes it
     */
    QueryResult execute(PlannedQuery query) throws InterruptedException;

    /** A validated statement; holds no resources, may be executed several times. */
    interface PlannedQuery {
        TableSchema schema();

        boolean isStreaming();

        QueryRequest request();
    }

    /**
     * A running query.
     *
     * @param ranges per network the blocks that every table covers (query specification, section 2.3), sorted by network; empty when
     *     some table has no data or no block table takes part
     */
    record QueryResult(BatchStream batches, List<BlockRange> ranges) implements AutoCloseable {
        public QueryResult {
            ranges = List.copyOf(ranges);
        }

        @Override
        public void close() {
            batches.close();
        }
    }
}
