package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.TableStage;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.TableDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Makes the rows of one block from its answers. Used by one thread at a time, for block after block: its columns keep their arrays, which
 * grow to the largest block met.
 */
final class BlockDecoder {
    private final JsonCursor cursor = new JsonCursor();
    private final ValueReader values = new ValueReader(cursor);
    private final HeaderDecoder header = new HeaderDecoder(cursor, values);
    private final TransactionTable transactionTable = new TransactionTable();
    private final TransactionDecoder transactions = new TransactionDecoder(cursor, values, transactionTable);
    private final LogTable logTable = new LogTable();
    private final LogDecoder logs = new LogDecoder(cursor, values, header, logTable);
    private final ReceiptDecoder receipts = new ReceiptDecoder(cursor, values, header, transactionTable, logs);

    /**
     * What was decoded.
     *
     * @param rows owned by the receiver
     * @param oversized values that became null because the column cannot hold them
     * @param ignoredReceipts receipts of transactions that the block does not list
     */
    record Decoded(BlockRows rows, int oversized, int ignoredReceipts) {}

    /**
     * Decodes one block.
     *
     * @param receiptAnswers empty for a block without transactions, one list, or one receipt per transaction
     * @throws WrongDataException wrong content
     * @throws io.amp.adapters.sources.json.MalformedJsonException not JSON
     * @throws RpcErrorException an answer is an error after all
     */
    Decoded decode(
            long number,
            NetworkId network,
            RpcResult block,
            List<RpcResult> receiptAnswers,
            Map<String, TableDefinition> tables,
            BufferAllocator allocator) {
        values.takeOversized();
        transactionTable.stage.clear();
        block.open(cursor);
        header.decode(transactions);
        block.finish(cursor);
        if (header.number() != number) {
            throw WrongDataException.bad("number", "block " + Long.toUnsignedString(header.number()) + " instead");
        }
        receipts.begin();
        for (RpcResult answer : receiptAnswers) {
            if (!answer.open(cursor)) {
                throw new WrongDataException(WrongDataException.Kind.CHANGED, "receipts", "receipts not found");
            }
            if (cursor.isArray()) {
                receipts.decodeList();
            } else {
                receipts.decode();
            }
            answer.finish(cursor);
        }
        receipts.finish();
        int rows = transactionTable.stage.rows();
        transactionTable.reservedNumber.fillLong(0, rows, number);
        transactionTable.blockNumber.fillLong(0, rows, number);
        transactionTable.timestamp.fillLong(0, rows, header.nanos());
        transactionTable.blockHash.fillBytes(0, rows, header.hashBytes(), 0);

        BlockRange range = new BlockRange(
                BlockInterval.of(number, number), network, header.blockHash(), header.parentHash(), header.seconds());
        return new Decoded(
                new BlockRows(range, batches(tables, allocator)), values.takeOversized(), receipts.ignored());
    }

    /** @throws IllegalArgumentException when a table is none of the three, or its schema is not the built-in one */
    void checkSchemas(Map<String, TableDefinition> tables) {
        tables.forEach((name, table) -> stage(name).checkSchema(name, table.schema()));
    }

    private Map<String, RecordBatch> batches(Map<String, TableDefinition> tables, BufferAllocator allocator) {
        Map<String, RecordBatch> batches = new HashMap<>();
        try {
            for (TableDefinition table : tables.values()) {
                batches.put(table.name(), stage(table.name()).toBatch(table.schema(), allocator));
            }
            return batches;
        } catch (RuntimeException | Error e) {
            batches.values().forEach(RecordBatch::close);
            throw e;
        }
    }

    private TableStage stage(String table) {
        return switch (table) {
            case "blocks" -> header.stage();
            case "transactions" -> transactionTable.stage;
            case "logs" -> logTable.stage;
            default -> throw new IllegalArgumentException("an evm-rpc dataset has no table '" + table + "'");
        };
    }
}
