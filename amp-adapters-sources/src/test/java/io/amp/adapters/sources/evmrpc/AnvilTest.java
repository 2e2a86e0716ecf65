package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.chain.AnvilNode;
import io.amp.testkit.chain.ReferenceDecoder;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** A real node: every column against what the node itself answers. */
class AnvilTest {
    private static final NetworkId NETWORK = new NetworkId("anvil");
    private static final String TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    /** Emits a Transfer from the caller and a log without topics, whatever it is called with. */
    private static final String RUNTIME = "6001600052" + "3330" + "7f" + TRANSFER + "60206000a3" + "6004601ca0" + "00";

    private static final String DEPLOYMENT =
            "0x60" + String.format("%02x", RUNTIME.length() / 2) + "80600b6000396000f3" + RUNTIME;

    @Test
    void everyKindOfTransactionComesAsTheNodeHasIt() throws Exception {
        try (AnvilNode node = AnvilNode.start();
                BufferAllocator allocator = new RootAllocator()) {
            List<String> accounts = node.accounts();
            String contract = deploy(node, accounts.getFirst());
            // Several in one block.
            node.call("evm_setAutomine", false);
            for (int i = 0; i < 5; i++) {
                send(node, Map.of("from", accounts.get(i), "to", contract, "data", "0xa9059cbb", "gas", "0x20000"));
            }
            send(node, Map.of("from", accounts.get(5), "to", accounts.get(6), "value", "0xde0b6b3a7640000"));
            // Fails: the init code reverts.
            send(node, Map.of("from", accounts.get(6), "data", "0x60006000fd", "gas", "0x100000"));
            node.mine(1);
            node.call("evm_setAutomine", true);
            send(
                    node,
                    Map.of(
                            "from",
                            accounts.getFirst(),
                            "to",
                            accounts.get(1),
                            "gasPrice",
                            "0x77359400",
                            "type",
                            "0x0"));
            send(
                    node,
                    Map.of(
                            "from",
                            accounts.getFirst(),
                            "to",
                            contract,
                            "gasPrice",
                            "0x77359400",
                            "accessList",
                            List.of(Map.of("address", contract, "storageKeys", List.of(hash("01"), hash("02"))))));
            blob(node, accounts);
            send(
                    node,
                    Map.of(
                            "from", accounts.get(2),
                            "to", contract,
                            "authorizationList",
                                    List.of(Map.of(
                                            "chainId", "0x7a69", "address", contract, "nonce", "0x1", "yParity", "0x1",
                                            "r", "0x1111", "s", "0x2222"))));
            node.mine(2);
            long head = node.blockNumber();

            Map<Long, Integer> types = new TreeMap<>();
            int logs = 0;
            int failed = 0;
            for (URI url : List.of(node.httpUrl(), node.webSocketUrl(), node.ipcUrl())) {
                for (Map<String, Object> keys : List.<Map<String, Object>>of(
                        Map.of(), Map.of("rpc_batch_size", 4L, "fetch_receipts_per_tx", true))) {
                    try (ChainSource source = EvmRpcSources.connect(NETWORK, url, keys, allocator);
                            BlockStream stream = source.stream(BlockInterval.of(0, head))) {
                        assertThat(source.chainId()).hasValue(AnvilNode.CHAIN_ID);
                        assertThat(source.latestBlock(false)).hasValue(head);
                        for (long number = 0; number <= head; number++) {
                            try (BlockRows rows = stream.next()) {
                                for (Map<String, Object> transaction : expect(node, number, rows)) {
                                    types.merge((Long) transaction.get("type"), 1, Integer::sum);
                                    failed += Boolean.FALSE.equals(transaction.get("status")) ? 1 : 0;
                                }
                                logs += rows.tables().get("logs").rowCount();
                            }
                        }
                        assertThat(stream.next()).isNull();
                    }
                }
            }
            assertThat(types).containsOnlyKeys(0L, 1L, 2L, 3L, 4L);
            assertThat(failed).isEqualTo(6);
            assertThat(logs).as("two for each call, six ways of reading").isEqualTo(6 * 2 * 7);
        }
    }

