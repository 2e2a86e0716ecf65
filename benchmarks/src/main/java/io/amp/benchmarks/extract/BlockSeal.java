package io.amp.benchmarks.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.evm.block.Header;
import io.amp.evm.block.HeaderField;
import io.amp.evm.block.Log;
import io.amp.evm.block.Receipt;
import io.amp.evm.block.Slice;
import io.amp.evm.block.Transaction;
import io.amp.evm.block.TransactionField;
import io.amp.evm.hash.Bloom;
import io.amp.evm.hash.BloomBits;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.evm.trie.IndexTrie;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Map;

/** Makes the hashes, roots and blooms of a block in JSON right: transactions of types 0 to 2. Not thread-safe. */
final class BlockSeal {
    private static final HexFormat HEX = HexFormat.of();
    private static final Map<TransactionField, String> INTEGERS = Map.of(
            TransactionField.CHAIN_ID, "chainId",
            TransactionField.NONCE, "nonce",
            TransactionField.GAS_PRICE, "gasPrice",
            TransactionField.MAX_PRIORITY_FEE_PER_GAS, "maxPriorityFeePerGas",
            TransactionField.MAX_FEE_PER_GAS, "maxFeePerGas",
            TransactionField.GAS_LIMIT, "gas",
            TransactionField.VALUE, "value",
            TransactionField.R, "r",
            TransactionField.S, "s");
    private static final Map<HeaderField, String> HEADER = Map.ofEntries(
            Map.entry(HeaderField.PARENT_HASH, "parentHash"),
            Map.entry(HeaderField.OMMERS_HASH, "sha3Uncles"),
            Map.entry(HeaderField.MINER, "miner"),
            Map.entry(HeaderField.STATE_ROOT, "stateRoot"),
            Map.entry(HeaderField.TRANSACTIONS_ROOT, "transactionsRoot"),
            Map.entry(HeaderField.RECEIPT_ROOT, "receiptsRoot"),
            Map.entry(HeaderField.LOGS_BLOOM, "logsBloom"),
            Map.entry(HeaderField.DIFFICULTY, "difficulty"),
            Map.entry(HeaderField.BLOCK_NUM, "number"),
            Map.entry(HeaderField.GAS_LIMIT, "gasLimit"),
            Map.entry(HeaderField.GAS_USED, "gasUsed"),
            Map.entry(HeaderField.TIMESTAMP, "timestamp"),
            Map.entry(HeaderField.EXTRA_DATA, "extraData"),
            Map.entry(HeaderField.MIX_HASH, "mixHash"),
            Map.entry(HeaderField.NONCE, "nonce"),
            Map.entry(HeaderField.BASE_FEE_PER_GAS, "baseFeePerGas"));

    private final Keccak256 keccak = new Keccak256();
    private final BloomBits bits = new BloomBits(keccak);
    private final IndexTrie trie = new IndexTrie(keccak);
    private final Transaction transaction = new Transaction();
    private final Receipt receipt = new Receipt(bits);
    private final Header header = new Header();
    private final RlpWriter out = new RlpWriter(1 << 12);
    private final byte[] hash = new byte[Keccak256.HASH_BYTES];

