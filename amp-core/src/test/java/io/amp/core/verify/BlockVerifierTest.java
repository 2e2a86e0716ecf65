package io.amp.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.VerifyMode;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.CompactSchema;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockVerifierTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final BlockVerifier full = BlockVerifier.during(VerifyMode.FULL);
    private final BlockVerifier partial = BlockVerifier.during(VerifyMode.PARTIAL);

    @AfterEach
    void nothingLeaks() {
        allocator.close();
    }

    static List<ChainData> mainnet() {
        return ChainData.mainnet();
    }

    static List<ChainData> base() {
        return ChainData.base();
    }

    private ProofLevel verify(BlockVerifier verifier, VerifiedBlock block) {
        try (BlockRows rows = block.rows(allocator)) {
            return verifier.verify(rows);
        }
    }

    private AmpException failure(BlockVerifier verifier, VerifiedBlock block) {
        return catchThrowableOfType(AmpException.class, () -> verify(verifier, block));
    }

    private void assertFails(ChainData data, Consumer<VerifiedBlock> change, String check, String message) {
        var block = VerifiedBlock.of(data);
        change.accept(block);
        AmpException failure = failure(full, block);
        assertThat(failure).as("nothing noticed").isNotNull();
        assertThat(failure.code()).isEqualTo(SourceError.VERIFICATION_FAILED);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure)
                .hasMessageStartingWith("block " + data.number() + ": ")
                .hasMessageContaining(message);
        assertThat(failure.context()).containsEntry("check", check).containsEntry("block", data.number());
    }

    @ParameterizedTest
    @MethodSource("mainnet")
    void realBlocksOfMainnetAreProvedFully(ChainData data) {
        var block = VerifiedBlock.of(data);
        assertThat(verify(full, block)).isEqualTo(ProofLevel.FULL);
        assertThat(verify(partial, block)).isEqualTo(ProofLevel.FULL);
        assertThat(verify(new BlockVerifier(ProofLevel.FULL, true), block)).isEqualTo(ProofLevel.FULL);
        assertThat(verify(new BlockVerifier(ProofLevel.HEADER, true), block)).isEqualTo(ProofLevel.HEADER);
    }

    @ParameterizedTest
    @MethodSource("base")
    void realBlocksOfBaseAreProvedPartially(ChainData data) {
        var block = VerifiedBlock.of(data);
        assertThat(verify(partial, block)).isEqualTo(ProofLevel.PARTIAL);
        assertThat(verify(new BlockVerifier(ProofLevel.PARTIAL, true), block)).isEqualTo(ProofLevel.PARTIAL);
        AmpException failure = failure(full, block);
        assertThat(failure)
                .hasMessage("block " + data.number() + ": unsupported transaction type 0x7e of transaction 0");
        assertThat(failure.context())
                .isEqualTo(Map.of("block", data.number(), "check", "transaction type", "index", 0L));
    }

    @Test
    void headersAloneAreProved() {
        for (ChainData data : ChainData.headersOnly()) {
            var block = new VerifiedBlock(data.expectedHeader(), List.of(), List.of());
            assertThat(verify(new BlockVerifier(ProofLevel.HEADER, false), block))
                    .isEqualTo(ProofLevel.HEADER);
        }
    }

    @Test
    void partialProofStillNoticesWhatItCan() {
        var changedInput = VerifiedBlock.of(ChainData.BASE_33411770);
        changedInput.transactions.get(7).put("nonce", 1);
        assertThat(failure(partial, changedInput)).hasMessageContaining("hash of transaction 7: computed 0x");
        var changedTopic = VerifiedBlock.of(ChainData.BASE_33411770);
        changedTopic.logs.get(3).put("topic0", "ab".repeat(32));
        assertThat(failure(partial, changedTopic)).hasMessageContaining("bloom of all logs");
        var changedGas = VerifiedBlock.of(ChainData.BASE_33411770);
        changedGas.transactions.get(3).put("gas_used", 1);
        assertThat(failure(partial, changedGas)).hasMessageContaining("gas used by all transactions");
        var changedSender = VerifiedBlock.of(ChainData.BASE_33411770);
        changedSender.transactions.get(9).put("from", "ab".repeat(20));
        assertThat(failure(new BlockVerifier(ProofLevel.PARTIAL, true), changedSender))
                .hasMessageContaining("sender of transaction 9: computed 0x")
                .hasMessageContaining("expected 0x" + "ab".repeat(20));
    }

    @Test
    void everyKindOfDamageIsNamed() {
        ChainData data = ChainData.MAINNET_15000000;
        assertFails(data, b -> b.block.put("gas_limit", 1), "block hash", "block hash mismatch: computed 0x");
        assertFails(data, b -> b.block.put("nonce", 1), "block hash", "block hash mismatch");
        assertFails(
                data,
                b -> b.transactions.get(5).put("value", "1"),
                "transactions root",
                "transactions root mismatch: computed 0x");
        assertFails(
                data, b -> b.transactions.get(5).put("value", "1"), "transactions root", "; hash of transaction 5: ");
        assertFails(
                data,
                b -> b.transactions.get(5).put("status", false),
                "receipts root",
                "receipts root mismatch: computed 0x");
        assertFails(
                data,
                b -> b.transactions.get(5).put("gas_used", 1),
                "receipts root",
                "; gas used by all transactions: ");
        assertFails(data, b -> b.logs.get(5).put("data", "01"), "receipts root", "receipts root mismatch");
        assertFails(data, b -> b.logs.get(5).put("topic1", "ab".repeat(32)), "receipts root", "; bloom of all logs: ");
        assertFails(
                data, b -> b.logs.get(5).put("address", "ab".repeat(20)), "receipts root", "receipts root mismatch");
        assertFails(
                data,
                b -> b.transactions.get(5).put("tx_hash", "ab".repeat(32)),
                "transaction hash",
                "hash of transaction 5");
        assertFails(
                data,
                b -> b.transactions.get(5).put("type", 126),
                "transaction type",
                "unsupported transaction type 0x7e of transaction 5");
        assertFails(
                data,
                b -> b.transactions.get(5).put("type", -1),
                "transaction type",
                "unsupported transaction type 0xffffffff");
        assertFails(
                data,
                b -> b.transactions.get(270).putNull("gas_price"),
                "missing field",
                "transaction 270: missing field gas_price");
        assertFails(
                data,
                b -> b.transactions.get(204).putNull("chain_id"),
                "missing field",
                "transaction 204: missing field chain_id");
        assertFails(
                data,
                b -> b.transactions.get(204).put("value", "x"),
                "value",
                "transaction 204: value is no decimal number");
        assertFails(
                data,
                b -> b.transactions.get(204).put("value", "9".repeat(300)),
                "value",
                "value is no decimal number");
        assertFails(data, b -> b.block.put("withdrawals_root", "ab".repeat(32)), "block hash", "block hash mismatch");
        assertFails(
                data,
                b -> b.block.put("requests_hash", "ab".repeat(32)),
                "fork fields",
                "inconsistent fork fields: requests_hash");
        assertFails(
                data,
                b -> b.transactions.get(5).put("tx_index", 4),
                "tx_index",
                "tx_index 4 does not belong to a run of 348 from 0");
        assertFails(
                data,
                b -> b.logs.get(5).put("log_index", 719),
                "log_index",
                "log_index 719 does not belong to a run of 719 from 0");
        assertFails(data, b -> b.logs.get(718).put("tx_index", 348), "log tx_index", "log 718 has tx_index 348");
        assertFails(data, b -> b.logs.get(718).put("tx_index", 0), "log tx_index", "out of order");
    }

    @Test
    void droppedRowsAreNoticed() {
        ChainData data = ChainData.MAINNET_15000000;
        assertFails(data, b -> b.transactions.remove(100), "tx_index", "tx_index 347 does not belong to a run of 347");
        assertFails(
                data,
                b -> {
                    b.transactions.remove(100);
                    b.renumber();
                },
                "transactions root",
                "transactions root mismatch");
        assertFails(data, b -> b.logs.remove(100), "log_index", "log_index 718 does not belong to a run of 718");
        assertFails(
                data,
                b -> {
                    b.logs.remove(100);
                    b.renumber();
                },
                "receipts root",
                "receipts root mismatch");
        assertFails(data, b -> b.transactions.clear(), "log tx_index", "log 0 has tx_index 2");
        assertFails(
                data,
                b -> {
                    b.transactions.clear();
                    b.logs.clear();
                },
                "transactions root",
                "computed 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
        assertFails(
                data,
                b -> {
                    ObjectNode copy = b.transactions.get(3).deepCopy();
                    copy.put("tx_index", 348);
                    b.transactions.add(copy);
                },
                "transactions root",
                "transactions root mismatch");
    }

    @Test
    void copiesOfProvedValuesAreCompared() {
        ChainData data = ChainData.MAINNET_15000000;
        assertFails(data, b -> b.block.put("_block_num", 7), "_block_num", "_block_num of the block");
        assertFails(
                data, b -> b.block.put("timestamp", "2022-06-21T02:28:20.000000001Z"), "timestamp", "whole seconds");
        assertFails(
                data,
                b -> b.transactions.get(347).put("block_hash", "ab".repeat(32)),
                "block_hash",
                "block_hash of transaction 347");
        assertFails(
                data, b -> b.transactions.get(347).put("block_num", 7), "block_num", "block_num of transaction 347");
        assertFails(
                data, b -> b.transactions.get(347).put("_block_num", 7), "_block_num", "_block_num of transaction 347");
        assertFails(
                data,
                b -> b.transactions.get(347).put("timestamp", "2022-06-21T02:28:21Z"),
                "timestamp",
                "timestamp of transaction 347");
        assertFails(
                data, b -> b.logs.get(718).put("block_hash", "ab".repeat(32)), "block_hash", "block_hash of log 718");
        assertFails(data, b -> b.logs.get(718).put("tx_hash", "ab".repeat(32)), "tx_hash", "tx_hash of log 718");
        assertFails(data, b -> b.logs.get(0).put("topic3", "ab".repeat(32)), "receipts root", "receipts root mismatch");
        assertFails(
                data,
                b -> b.logs.stream()
                        .filter(log -> log.get("topic2").isNull())
                        .findFirst()
                        .orElseThrow()
                        .put("topic3", "ab".repeat(32)),
                "topics",
                "has a topic after a NULL");
    }

    @Test
    void sendersAreRecoveredOnRequest() {
        var block = VerifiedBlock.of(ChainData.MAINNET_15000000);
        block.transactions.get(12).put("from", "ab".repeat(20));
        block.transactions.get(300).put("from", "ab".repeat(20));
        assertThat(verify(full, block)).isEqualTo(ProofLevel.FULL);
        AmpException failure = failure(new BlockVerifier(ProofLevel.FULL, true), block);
        assertThat(failure).hasMessageContaining("sender of transaction 12");
        assertThat(failure.context()).containsEntry("check", "sender").containsEntry("index", 12L);
    }

    @Test
    void runningTotalsOfOlderDataAreUnderstood() {
        var block = VerifiedBlock.of(ChainData.MAINNET_15000000);
        long total = 0;
        for (ObjectNode row : block.transactions) {
            total += row.get("gas_used").longValue();
            row.put("gas_used", total);
        }
        assertThat(verify(full, block)).isEqualTo(ProofLevel.FULL);
    }

    @Test
    void rowsNeedNotBeInOrder() {
        var block = VerifiedBlock.of(ChainData.MAINNET_15000000);
        Collections.shuffle(block.transactions, new Random(1));
        Collections.shuffle(block.logs, new Random(2));
        assertThat(verify(full, block)).isEqualTo(ProofLevel.FULL);
    }

    @Test
    void oneVerifierProvesBlocksOfAnySizeInAnyOrder() {
        for (ChainData data : List.of(
                ChainData.MAINNET_15000000,
                ChainData.MAINNET_0,
                ChainData.BASE_33411770,
                ChainData.MAINNET_46147,
                ChainData.MAINNET_15000000)) {
            verify(partial, VerifiedBlock.of(data));
        }
    }

    @Test
    void aHeaderFieldOfALaterForkIsHintedAt() {
        var block = VerifiedBlock.of(ChainData.BASE_33411770);
        block.setHash("ab".repeat(32));
        assertThat(failure(partial, block))
                .hasMessageContaining(
                        "block hash mismatch: computed 0x2ec560aa8cabaa160db11b94be38657a3b5595b1dff7a7203192f158ffb84936")
                .hasMessageContaining("the header may have a field of a later fork");
        block.transactions.get(5).put("nonce", 1);
        assertThat(failure(partial, block))
                .hasMessageContaining("block hash mismatch")
                .message()
                .doesNotContain("later fork");
        var london = VerifiedBlock.of(ChainData.MAINNET_15000000);
        london.setHash("ab".repeat(32));
        assertThat(failure(full, london))
                .hasMessageContaining("block hash mismatch")
                .message()
                .doesNotContain("later fork");
    }

    @Test
    void theRangeHasToAgreeWithTheRows() {
        var block = VerifiedBlock.of(ChainData.MAINNET_1);
        BlockRange right = block.range();
        BlockHash other = BlockHash.parse("ab".repeat(32));
        for (BlockRange wrong : List.of(
                new BlockRange(new BlockInterval(2, 2), right.network(), right.hash(), right.prevHash(), null),
                new BlockRange(right.numbers(), right.network(), other, right.prevHash(), null),
                new BlockRange(right.numbers(), right.network(), right.hash(), other, null))) {
            try (BlockRows rows = block.rows(allocator)) {
                assertThatThrownBy(() -> full.verify(new BlockRows(wrong, rows.tables())))
                        .isInstanceOf(AmpException.class)
                        .hasMessageContaining("of the block range");
            }
        }
        try (BlockRows rows = block.rows(allocator)) {
            var unchained = new BlockRange(right.numbers(), new NetworkId("mainnet"), right.hash(), null, null);
            assertThat(full.verify(new BlockRows(unchained, rows.tables()))).isEqualTo(ProofLevel.FULL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "transactions", "logs"})
    void missingTablesAndColumnsAreNoMatterOfRetrying(String table) {
        var block = VerifiedBlock.of(ChainData.MAINNET_46147);
        try (BlockRows rows = block.rows(allocator)) {
            var tables = new java.util.HashMap<>(rows.tables());
            tables.remove(table);
            AmpException missing =
                    catchThrowableOfType(AmpException.class, () -> full.verify(new BlockRows(rows.range(), tables)));
            assertThat(missing.code()).isEqualTo(SourceError.FATAL_DATA);
            assertThat(missing).hasMessage("table '" + table + "' not found in dataset");
            String columns = switch (table) {
                case "blocks" -> CompactSchema.EVM_BLOCKS;
                case "transactions" -> CompactSchema.EVM_RPC_TRANSACTIONS;
                default -> CompactSchema.EVM_LOGS;
            };
            String column = switch (table) {
                case "blocks" -> "miner:B20";
                case "transactions" -> "access_list:[{address:B20,storage_keys:[B32]}]?";
                default -> "data:Bin";
            };
            String name = column.substring(0, column.indexOf(':'));
            for (String replacement : List.of("", name + ":B21", name + ":[B32]")) {
                try (RecordBatch other = ArrowRows.batch(
                        allocator, CompactSchema.parse(columns.replace(column, replacement)), List.of())) {
                    tables.put(table, other);
                    AmpException unexpected = catchThrowableOfType(
                            AmpException.class, () -> full.verify(new BlockRows(rows.range(), tables)));
                    assertThat(unexpected.code()).isEqualTo(SourceError.FATAL_DATA);
                    assertThat(unexpected)
                            .hasMessage(
                                    "column " + name + " of table " + table + " has an unexpected type, or is missing");
                    assertThat(unexpected.context()).isEqualTo(Map.of("table", table, "column", name));
                }
            }
        }
    }

    @Test
    void aBatchWithoutBlockIsAMissingBlock() {
        try (BlockRows rows = VerifiedBlock.of(ChainData.MAINNET_1).rows(allocator);
                RecordBatch none = ArrowRows.batch(allocator, VerifiedBlock.BLOCKS, List.of())) {
            var tables = new java.util.HashMap<>(rows.tables());
            tables.put("blocks", none);
            assertThatThrownBy(() -> full.verify(new BlockRows(rows.range(), tables)))
                    .isInstanceOf(AmpException.class)
                    .hasMessageContaining("dataset missing block 1");
        }
    }

    @Test
    void severalBlocksInOneBatch() {
        var blocks = ChainData.base().stream().limit(3).map(VerifiedBlock::of).toList();
        var transactions = blocks.stream().flatMap(b -> b.transactions.stream()).toList();
        var logs = blocks.stream().flatMap(b -> b.logs.stream()).toList();
        try (RecordBatch blockBatch = ArrowRows.batch(
                        allocator,
                        VerifiedBlock.BLOCKS,
                        blocks.stream().map(b -> b.block).toList());
                RecordBatch transactionBatch = ArrowRows.batch(allocator, VerifiedBlock.TRANSACTIONS, transactions);
                RecordBatch logBatch = ArrowRows.batch(allocator, VerifiedBlock.LOGS, logs)) {
            int[] transactionEnds = {17, 44, 53};
            int[] logEnds = {119, 278, 301};
            for (int i = 0; i < 3; i++) {
                assertThat(partial.verify(
                                blockBatch.root(),
                                i,
                                transactionBatch.root(),
                                i == 0 ? 0 : transactionEnds[i - 1],
                                transactionEnds[i],
                                logBatch.root(),
                                i == 0 ? 0 : logEnds[i - 1],
                                logEnds[i]))
                        .isEqualTo(ProofLevel.PARTIAL);
            }
        }
    }

    @Test
    void nothingIsVerifiedInModeOff() {
        assertThatThrownBy(() -> BlockVerifier.during(VerifyMode.OFF)).isInstanceOf(IllegalArgumentException.class);
    }
}
