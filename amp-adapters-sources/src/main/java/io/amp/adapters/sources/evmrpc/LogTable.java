package io.amp.adapters.sources.evmrpc;

import static io.amp.adapters.sources.evmrpc.ArrowTypes.address;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.binary;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.hash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableHash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.timestamp;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.uint32;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.uint64;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.column.TableStage;
import io.amp.adapters.sources.column.VarColumn;
import java.util.List;

/** Columns of {@code logs} (sources specification, section 2.2). */
final class LogTable {
    static final int TOPICS_MAX = 4;

    final FixedColumn reservedNumber = uint64("_block_num");
    final FixedColumn blockHash = hash("block_hash");
    final FixedColumn blockNumber = uint64("block_num");
    final FixedColumn timestamp = timestamp("timestamp");
    final FixedColumn transactionHash = hash("tx_hash");
    final FixedColumn transactionIndex = uint32("tx_index");
    final FixedColumn index = uint32("log_index");
    final FixedColumn address = address("address");
    final List<FixedColumn> topics =
            List.of(nullableHash("topic0"), nullableHash("topic1"), nullableHash("topic2"), nullableHash("topic3"));
    final VarColumn data = binary("data");

    final TableStage stage = new TableStage(List.of(
            reservedNumber,
            blockHash,
            blockNumber,
            timestamp,
            transactionHash,
            transactionIndex,
            index,
            address,
            topics.get(0),
            topics.get(1),
            topics.get(2),
            topics.get(3),
            data));
}
