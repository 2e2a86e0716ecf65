package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Blocks as nodes answer them: the inverse of what a source does. */
public final class EvmJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final BigInteger CHAIN_ID_OFFSET = BigInteger.valueOf(35);

    private EvmJson() {}

    /** Result of {@code eth_getBlockByNumber}. */
    public static ObjectNode block(EvmBlock block, boolean fullTransactions) {
        Map<String, @Nullable Object> row = block.header();
        ObjectNode json = JSON.objectNode();
        json.put("number", quantity(row.get("block_num")));
        json.put("hash", bytes(row.get("hash")));
        json.put("parentHash", bytes(row.get("parent_hash")));
        json.put("sha3Uncles", bytes(row.get("ommers_hash")));
        json.put("miner", bytes(row.get("miner")));
        json.put("stateRoot", bytes(row.get("state_root")));
        json.put("transactionsRoot", bytes(row.get("transactions_root")));
        json.put("receiptsRoot", bytes(row.get("receipt_root")));
        json.put("logsBloom", bytes(row.get("logs_bloom")));
        json.put("difficulty", quantity(row.get("difficulty")));
        putQuantity(json, "totalDifficulty", row.get("total_difficulty"));
        json.put("gasLimit", quantity(row.get("gas_limit")));
        json.put("gasUsed", quantity(row.get("gas_used")));
        json.put("extraData", bytes(row.get("extra_data")));
        json.put("mixHash", bytes(row.get("mix_hash")));
        json.put("nonce", String.format("0x%016x", (Long) row.get("nonce")));
        putQuantity(json, "baseFeePerGas", row.get("base_fee_per_gas"));
        putBytes(json, "withdrawalsRoot", row.get("withdrawals_root"));
        putQuantity(json, "blobGasUsed", row.get("blob_gas_used"));
        putQuantity(json, "excessBlobGas", row.get("excess_blob_gas"));
        putBytes(json, "parentBeaconBlockRoot", row.get("parent_beacon_root"));
        putBytes(json, "requestsHash", row.get("requests_hash"));
        json.put("timestamp", "0x" + Long.toHexString(((Instant) required(row.get("timestamp"))).getEpochSecond()));
        json.put("size", "0x220");
        json.putArray("uncles");
        ArrayNode transactions = json.putArray("transactions");
        for (Map<String, @Nullable Object> transaction : block.transactions()) {
            if (fullTransactions) {
                transactions.add(transaction(transaction));
            } else {
                transactions.add(bytes(transaction.get("tx_hash")));
            }
        }
        return json;
    }

    /** Result of {@code eth_getBlockReceipts}; an element is the result of {@code eth_getTransactionReceipt}. */
    public static ArrayNode receipts(EvmBlock block) {
        ArrayNode receipts = JSON.arrayNode();
        long cumulative = 0;
        for (Map<String, @Nullable Object> row : block.transactions()) {
            cumulative += (Long) required(row.get("gas_used"));
            ObjectNode receipt = receipts.addObject();
            receipt.put("blockHash", bytes(row.get("block_hash")));
            receipt.put("blockNumber", quantity(row.get("block_num")));
            receipt.putNull("contractAddress");
            receipt.put("cumulativeGasUsed", "0x" + Long.toHexString(cumulative));
            receipt.put("from", bytes(row.get("from")));
            receipt.put("gasUsed", quantity(row.get("gas_used")));
            ArrayNode logs = receipt.putArray("logs");
            for (Map<String, @Nullable Object> log : block.logs()) {
                if (Objects.equals(log.get("tx_hash"), row.get("tx_hash"))) {
                    logs.add(log(log));
                }
            }
            receipt.put("logsBloom", "0x" + "00".repeat(256));
            receipt.put("status", Boolean.TRUE.equals(row.get("status")) ? "0x1" : "0x0");
            receipt.put("transactionHash", bytes(row.get("tx_hash")));
            receipt.put("transactionIndex", quantity(row.get("tx_index")));
            receipt.put("type", quantity(row.get("type")));
        }
        return receipts;
    }

    private static ObjectNode transaction(Map<String, @Nullable Object> row) {
        ObjectNode json = JSON.objectNode();
        long type = (Long) required(row.get("type"));
        json.put("blockHash", bytes(row.get("block_hash")));
        json.put("blockNumber", quantity(row.get("block_num")));
        json.put("from", bytes(row.get("from")));
        json.put("gas", quantity(row.get("gas_limit")));
        json.put("gasPrice", quantity(row.get(type <= 1 ? "gas_price" : "max_fee_per_gas")));
        if (type >= 2 && type <= 4) {
            json.put("maxFeePerGas", quantity(row.get("max_fee_per_gas")));
            json.put("maxPriorityFeePerGas", quantity(row.get("max_priority_fee_per_gas")));
        }
        putQuantity(json, "maxFeePerBlobGas", row.get("max_fee_per_blob_gas"));
        json.put("hash", bytes(row.get("tx_hash")));
        json.put("input", bytes(row.get("input")));
        json.put("nonce", quantity(row.get("nonce")));
        if (row.get("to") == null) {
            json.putNull("to");
        } else {
            json.put("to", bytes(row.get("to")));
        }
        json.put("transactionIndex", quantity(row.get("tx_index")));
        json.put("value", "0x" + new BigInteger((String) required(row.get("value"))).toString(16));
        json.put("type", quantity(row.get("type")));
        if (type >= 1 && type <= 4) {
            ArrayNode accessList = json.putArray("accessList");
            for (Map<?, ?> item : maps(row.get("access_list"))) {
                ObjectNode entry = accessList.addObject();
                entry.put("address", bytes(item.get("address")));
                addAll(entry.putArray("storageKeys"), item.get("storage_keys"));
            }
        }
        putQuantity(json, "chainId", row.get("chain_id"));
        if (type == 3) {
            addAll(json.putArray("blobVersionedHashes"), row.get("blob_versioned_hashes"));
        }
        if (type == 4) {
            ArrayNode authorizations = json.putArray("authorizationList");
            for (Map<?, ?> item : maps(row.get("authorization_list"))) {
                ObjectNode entry = authorizations.addObject();
                entry.put("chainId", quantity(item.get("chain_id")));
                entry.put("address", bytes(item.get("address")));
                entry.put("nonce", quantity(item.get("nonce")));
                entry.put("yParity", Boolean.TRUE.equals(item.get("y_parity")) ? "0x1" : "0x0");
                entry.put("r", number(item.get("r")));
                entry.put("s", number(item.get("s")));
            }
        }
        json.put("r", number(row.get("r")));
        json.put("s", number(row.get("s")));
        boolean odd = Boolean.TRUE.equals(row.get("v_parity"));
        json.put("v", type == 0 ? legacyV(odd, (Long) row.get("chain_id")) : odd ? "0x1" : "0x0");
        if (type >= 1 && type <= 4) {
            json.put("yParity", odd ? "0x1" : "0x0");
        }
        return json;
    }

    private static ObjectNode log(Map<String, @Nullable Object> row) {
        ObjectNode json = JSON.objectNode();
        json.put("address", bytes(row.get("address")));
        json.put("blockHash", bytes(row.get("block_hash")));
        json.put("blockNumber", quantity(row.get("block_num")));
        json.put("data", bytes(row.get("data")));
        json.put("logIndex", quantity(row.get("log_index")));
        json.put("removed", false);
        ArrayNode topics = json.putArray("topics");
        for (int i = 0; i < 4 && row.get("topic" + i) != null; i++) {
            topics.add(bytes(row.get("topic" + i)));
        }
        json.put("transactionHash", bytes(row.get("tx_hash")));
        json.put("transactionIndex", quantity(row.get("tx_index")));
        return json;
    }

    /** EIP-155. */
    private static String legacyV(boolean odd, @Nullable Long chainId) {
        BigInteger v = chainId == null
                ? BigInteger.valueOf(27)
                : BigInteger.valueOf(chainId).shiftLeft(1).add(CHAIN_ID_OFFSET);
        return "0x" + v.add(odd ? BigInteger.ONE : BigInteger.ZERO).toString(16);
    }

    private static void putQuantity(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, quantity(value));
        }
    }

    private static void putBytes(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, bytes(value));
        }
    }

    private static void addAll(ArrayNode array, @Nullable Object hashes) {
        ((List<?>) required(hashes)).forEach(hash -> array.add(bytes(hash)));
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((List<?>) required(list)).forEach(item -> maps.add((Map<?, ?>) item));
        return maps;
    }

    private static String quantity(@Nullable Object value) {
        return switch (required(value)) {
            case Long number -> "0x" + Long.toHexString(number);
            case BigInteger number -> "0x" + number.toString(16);
            case Object other -> throw new IllegalArgumentException(other + " is no number");
        };
    }

    private static String bytes(@Nullable Object value) {
        return "0x" + required(value);
    }

    /** Nodes write signatures as numbers, without zeros in front. */
    private static String number(@Nullable Object hex) {
        return "0x" + new BigInteger((String) required(hex), 16).toString(16);
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("a value is missing");
        }
        return value;
    }
}
