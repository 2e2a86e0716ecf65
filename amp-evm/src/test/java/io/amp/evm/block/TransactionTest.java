package io.amp.evm.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import io.amp.evm.hash.BloomBits;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.evm.signature.SenderRecovery;
import io.amp.evm.trie.IndexTrie;
import io.amp.testkit.chain.ChainData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datasets specification, appendix B.3, B.4 and B.7, and the real blocks. */
class TransactionTest {
    private static final String A = "11".repeat(20);
    private static final String R = "33".repeat(32);
    private static final String S = "44".repeat(32);

    private static final String[] ENCODED = {
        "f85f091482520894111111111111111111111111111111111111111105801ba03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444",
        "01f8bf01091482520894111111111111111111111111111111111111111105820001f85bf859941111111111111111111111111111111111111111f842a02222222222222222222222222222222222222222222222222222222222222222a0000000000000000000000000000000000000000000000000000000000000000001a03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444",
        "02f8500109021e8252088080826000c080a03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444",
        "03f8850109021e8252089411111111111111111111111111111111111111118080c007e1a0015555555555555555555555555555555555555555555555555555555555555501a03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444",
        "04f9011c0109021e82ea609411111111111111111111111111111111111111118080c0f8b8f85a019466666666666666666666666666666666666666660301a03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444f85a809477777777777777777777777777777777777777778080a03333333333333333333333333333333333333333333333333333333333333333a0444444444444444444444444444444444444444444444444444444444444444480a03333333333333333333333333333333333333333333333333333333333333333a04444444444444444444444444444444444444444444444444444444444444444"
    };
    private static final String[] HASHES = {
        "20ecdd63f6b15a4075c28079d5550d476d7984867268c343568c0f20fa3362e4",
        "e6acafc4e996d092e13075c00c76e3d60328dd8b56fddaf68b502e1f98efe30f",
        "055bc4cc5da8e3b8419ff8de20dd2fc48306e38200aa42fc75e19f77018753a8",
        "02931812068694f11319b1205148d3864119d9315f8c05b320bc1618c1806903",
        "e1c63f2ec3842305b85547514f3b0b43ef45fbd575bc755b218cb644b291c1ac"
    };

    static Transaction madeUp(int type) {
        var tx = new Transaction();
        tx.setType(type);
        set(tx, TransactionField.NONCE, "09");
        set(tx, TransactionField.GAS_PRICE, "14");
        set(tx, TransactionField.MAX_PRIORITY_FEE_PER_GAS, "02");
        set(tx, TransactionField.MAX_FEE_PER_GAS, "1e");
        set(tx, TransactionField.GAS_LIMIT, type == 4 ? "ea60" : "5208");
        set(tx, TransactionField.VALUE, type < 2 ? "05" : "00");
        set(tx, TransactionField.INPUT, type == 1 ? "0001" : type == 2 ? "6000" : "");
        set(tx, TransactionField.V_PARITY, type == 1 || type == 3 ? "01" : "00");
        set(tx, TransactionField.R, R);
        set(tx, TransactionField.S, S);
        set(tx, TransactionField.ACCESS_LIST, "");
        if (type != 2) {
            set(tx, TransactionField.TO, A);
        }
        if (type > 0) {
            set(tx, TransactionField.CHAIN_ID, "0000000000000001");
        }
        if (type == 1) {
            set(tx, TransactionField.ACCESS_LIST, A);
            tx.accessListKeyCounts(1)[0] = 2;
            tx.accessListKeys().set(Vectors.hex("22".repeat(32) + "00".repeat(32)));
        }
        if (type == 3) {
            set(tx, TransactionField.MAX_FEE_PER_BLOB_GAS, "07");
            set(tx, TransactionField.BLOB_VERSIONED_HASHES, "01" + "55".repeat(31));
        }
        if (type == 4) {
            set(
                    tx,
                    TransactionField.AUTHORIZATION_LIST,
                    "0000000000000001" + "66".repeat(20) + "0000000000000003" + "01" + R + S + "0000000000000000"
                            + "77".repeat(20) + "0000000000000000" + "00" + R + S);
        }
        return tx;
    }

    private static void set(Transaction tx, TransactionField field, String hex) {
        tx.field(field).set(Vectors.hex(hex));
    }

    private static String encoded(Transaction tx) {
        var out = new RlpWriter();
        tx.encode(out);
        return Vectors.hex(out.toByteArray());
    }

