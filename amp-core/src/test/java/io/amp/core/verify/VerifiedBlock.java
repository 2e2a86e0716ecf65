package io.amp.core.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.evm.block.Header;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.CompactSchema;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows of one block that a test may change before they become Arrow. */
final class VerifiedBlock {
    static final Schema BLOCKS = CompactSchema.parse(CompactSchema.EVM_BLOCKS);
    static final Schema TRANSACTIONS = CompactSchema.parse(CompactSchema.EVM_RPC_TRANSACTIONS);
    static final Schema LOGS = CompactSchema.parse(CompactSchema.EVM_LOGS);

    final ObjectNode block;
    final List<ObjectNode> transactions;
    final List<ObjectNode> logs;

    VerifiedBlock(ObjectNode block, List<ObjectNode> transactions, List<ObjectNode> logs) {
        this.block = block;
        this.transactions = transactions;
        this.logs = logs;
    }

    static VerifiedBlock of(ChainData data) {
        return new VerifiedBlock(
                data.expected("blocks").getFirst(), data.expected("transactions"), data.expected("logs"));
    }

    BlockRows rows(BufferAllocator allocator) {
        var tables = new HashMap<String, RecordBatch>();
        tables.put("blocks", ArrowRows.batch(allocator, BLOCKS, List.of(block)));
        tables.put("transactions", ArrowRows.batch(allocator, TRANSACTIONS, transactions));
        tables.put("logs", ArrowRows.batch(allocator, LOGS, logs));
        return new BlockRows(range(), Map.copyOf(tables));
    }

    BlockRange range() {
        long number = block.get("block_num").longValue();
        return new BlockRange(
                new BlockInterval(number, number),
                new NetworkId("mainnet"),
                BlockHash.parse(block.get("hash").textValue()),
                BlockHash.parse(block.get("parent_hash").textValue()),
                null);
    }

    /** Gives the block, and every row that names it, the hash that its header has now. */
    void rehash(BufferAllocator allocator) {
        try (RecordBatch batch = ArrowRows.batch(allocator, BLOCKS, List.of(block))) {
            var header = new Header();
            new BlockColumns(batch.root()).load(0, header);
            var out = new RlpWriter();
            header.encode(out);
            setHash(HexFormat.of().formatHex(Keccak256.hash(out.toByteArray())));
        }
    }

    void setHash(String hash) {
        block.put("hash", hash);
        transactions.forEach(row -> row.put("block_hash", hash));
        logs.forEach(row -> row.put("block_hash", hash));
    }

    /** Numbers the rows anew after some were taken away. */
    void renumber() {
        var newIndexes = new HashMap<Long, Integer>();
        for (int i = 0; i < transactions.size(); i++) {
            newIndexes.put(transactions.get(i).get("tx_index").longValue(), i);
            transactions.get(i).put("tx_index", i);
        }
        logs.removeIf(log -> !newIndexes.containsKey(log.get("tx_index").longValue()));
        for (int i = 0; i < logs.size(); i++) {
            JsonNode old = logs.get(i).get("tx_index");
            logs.get(i).put("log_index", i);
            logs.get(i).put("tx_index", newIndexes.get(old.longValue()));
        }
    }
}
