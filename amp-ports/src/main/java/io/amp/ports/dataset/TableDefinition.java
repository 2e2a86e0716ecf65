package io.amp.ports.dataset;

import io.amp.ports.batch.TableSchema;
import java.util.List;

/**
 * One table as queries see it.
 *
 * @param schema {@code _block_num} first
 * @param sortedBy columns by which rows inside a file ascend
 * @param blockNumberColumns columns that hold in every row what {@code _block_num} holds, that one included; by them segments are left out
 * @param blockTimeColumns columns that hold in every row the time of its block
 */
public record TableDefinition(
        String name,
        TableSchema schema,
        List<String> sortedBy,
        List<String> blockNumberColumns,
        List<String> blockTimeColumns) {
    public TableDefinition {
        sortedBy = List.copyOf(sortedBy);
        blockNumberColumns = List.copyOf(blockNumberColumns);
        blockTimeColumns = List.copyOf(blockTimeColumns);
    }

    /** A table of which nothing more is known than that {@code _block_num} is the block number. */
    public TableDefinition(String name, TableSchema schema, List<String> sortedBy) {
        this(name, schema, sortedBy, List.of("_block_num"), List.of());
    }
}
