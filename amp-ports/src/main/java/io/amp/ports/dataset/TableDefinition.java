package io.amp.ports.dataset;

import io.amp.ports.batch.TableSchema;
import java.util.List;

/**
 * One table as queries see it.
 *
 * @param schema {@code _block_num} first
 * @param sortedBy columns by which rows inside a file ascend
 */
public record TableDefinition(String name, TableSchema schema, List<String> sortedBy) {
    public TableDefinition {
        sortedBy = List.copyOf(sortedBy);
    }
}
