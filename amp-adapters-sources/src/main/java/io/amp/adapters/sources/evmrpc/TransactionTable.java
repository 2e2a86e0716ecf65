package io.amp.adapters.sources.evmrpc;

import static io.amp.adapters.sources.evmrpc.ArrowTypes.address;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.binary;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.hash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.int32;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableAddress;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableDecimal;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableHash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableUint64;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.text;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.timestamp;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.uint32;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.uint64;

import io.amp.adapters.sources.column.BitColumn;
import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.column.ListColumn;
import io.amp.adapters.sources.column.StructColumn;
import io.amp.adapters.sources.column.TableStage;
import io.amp.adapters.sources.column.VarColumn;
import java.util.List;

/** Columns of {@code transactions} (sources specification, section 5.1). */
final class TransactionTable {
    final FixedColumn reservedNumber = uint64("_block_num");
    final FixedColumn blockHash = hash("block_hash");
    final FixedColumn blockNumber = uint64("block_num");
    final FixedColumn timestamp = timestamp("timestamp");
    final FixedColumn index = uint32("tx_index");
    final FixedColumn hash = hash("tx_hash");
    final FixedColumn to = nullableAddress("to");
    final FixedColumn nonce = uint64("nonce");
    final FixedColumn gasPrice = nullableDecimal("gas_price");
    final FixedColumn gasLimit = uint64("gas_limit");
    final VarColumn value = text("value");
    final VarColumn input = binary("input");
    final FixedColumn r = hash("r");
    final FixedColumn s = hash("s");
    final BitColumn parity = new BitColumn("v_parity");
    final FixedColumn chainId = nullableUint64("chain_id");
    final FixedColumn gasUsed = uint64("gas_used");
    final FixedColumn type = int32("type");
    final FixedColumn maxFee = nullableDecimal("max_fee_per_gas");
    final FixedColumn maxPriorityFee = nullableDecimal("max_priority_fee_per_gas");
    final FixedColumn maxBlobFee = nullableDecimal("max_fee_per_blob_gas");
    final FixedColumn from = address("from");
    final BitColumn status = new BitColumn("status");
    final FixedColumn stateRoot = nullableHash("state_root");

    final FixedColumn accessAddress = address("address");
    final FixedColumn storageKey = hash("item");
    final ListColumn storageKeys = new ListColumn("storage_keys", storageKey, false);
    final ListColumn accessList =
            new ListColumn("access_list", new StructColumn("item", List.of(accessAddress, storageKeys)), true);

    final FixedColumn blobHash = hash("item");
    final ListColumn blobHashes = new ListColumn("blob_versioned_hashes", blobHash, true);

    final FixedColumn authorizationChainId = uint64("chain_id");
    final FixedColumn authorizationAddress = address("address");
    final FixedColumn authorizationNonce = uint64("nonce");
    final BitColumn authorizationParity = new BitColumn("y_parity");
    final FixedColumn authorizationR = hash("r");
    final FixedColumn authorizationS = hash("s");
    final ListColumn authorizations = new ListColumn(
            "authorization_list",
            new StructColumn(
                    "item",
                    List.of(
                            authorizationChainId,
                            authorizationAddress,
                            authorizationNonce,
                            authorizationParity,
                            authorizationR,
                            authorizationS)),
            true);

    final TableStage stage = new TableStage(List.of(
            reservedNumber,
            blockHash,
            blockNumber,
            timestamp,
            index,
            hash,
            to,
            nonce,
            gasPrice,
            gasLimit,
            value,
            input,
            r,
            s,
            parity,
            chainId,
            gasUsed,
            type,
            maxFee,
            maxPriorityFee,
            maxBlobFee,
            from,
            status,
            stateRoot,
            accessList,
            blobHashes,
            authorizations));
}