    @Test
    void everyTypeIsEncodedAsPublished() {
        for (int type = 0; type <= 4; type++) {
            assertThat(madeUp(type).missingField()).isNull();
            assertThat(encoded(madeUp(type))).isEqualTo(ENCODED[type]);
            assertThat(Vectors.hex(Keccak256.hash(Vectors.hex(ENCODED[type])))).isEqualTo(HASHES[type]);
        }
        assertThat(madeUp(4).hasAuthorizationOfChainZero()).isTrue();
        assertThat(madeUp(3).hasAuthorizationOfChainZero()).isFalse();
        byte[] root = new byte[32];
        new IndexTrie(new Keccak256()).root(5, (index, out) -> madeUp(index).encode(out), root);
        assertThat(Vectors.hex(root)).isEqualTo("396e491e39973ef7a1075e5a093bd80ac78b41d40a73184a855243fec85bbbcc");
    }

    @Test
    void receiptsOfEveryTypeGiveThePublishedRoot() {
        var keccak = new Keccak256();
        var receipt = new Receipt(new BloomBits(keccak));
        long[] cumulative = {21_000, 42_000, 63_000, 84_000, 144_000};
        byte[] root = new byte[32];
        new IndexTrie(keccak)
                .root(
                        5,
                        (index, out) -> {
                            receipt.setType(index);
                            receipt.setStatus(index != 2);
                            receipt.setCumulativeGas(cumulative[index]);
                            receipt.encode(index == 1 ? 1 : 0, (i, log) -> wethTransfer(log), out);
                        },
                        root);
        assertThat(Vectors.hex(root)).isEqualTo("928b19e7fe7c94c223588a69f129e46a1882d05d075f545f93b0c5a215c07148");
    }

