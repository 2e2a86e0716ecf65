package io.amp.testkit.chain;

import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tables of the {@code evm-rpc} kind, as the datasets specification, Appendix A.1 to A.3, lists them. */
public final class EvmTables {
    public static final String KIND = "evm-rpc";

    public static final TableSchema BLOCKS = new TableSchema(CompactSchema.parse(CompactSchema.EVM_BLOCKS));
    public static final TableSchema LOGS = new TableSchema(CompactSchema.parse(CompactSchema.EVM_LOGS));
    public static final TableSchema TRANSACTIONS =
            new TableSchema(CompactSchema.parse(CompactSchema.EVM_RPC_TRANSACTIONS));

    private static final List<String> SORTED_BY = List.of("_block_num", "block_num", "timestamp");

    private EvmTables() {}

    /** All three tables by name. */
    public static SortedMap<String, TableDefinition> all() {
        SortedMap<String, TableDefinition> tables = new TreeMap<>();
        tables.put("blocks", new TableDefinition("blocks", BLOCKS, SORTED_BY));
        tables.put("logs", new TableDefinition("logs", LOGS, SORTED_BY));
        tables.put("transactions", new TableDefinition("transactions", TRANSACTIONS, SORTED_BY));
        return tables;
    }

    /** An {@code evm-rpc} dataset of all tables from block 0 on. */
    public static RawManifest manifest(NetworkId network) {
        return new RawManifest(KIND, network, 0, false, all(), Map.of());
    }
}
