package io.amp.ports.chain;

import io.amp.ports.batch.RecordBatch;
import java.util.Map;

/**
 * The rows of exactly one block: one Arrow batch per table of the dataset (zero rows allowed) under one range. Every row's
 * {@code _block_num} equals {@code range.start() == range.end()}. The receiver owns it and closes it.
 *
 * @param tables by table name; batch schema equals the table's schema
 */
public record BlockRows(BlockRange range, Map<String, RecordBatch> tables) implements AutoCloseable {
    public BlockRows {
        tables = Map.copyOf(tables);
    }

    /** Releases every batch's memory. */
    @Override
    public void close() {
        tables.values().forEach(RecordBatch::close);
    }
}