    @Test
    void newHeadsArePushedAndReorganisationsSeen() throws Exception {
        try (AnvilNode node = AnvilNode.start();
                BufferAllocator allocator = new RootAllocator()) {
            for (URI url : List.of(node.webSocketUrl(), node.ipcUrl())) {
                try (ChainSource source = EvmRpcSources.connect(NETWORK, url, Map.of(), allocator)) {
                    CompletableFuture<Void> news = new CompletableFuture<>();
                    Thread waiter = Thread.ofVirtual().start(() -> {
                        try {
                            source.awaitHead(Duration.ofMinutes(5));
                            news.complete(null);
                        } catch (Exception e) {
                            news.completeExceptionally(e);
                        }
                    });
                    // The subscription may come after the first block: mine until one is heard of.
                    while (!news.isDone()) {
                        node.mine(1);
                    }
                    news.get(1, TimeUnit.SECONDS);
                    waiter.join();
                    node.mine(5);
                    long head = node.blockNumber();
                    var before = source.header(head).orElseThrow();
                    node.reorg(3);
                    var after = source.header(head).orElseThrow();
                    assertThat(after.hash()).isNotEqualTo(before.hash());
                    try (BlockStream stream = source.stream(BlockInterval.of(head - 4, head))) {
                        for (long number = head - 4; number <= head; number++) {
                            try (BlockRows rows = stream.next()) {
                                expect(node, number, rows);
                            }
                        }
                    }
                    assertThat(source.header(head + 1)).isEmpty();
                }
            }
        }
    }

    @Test
    void finalityIsSixtyFourBlocksBack() throws Exception {
        try (AnvilNode node = AnvilNode.start();
                BufferAllocator allocator = new RootAllocator();
                ChainSource source = EvmRpcSources.connect(NETWORK, node.httpUrl(), Map.of(), allocator)) {
            node.mine(70);
            assertThat(source.latestBlock(true)).hasValue(6);
            assertThat(source.latestBlock(false)).hasValue(70);
        }
    }

    private static List<Map<String, Object>> expect(AnvilNode node, long number, BlockRows rows) {
        String tag = "0x" + Long.toHexString(number);
        JsonNode block = node.call("eth_getBlockByNumber", tag, true);
        JsonNode receipts = node.call("eth_getBlockReceipts", tag);
        assertThat(rows).as("block %s", number).isNotNull();
        assertThat(rows.range().hash()).hasToString(block.get("hash").textValue());
        List<Map<String, Object>> transactions = ReferenceDecoder.transactions(block, receipts);
        assertThat(BatchRows.read(rows.tables().get("blocks"))).containsExactly(ReferenceDecoder.block(block));
        assertThat(BatchRows.read(rows.tables().get("transactions"))).isEqualTo(transactions);
        assertThat(BatchRows.read(rows.tables().get("logs"))).isEqualTo(ReferenceDecoder.logs(block, receipts));
        return transactions;
    }

    private static String deploy(AnvilNode node, String from) {
        String hash = send(node, Map.of("from", from, "data", DEPLOYMENT, "gas", "0x100000"));
        JsonNode receipt = node.call("eth_getTransactionReceipt", hash);
        while (receipt.isNull()) { // the node mines in the background; the class's time limit bounds the wait
            Thread.onSpinWait();
            receipt = node.call("eth_getTransactionReceipt", hash);
        }
        return receipt.get("contractAddress").textValue();
    }

    private static String send(AnvilNode node, Map<String, Object> transaction) {
        return node.call("eth_sendTransaction", transaction).textValue();
    }

    /** A blob of zeros: its commitment and proof are the point at infinity. */
    private static void blob(AnvilNode node, List<String> accounts) throws Exception {
        String infinity = "c0" + "00".repeat(47);
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(HexFormat.of().parseHex(infinity));
        digest[0] = 1;
        send(
                node,
                Map.of(
                        "from", accounts.get(3),
                        "to", accounts.get(4),
                        "maxFeePerBlobGas", "0x10000000",
                        "blobVersionedHashes", List.of("0x" + HexFormat.of().formatHex(digest)),
                        "blobs", List.of("0x" + "00".repeat(131_072)),
                        "commitments", List.of("0x" + infinity),
                        "proofs", List.of("0x" + infinity)));
    }

    private static String hash(String ending) {
        return "0x" + "0".repeat(64 - ending.length()) + ending;
    }
}