    /** Sets everything that is computed from the rest. @return the block's hash */
    String close(ObjectNode block, ArrayNode receipts) {
        ArrayNode transactions = (ArrayNode) block.get("transactions");
        trie.root(
                transactions.size(),
                (index, to) -> {
                    int mark = to.written();
                    load(transactions.get(index));
                    transaction.encode(to);
                    keccak.hash(to.array(), to.start(), to.written() - mark, hash, 0);
                    name((ObjectNode) transactions.get(index), (ObjectNode) receipts.get(index), hex(hash));
                },
                hash);
        block.put("transactionsRoot", hex(hash));
        Bloom bloom = new Bloom();
        trie.root(
                receipts.size(),
                (index, to) -> {
                    JsonNode one = receipts.get(index);
                    JsonNode logs = one.get("logs");
                    receipt.setType(Integer.decode(one.path("type").asText("0x0")));
                    receipt.setStatus(one.get("status").asText().equals("0x1"));
                    receipt.setCumulativeGas(
                            Long.decode(one.get("cumulativeGasUsed").asText()));
                    receipt.stateRoot().setNull();
                    receipt.encode(logs.size(), (i, log) -> load(logs.get(i), log), to);
                    bloom.addAll(receipt.bloom());
                    ((ObjectNode) one).put("logsBloom", hex(receipt.bloom().bytes()));
                },
                hash);
        block.put("receiptsRoot", hex(hash));
        block.put("logsBloom", hex(bloom.bytes()));
        HEADER.forEach((field, name) -> header.field(field).set(bytes(block.get(name))));
        out.clear();
        header.encode(out);
        keccak.hash(out.array(), out.start(), out.written(), hash, 0);
        String blockHash = hex(hash);
        block.put("hash", blockHash);
        transactions.forEach(one -> ((ObjectNode) one).put("blockHash", blockHash));
        receipts.forEach(one -> {
            ((ObjectNode) one).put("blockHash", blockHash);
            one.get("logs").forEach(log -> ((ObjectNode) log).put("blockHash", blockHash));
        });
        return blockHash;
    }

    private static void name(ObjectNode transaction, ObjectNode receipt, String hash) {
        transaction.put("hash", hash);
        receipt.put("transactionHash", hash);
        receipt.get("logs").forEach(log -> ((ObjectNode) log).put("transactionHash", hash));
    }

    private void load(JsonNode json) {
        int type = Integer.decode(json.path("type").asText("0x0"));
        transaction.setType(type);
        INTEGERS.forEach((field, name) -> set(transaction.field(field), json.get(name)));
        set(transaction.field(TransactionField.TO), json.get("to"));
        set(transaction.field(TransactionField.INPUT), json.get("input"));
        long v = Long.decode(json.get("v").asText());
        boolean isOdd = type > 0 ? v == 1 : (v & 1) == 0;
        transaction.field(TransactionField.V_PARITY).set(new byte[] {(byte) (isOdd ? 1 : 0)});
        if (type == 0) {
            Slice chainId = transaction.field(TransactionField.CHAIN_ID);
            if (v >= 35) {
                chainId.set((v - 35) / 2);
                isOdd = (v - 35) % 2 == 1;
                transaction.field(TransactionField.V_PARITY).set(new byte[] {(byte) (isOdd ? 1 : 0)});
            } else {
                chainId.setNull();
            }
        }
        loadAccessList(json.path("accessList"));
    }

    private void loadAccessList(JsonNode list) {
        var addresses = new ByteArrayOutputStream();
        var keys = new ByteArrayOutputStream();
        int[] counts = transaction.accessListKeyCounts(list.size());
        for (int i = 0; i < list.size(); i++) {
            addresses.writeBytes(bytes(list.get(i).get("address")));
            list.get(i).get("storageKeys").forEach(key -> keys.writeBytes(bytes(key)));
            counts[i] = list.get(i).get("storageKeys").size();
        }
        transaction.field(TransactionField.ACCESS_LIST).set(addresses.toByteArray());
        transaction.accessListKeys().set(keys.toByteArray());
    }

    private static void load(JsonNode json, Log log) {
        System.arraycopy(bytes(json.get("address")), 0, log.address(), 0, Transaction.ADDRESS_BYTES);
        JsonNode topics = json.get("topics");
        log.setTopicCount(topics.size());
        for (int i = 0; i < topics.size(); i++) {
            System.arraycopy(bytes(topics.get(i)), 0, log.topics(), i * Transaction.HASH_BYTES, Transaction.HASH_BYTES);
        }
        log.data().set(bytes(json.get("data")));
    }

    private static void set(Slice slice, JsonNode json) {
        if (json == null || json.isNull()) {
            slice.setNull();
        } else {
            slice.set(bytes(json));
        }
    }

    private static byte[] bytes(JsonNode json) {
        String digits = json.asText().substring(2);
        return HEX.parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    }

    private static String hex(byte[] bytes) {
        return "0x" + HEX.formatHex(bytes);
    }
}
