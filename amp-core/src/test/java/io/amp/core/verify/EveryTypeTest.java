package io.amp.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.error.AmpException;
import io.amp.testkit.chain.ChainData;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A block with one transaction of each type: datasets specification, appendix B.7 and B.8. */
class EveryTypeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] HASHES = {
        "20ecdd63f6b15a4075c28079d5550d476d7984867268c343568c0f20fa3362e4",
        "e6acafc4e996d092e13075c00c76e3d60328dd8b56fddaf68b502e1f98efe30f",
        "055bc4cc5da8e3b8419ff8de20dd2fc48306e38200aa42fc75e19f77018753a8",
        "02931812068694f11319b1205148d3864119d9315f8c05b320bc1618c1806903",
        "e1c63f2ec3842305b85547514f3b0b43ef45fbd575bc755b218cb644b291c1ac"
    };
    private static final String A = "11".repeat(20);
    private static final String R = "33".repeat(32);
    private static final String S = "44".repeat(32);

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingLeaks() {
        allocator.close();
    }

    private ProofLevel verify(ProofLevel wanted, VerifiedBlock block) {
        try (BlockRows rows = block.rows(allocator)) {
            return new BlockVerifier(wanted, false).verify(rows);
        }
    }

    private AmpException failure(ProofLevel wanted, VerifiedBlock block) {
        return catchThrowableOfType(AmpException.class, () -> verify(wanted, block));
    }

    private VerifiedBlock madeUp() {
        ObjectNode block = ChainData.MAINNET_15000000.expected("blocks").getFirst();
        block.put("gas_used", 144_000);
        block.put("transactions_root", "396e491e39973ef7a1075e5a093bd80ac78b41d40a73184a855243fec85bbbcc");
        block.put("receipt_root", "928b19e7fe7c94c223588a69f129e46a1882d05d075f545f93b0c5a215c07148");
        byte[] bloom = new byte[256];
        bloom[48] = 0x02;
        bloom[52] = 0x08;
        bloom[75] = 0x08;
        bloom[123] = 0x10;
        bloom[195] = 0x02;
        bloom[226] = 0x20;
        block.put("logs_bloom", HexFormat.of().formatHex(bloom));
        List<ObjectNode> transactions = new ArrayList<>();
        for (int type = 0; type <= 4; type++) {
            transactions.add(transaction(block, type));
        }
        ObjectNode log = JSON.createObjectNode();
        copy(block, log);
        log.put("tx_hash", HASHES[1]);
        log.put("tx_index", 1);
        log.put("log_index", 0);
        log.put("address", "c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
        log.put("topic0", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        log.put("data", "01");
        var made = new VerifiedBlock(block, transactions, new ArrayList<>(List.of(log)));
        made.rehash(allocator);
        return made;
    }

    private static void copy(ObjectNode block, ObjectNode row) {
        for (String column : List.of("_block_num", "block_num", "timestamp")) {
            row.set(column, block.get(column));
        }
    }

    private static ObjectNode transaction(ObjectNode block, int type) {
        ObjectNode row = JSON.createObjectNode();
        copy(block, row);
        row.put("tx_index", type);
        row.put("tx_hash", HASHES[type]);
        row.put("type", type);
        row.put("nonce", 9);
        row.put("gas_limit", type == 4 ? 60_000 : 21_000);
        row.put("gas_used", type == 4 ? 60_000 : 21_000);
        row.put("status", type != 2);
        row.put("from", A);
        row.put("value", type < 2 ? "5" : "0");
        row.put("input", type == 1 ? "0001" : type == 2 ? "6000" : "");
        row.put("v_parity", type == 1 || type == 3);
        row.put("r", R);
        row.put("s", S);
        if (type != 2) {
            row.put("to", A);
        }
        if (type < 2) {
            row.put("gas_price", "20");
            row.put("max_fee_per_gas", "20");
        } else {
            row.put("max_fee_per_gas", "30");
            row.put("max_priority_fee_per_gas", "2");
        }
        if (type > 0) {
            row.put("chain_id", 1);
            ArrayNode accessList = row.putArray("access_list");
            if (type == 1) {
                accessList
                        .addObject()
                        .put("address", A)
                        .putArray("storage_keys")
                        .add("22".repeat(32))
                        .add("00".repeat(32));
            }
        }
        if (type == 3) {
            row.put("max_fee_per_blob_gas", "7");
            row.putArray("blob_versioned_hashes").add("01" + "55".repeat(31));
        }
        if (type == 4) {
            ArrayNode list = row.putArray("authorization_list");
            list.addObject()
                    .put("chain_id", 1)
                    .put("address", "66".repeat(20))
                    .put("nonce", 3)
                    .put("y_parity", true)
                    .put("r", R)
                    .put("s", S);
            list.addObject()
                    .put("chain_id", 0)
                    .put("address", "77".repeat(20))
                    .put("nonce", 0)
                    .put("y_parity", false)
                    .put("r", R)
                    .put("s", S);
        }
        return row;
    }

    @Test
    void everyTypeIsProved() {
        assertThat(verify(ProofLevel.FULL, madeUp())).isEqualTo(ProofLevel.FULL);
    }

    @Test
    void nestedValuesAreProvedToo() {
        var accessList = madeUp();
        ((ObjectNode) accessList.transactions.get(1).get("access_list").get(0))
                .putArray("storage_keys")
                .add("22".repeat(32));
        assertThat(failure(ProofLevel.FULL, accessList))
                .hasMessageContaining("transactions root mismatch")
                .hasMessageContaining("hash of transaction 1");
        var authorization = madeUp();
        authorization.transactions.get(3).putArray("blob_versioned_hashes");
        assertThat(failure(ProofLevel.FULL, authorization)).hasMessageContaining("hash of transaction 3");
    }

    @Test
    void whatATypeNeedsIsNamed() {
        for (String column :
                List.of("to", "authorization_list", "access_list", "chain_id", "max_priority_fee_per_gas")) {
            var block = madeUp();
            block.transactions.get(4).putNull(column);
            AmpException failure = failure(ProofLevel.FULL, block);
            assertThat(failure).hasMessageContaining("transaction 4: missing field " + column);
            assertThat(failure.context())
                    .containsEntry("check", "missing field")
                    .containsEntry("index", 4L);
        }
    }

    /** As if the second authorization had a chain id that does not fit the column, so that 0 was stored. */
    @Test
    void anAuthorizationThatStorageCannotHoldMakesABlockUnverifiable() {
        var block = madeUp();
        block.transactions.get(4).put("tx_hash", "ab".repeat(32));
        block.block.put("transactions_root", "cd".repeat(32));
        block.rehash(allocator);
        AmpException failure = failure(ProofLevel.FULL, block);
        assertThat(failure)
                .hasMessageContaining("transactions root mismatch")
                .hasMessageContaining("not verifiable: an authorization of transaction 4 has chain id 0");
        assertThat(verify(ProofLevel.PARTIAL, block)).isEqualTo(ProofLevel.PARTIAL);

        block.transactions.get(2).put("nonce", 10);
        assertThat(failure(ProofLevel.PARTIAL, block))
                .hasMessageContaining("transactions root mismatch")
                .hasMessageContaining("hash of transaction 2")
                .message()
                .doesNotContain("not verifiable");
        block.transactions.get(2).put("nonce", 9);
        block.logs.getFirst().put("data", "02");
        assertThat(failure(ProofLevel.PARTIAL, block)).hasMessageContaining("receipts root mismatch");
    }

    @Test
    void aRightRootWithAWrongHashIsTheHashColumnsFault() {
        var block = madeUp();
        block.transactions.get(4).put("tx_hash", "ab".repeat(32));
        for (ProofLevel wanted : List.of(ProofLevel.FULL, ProofLevel.PARTIAL)) {
            assertThat(failure(wanted, block))
                    .hasMessageContaining(
                            "hash of transaction 4: computed 0x" + HASHES[4] + ", expected 0x" + "ab".repeat(32))
                    .message()
                    .doesNotContain("not verifiable");
        }
    }
}
