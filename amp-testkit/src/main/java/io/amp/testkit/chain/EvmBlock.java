package io.amp.testkit.chain;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.TableDefinition;
import io.amp.testkit.batch.BatchRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One block as rows in the form of {@link BatchRows}, by column name.
 *
 * @param header the row of {@code blocks}
 * @param transactions by {@code tx_index}
 * @param logs by {@code log_index}
 */
public record EvmBlock(
        BlockLink link,
        Map<String, @Nullable Object> header,
        List<Map<String, @Nullable Object>> transactions,
        List<Map<String, @Nullable Object>> logs) {

    public long number() {
        return link.number();
    }

    public BlockHash hash() {
        return link.hash();
    }

    public BlockHash parentHash() {
        return link.parentHash();
    }

    /** Rows of one of the three tables. */
    public List<Map<String, @Nullable Object>> rows(String table) {
        return switch (table) {
            case "blocks" -> List.of(header);
            case "transactions" -> transactions;
            case "logs" -> logs;
            default -> throw new IllegalArgumentException("no EVM table '" + table + "'");
        };
    }

    public BlockRange range(NetworkId network) {
        return new BlockRange(new BlockInterval(number(), number()), network, hash(), parentHash(), link.timestamp());
    }

    /** One batch per given table, owned by the caller. */
    public BlockRows toBlockRows(
            NetworkId network, SortedMap<String, TableDefinition> tables, BufferAllocator allocator) {
        Map<String, RecordBatch> batches = new HashMap<>();
        try {
            tables.forEach((name, table) -> batches.put(name, BatchRows.write(table.schema(), rows(name), allocator)));
            return new BlockRows(range(network), batches);
        } catch (RuntimeException e) {
            batches.values().forEach(RecordBatch::close);
            throw e;
        }
    }

    /** The same block naming another parent, as a node in the middle of a reorganisation might answer. */
    public EvmBlock withParent(BlockHash parent) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(header);
        changed.put("parent_hash", parent.toString().substring(2));
        return new EvmBlock(
                new BlockLink(number(), hash(), parent, link.timestamp()),
                changed,
                new ArrayList<>(transactions),
                new ArrayList<>(logs));
    }
}
