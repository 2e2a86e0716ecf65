package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows from a parsed tree, written column by column after the tables of the sources specification; nothing of the real decoder. */
@SuppressWarnings("NullAway") // a field that a node must send and did not may fail the test
public final class ReferenceDecoder {
    private ReferenceDecoder() {}

    public static Map<String, Object> block(JsonNode b) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_block_num", number(b, "number"));
        row.put("block_num", number(b, "number"));
        row.put("timestamp", Instant.ofEpochSecond(number(b, "timestamp")));
        row.put("hash", hex(b, "hash"));
        row.put("parent_hash", hex(b, "parentHash"));
        row.put("ommers_hash", hex(b, "sha3Uncles"));
        row.put("miner", hex(b, "miner"));
        row.put("state_root", hex(b, "stateRoot"));
        row.put("transactions_root", hex(b, "transactionsRoot"));
        row.put("receipt_root", hex(b, "receiptsRoot"));
        row.put("logs_bloom", hex(b, "logsBloom"));
        row.put("difficulty", big(b, "difficulty"));
        row.put("total_difficulty", big(b, "totalDifficulty"));
        row.put("gas_limit", number(b, "gasLimit"));
        row.put("gas_used", number(b, "gasUsed"));
        row.put("extra_data", hex(b, "extraData"));
        row.put("mix_hash", hex(b, "mixHash"));
        row.put("nonce", number(b, "nonce"));
        row.put("base_fee_per_gas", big(b, "baseFeePerGas"));
        row.put("withdrawals_root", hex(b, "withdrawalsRoot"));
        row.put("blob_gas_used", number(b, "blobGasUsed"));
        row.put("excess_blob_gas", number(b, "excessBlobGas"));
        row.put("parent_beacon_root", hex(b, "parentBeaconBlockRoot"));
        row.put("requests_hash", hex(b, "requestsHash"));
        return row;
    }

    public static List<Map<String, Object>> transactions(JsonNode b, JsonNode receipts) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < b.get("transactions").size(); i++) {
            rows.add(transaction(b, b.get("transactions").get(i), receipts.get(i), i));
        }
        return rows;
    }

    private static Map<String, Object> transaction(JsonNode b, JsonNode t, JsonNode r, long index) {
        long type = t.hasNonNull("type") ? number(t, "type") : 0;
        boolean standard = type <= 4;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("_block_num", number(b, "number"));
        row.put("block_hash", hex(b, "hash"));
        row.put("block_num", number(b, "number"));
        row.put("timestamp", Instant.ofEpochSecond(number(b, "timestamp")));
        row.put("tx_index", index);
        row.put("tx_hash", hex(t, "hash"));
        row.put("to", hex(t, "to"));
        row.put("nonce", number(t, "nonce"));
        row.put("gas_price", type <= 1 ? big(t, "gasPrice") : null);
        row.put("gas_limit", number(t, "gas"));
        row.put("value", big(t, "value").toString());
        row.put("input", hex(t, "input"));
        row.put("r", standard ? padded(t, "r") : "00".repeat(32));
        row.put("s", standard ? padded(t, "s") : "00".repeat(32));
        BigInteger v = t.hasNonNull("v") ? big(t, "v") : big(t, "yParity");
        Object chainId = number(t, "chainId");
        boolean odd = v != null && v.signum() > 0;
        if (type == 0 && v.intValue() >= 27) {
            boolean replayProtected = v.compareTo(BigInteger.valueOf(35)) >= 0;
            BigInteger rest = v.subtract(BigInteger.valueOf(replayProtected ? 35 : 27));
            odd = rest.testBit(0);
            chainId = replayProtected ? rest.shiftRight(1).longValue() : null;
        }
        row.put("v_parity", standard && odd);
        row.put("chain_id", chainId);
        row.put("gas_used", number(r, "gasUsed"));
        row.put("type", type);
        BigInteger maxFee = type <= 1 ? big(t, "gasPrice") : big(t, "maxFeePerGas");
        row.put("max_fee_per_gas", maxFee == null ? BigInteger.ZERO : maxFee);
        row.put("max_priority_fee_per_gas", type <= 1 ? null : big(t, "maxPriorityFeePerGas"));
        row.put("max_fee_per_blob_gas", type == 3 ? big(t, "maxFeePerBlobGas") : null);
        row.put("from", hex(t, "from"));
        row.put("status", r.hasNonNull("status") ? number(r, "status") == 1L : true);
        row.put("state_root", r.hasNonNull("status") ? null : hex(r, "root"));
        row.put("access_list", type >= 1 && standard ? accessList(t) : null);
        row.put("blob_versioned_hashes", type == 3 ? hexes(t.get("blobVersionedHashes")) : null);
        row.put("authorization_list", type == 4 ? authorizations(t) : null);
        return row;
    }

    public static List<Map<String, Object>> logs(JsonNode b, JsonNode receipts) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (JsonNode receipt : receipts) {
            for (JsonNode log : receipt.get("logs")) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("_block_num", number(b, "number"));
                row.put("block_hash", hex(log, "blockHash"));
                row.put("block_num", number(log, "blockNumber"));
                row.put("timestamp", Instant.ofEpochSecond(number(b, "timestamp")));
                row.put("tx_hash", hex(log, "transactionHash"));
                row.put("tx_index", number(log, "transactionIndex"));
                row.put("log_index", number(log, "logIndex"));
                row.put("address", hex(log, "address"));
                List<String> topics = hexes(log.get("topics"));
                for (int i = 0; i < 4; i++) {
                    row.put("topic" + i, i < topics.size() ? topics.get(i) : null);
                }
                row.put("data", hex(log, "data"));
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<Object> accessList(JsonNode t) {
        List<Object> list = new ArrayList<>();
        for (JsonNode item : t.get("accessList")) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("address", hex(item, "address"));
            entry.put("storage_keys", hexes(item.get("storageKeys")));
            list.add(entry);
        }
        return list;
    }

    private static List<Object> authorizations(JsonNode t) {
        List<Object> list = new ArrayList<>();
        for (JsonNode item : t.get("authorizationList")) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("chain_id", number(item, "chainId"));
            entry.put("address", hex(item, "address"));
            entry.put("nonce", number(item, "nonce"));
            entry.put("y_parity", number(item, "yParity") == 1L);
            entry.put("r", padded(item, "r"));
            entry.put("s", padded(item, "s"));
            list.add(entry);
        }
        return list;
    }

    private static List<String> hexes(JsonNode array) {
        List<String> list = new ArrayList<>();
        array.forEach(item -> list.add(item.textValue().substring(2).toLowerCase(Locale.ROOT)));
        return list;
    }

    private static String hex(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.get(field).textValue().substring(2).toLowerCase(Locale.ROOT) : null;
    }

    private static String padded(JsonNode node, String field) {
        String digits = hex(node, field);
        return "0".repeat(64 - digits.length()) + digits;
    }

    private static BigInteger big(JsonNode node, String field) {
        return node.hasNonNull(field)
                ? new BigInteger(node.get(field).textValue().substring(2), 16)
                : null;
    }

    private static Long number(JsonNode node, String field) {
        return node.hasNonNull(field) ? (Long) big(node, field).longValue() : null;
    }
}