    private static void wethTransfer(Log log) {
        byte[] address = Vectors.hex("c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
        System.arraycopy(address, 0, log.address(), 0, 20);
        byte[] topic = Vectors.hex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        System.arraycopy(topic, 0, log.topics(), 0, 32);
        log.setTopicCount(1);
        log.data().set(new byte[] {1});
    }

    @Test
    void receiptBeforeByzantiumHasAStateRoot() {
        var keccak = new Keccak256();
        var receipt = new Receipt(new BloomBits(keccak));
        receipt.setType(0);
        receipt.setCumulativeGas(21_000);
        receipt.stateRoot().set(Vectors.hex("96a8e009d2b88b1483e6941e6812e32263b05683fac202abc622a3e31aed1957"));
        byte[] root = new byte[32];
        new IndexTrie(keccak).root(1, (index, out) -> receipt.encode(0, (i, log) -> {}, out), root);
        assertThat(Vectors.hex(root)).isEqualTo("fe2bf2a941abf41d72637e5b91750332a30283efd40c424dc522b77e6f0ed8c4");
    }

    @Test
    void legacyWithoutChainId() {
        var tx = new Transaction();
        set(tx, TransactionField.NONCE, "00");
        set(tx, TransactionField.GAS_PRICE, "2d79883d2000");
        set(tx, TransactionField.GAS_LIMIT, "5208");
        set(tx, TransactionField.TO, "5df9b87991262f6ba471f09758cde1c0fc1de734");
        set(tx, TransactionField.VALUE, "7a69");
        set(tx, TransactionField.INPUT, "");
        set(tx, TransactionField.V_PARITY, "01");
        set(tx, TransactionField.R, "88ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0");
        set(tx, TransactionField.S, "45e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a");
        assertThat(encoded(tx))
                .isEqualTo(
                        "f86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a");
    }

    @Test
    void legacyVOfTheLargestChainIdTakes65Bits() {
        var tx = madeUp(0);
        set(tx, TransactionField.CHAIN_ID, "ffffffffffffffff");
        // 2 * (2^64 - 1) + 35 = 2^65 + 33.
        assertThat(encoded(tx)).contains("89020000000000000021a0" + R);
        set(tx, TransactionField.CHAIN_ID, "0000000000000000");
        assertThat(encoded(tx)).contains("23a0" + R);
    }

    @Test
    void missingFieldsAreNamed() {
        for (int type = 0; type <= 4; type++) {
            for (TransactionField field : TransactionField.values()) {
                var tx = madeUp(type);
                boolean set = !tx.field(field).isNull();
                tx.field(field).setNull();
                boolean needed = switch (field) {
                    case GAS_PRICE -> type <= 1;
                    case CHAIN_ID, ACCESS_LIST -> type >= 1;
                    case MAX_FEE_PER_GAS, MAX_PRIORITY_FEE_PER_GAS -> type >= 2;
                    case TO -> type >= 3;
                    case MAX_FEE_PER_BLOB_GAS, BLOB_VERSIONED_HASHES -> type == 3;
                    case AUTHORIZATION_LIST -> type == 4;
                    default -> set;
                };
                assertThat(tx.missingField())
                        .as("type %d without %s", type, field)
                        .isEqualTo(needed ? field : null);
            }
        }
        assertThatThrownBy(() -> new Transaction().setType(126)).hasMessageContaining("0x7e");
        assertThatThrownBy(() -> new Transaction().setType(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    static List<JsonNode> realTransactions() {
        var transactions = new ArrayList<JsonNode>();
        for (ChainData data : ChainData.all()) {
            for (JsonNode tx : data.block().get("transactions")) {
                if (!tx.get("type").textValue().equals("0x7e")) {
                    transactions.add(tx);
                }
            }
        }
        return transactions;
    }

    @Test
    void realTransactionsHashToTheirHashAndTellTheirSender() {
        var keccak = new Keccak256();
        var recovery = new SenderRecovery(keccak);
        var out = new RlpWriter();
        byte[] hash = new byte[32];
        byte[] sender = new byte[20];
        List<JsonNode> transactions = realTransactions();
        assertThat(transactions).hasSize(1 + 348 + 16 + 26 + 8 + 413);
        for (JsonNode json : transactions) {
            Transaction tx = ofNode(json);
            out.clear();
            tx.encode(out);
            keccak.hash(out.array(), out.start(), out.written(), hash, 0);
            assertThat("0x" + Vectors.hex(hash)).isEqualTo(json.get("hash").textValue());
            out.clear();
            tx.encodeForSigning(out);
            keccak.hash(out.array(), out.start(), out.written(), hash, 0);
            boolean odd = tx.field(TransactionField.V_PARITY).array()[0] == 1;
            byte[] r = tx.field(TransactionField.R).toByteArray();
            byte[] s = tx.field(TransactionField.S).toByteArray();
            assertThat(recovery.recover(hash, r, s, odd, sender)).isTrue();
            assertThat("0x" + Vectors.hex(sender)).isEqualTo(json.get("from").textValue());
        }
    }

    private static Transaction ofNode(JsonNode json) {
        var tx = new Transaction();
        tx.setType(Integer.decode(json.get("type").textValue()));
        quantity(tx, TransactionField.NONCE, json.get("nonce"));
        quantity(tx, TransactionField.GAS_PRICE, json.get("gasPrice"));
        quantity(tx, TransactionField.MAX_FEE_PER_GAS, json.get("maxFeePerGas"));
        quantity(tx, TransactionField.MAX_PRIORITY_FEE_PER_GAS, json.get("maxPriorityFeePerGas"));
        quantity(tx, TransactionField.GAS_LIMIT, json.get("gas"));
        quantity(tx, TransactionField.VALUE, json.get("value"));
        quantity(tx, TransactionField.CHAIN_ID, json.get("chainId"));
        if (json.hasNonNull("to")) {
            set(tx, TransactionField.TO, json.get("to").textValue().substring(2));
        }
        set(tx, TransactionField.INPUT, json.get("input").textValue().substring(2));
        set(tx, TransactionField.R, padded(json.get("r")));
        set(tx, TransactionField.S, padded(json.get("s")));
        long v = Long.decode(json.get("v").textValue());
        long parity = tx.type() != 0 ? v : v >= 35 ? (v - 35) % 2 : v - 27;
        set(tx, TransactionField.V_PARITY, "0" + parity);
        if (tx.type() > 0) {
            var addresses = new StringBuilder();
            var keys = new StringBuilder();
            int[] counts = tx.accessListKeyCounts(json.get("accessList").size());
            int entry = 0;
            for (JsonNode item : json.get("accessList")) {
                addresses.append(item.get("address").textValue().substring(2));
                counts[entry++] = item.get("storageKeys").size();
                item.get("storageKeys")
                        .forEach(key -> keys.append(key.textValue().substring(2)));
            }
            set(tx, TransactionField.ACCESS_LIST, addresses.toString());
            tx.accessListKeys().set(Vectors.hex(keys.toString()));
        }
        return tx;
    }

    private static void quantity(Transaction tx, TransactionField field, JsonNode value) {
        if (value != null && !value.isNull()) {
            String digits = value.textValue().substring(2);
            set(tx, field, digits.length() % 2 == 0 ? digits : "0" + digits);
        }
    }

    private static String padded(JsonNode value) {
        String digits = value.textValue().substring(2);
        return "0".repeat(64 - digits.length()) + digits;
    }
}
