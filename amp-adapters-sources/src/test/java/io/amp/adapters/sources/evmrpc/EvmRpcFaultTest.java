package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmBlockMaker;
import io.amp.testkit.chain.NodeFault;
import io.amp.testkit.chain.ScriptedNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that misbehaves: what the stream says about it, and that it recovers (sources specification, section 9). */
class EvmRpcFaultTest {
    private static final NetworkId NETWORK = new NetworkId("anvil");
    private static final String SECRET = "s3cr3t-k3y-0123456789";
    private static final int BAD = 5;

    private final BufferAllocator allocator = new RootAllocator();
    private BlockTree tree;
    private ScriptedNode node;
    private ChainSource source;

    @BeforeEach
    void start() throws Exception {
        tree = BlockTree.empty(NETWORK, new EvmBlockMaker(8), 77);
        tree.mine(12);
        // The block that things happen to needs transactions and logs.
        while (tree.find(BAD).orElseThrow().logs().size() < 2) {
            tree.reorg(12, 12);
        }
        node = new ScriptedNode(tree, 31_337);
        source = connect(node.server().httpUrl(), Map.of("auth_token", SECRET, "timeout_secs", 2L));
    }

    @AfterEach
    void stop() {
        source.close();
        node.close();
        allocator.close();
    }

    private ChainSource connect(URI url, Map<String, Object> keys) throws Exception {
        Map<String, Object> all = new HashMap<>(keys);
        return EvmRpcSources.connect(NETWORK, url.resolve("/v1/" + SECRET), all, allocator);
    }

    static Stream<Arguments> faults() {
        String block = "eth_getBlockByNumber";
        String receipts = "eth_getBlockReceipts";
        return Stream.of(
                Arguments.of("html", block, NodeFault.html(), SourceError.UNREACHABLE),
                Arguments.of("html receipts", receipts, NodeFault.html(), SourceError.UNREACHABLE),
                Arguments.of("half", block, NodeFault.halfJson(), SourceError.UNREACHABLE),
                Arguments.of("half receipts", receipts, NodeFault.halfJson(), SourceError.UNREACHABLE),
                Arguments.of("cut", block, NodeFault.cut(), SourceError.UNREACHABLE),
                Arguments.of("cut receipts", receipts, NodeFault.cut(), SourceError.UNREACHABLE),
                Arguments.of("silence", block, NodeFault.silence(), SourceError.UNREACHABLE),
                Arguments.of("500", block, NodeFault.status(500), SourceError.UNREACHABLE),
                Arguments.of("503", receipts, NodeFault.status(503), SourceError.UNREACHABLE),
                Arguments.of("302", receipts, NodeFault.status(302), SourceError.UNREACHABLE),
                Arguments.of("429", block, NodeFault.tooManyRequests("7"), SourceError.UNREACHABLE),
                Arguments.of("401", block, NodeFault.status(401), SourceError.REFUSED),
                Arguments.of("403", receipts, NodeFault.status(403), SourceError.REFUSED),
                Arguments.of("error", block, refusal(-32000, "internal error"), SourceError.UNREACHABLE),
                Arguments.of("error receipts", receipts, refusal(-32000, "boom"), SourceError.UNREACHABLE),
                Arguments.of("error block", block, refusal(-32000, "header not found"), SourceError.NOT_READY),
                Arguments.of("null", block, NodeFault.nullResult(), SourceError.NOT_READY),
                Arguments.of("null receipts", receipts, NodeFault.nullResult(), SourceError.NOT_READY));
    }

    private static NodeFault refusal(int code, String message) {
        return new NodeFault.Refusal(code, message + " at https://node/" + SECRET);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void oneFaultIsReportedAndTheNextTryRecovers(String name, String method, NodeFault fault, SourceError expected)
            throws Exception {
        node.atBlock(BAD, method, fault, 1);
        AmpException failure = readUpToFailure(3, 9, BAD);
        assertThat(failure.code()).isEqualTo(expected);
        assertThat(failure.retryable()).isTrue();
        expectNamed(failure);
        if (name.equals("429")) {
            assertThat(failure.context()).containsEntry("retry_after_ms", 7000L);
        }
        expectBlocks(BAD, 9);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                blockLie("another number", "number", b -> b.put("number", "0x6")),
                blockLie("no hash", "hash", b -> b.remove("hash")),
                blockLie("null hash", "hash", b -> b.putNull("hash")),
                blockLie("short hash", "hash", b -> b.put("hash", "0x1234")),
                blockLie("no prefix", "stateRoot", b -> b.put("stateRoot", "11".repeat(32))),
                blockLie("letters", "parentHash", b -> b.put("parentHash", "0x" + "zz".repeat(32))),
                blockLie("no bloom", "logsBloom", b -> b.remove("logsBloom")),
                blockLie("short bloom", "logsBloom", b -> b.put("logsBloom", "0x00")),
                blockLie("odd digits", "extraData", b -> b.put("extraData", "0x123")),
                blockLie("negative", "gasUsed", b -> b.put("gasUsed", -1)),
                blockLie("fraction", "gasUsed", b -> b.put("gasUsed", 1.5)),
                blockLie("65 bits", "gasLimit", b -> b.put("gasLimit", "0x1" + "0".repeat(16))),
                blockLie("late", "timestamp", b -> b.put("timestamp", "0xffffffffff")),
                blockLie("no object", "difficulty", b -> b.putObject("difficulty")),
                blockLie("no transactions", "transactions", b -> b.remove("transactions")),
                blockLie("transactions", "transactions", b -> b.put("transactions", "0x")),
                blockLie("hashes", "transactions", EvmRpcFaultTest::onlyHashes),
                blockLie("no sender", "from", b -> transaction(b).remove("from")),
                blockLie("no tx hash", "hash", b -> transaction(b).remove("hash")),
                blockLie("type", "type", b -> transaction(b).put("type", "0xffffffff")),
                blockLie("value", "value", b -> transaction(b).put("value", "0x1" + "0".repeat(64))),
                receiptLie("no status", "receipts.status", r -> r.remove("status")),
                receiptLie("no gas", "receipts.gasUsed", r -> {
                    r.remove("gasUsed");
                    r.remove("cumulativeGasUsed");
                }),
                receiptLie("no logs", "receipts.logs", r -> r.remove("logs")),
                receiptLie("another block", "receipts.blockHash", r -> r.put("blockHash", "0x" + "ab".repeat(32))),
                receiptLie("no hash", "receipts.transactionHash", r -> r.remove("transactionHash")),
                logLie("five topics", "logs.topics", l -> {
                    ArrayNode topics = l.putArray("topics");
                    for (int i = 0; i < 5; i++) {
                        topics.add("0x" + "11".repeat(32));
                    }
                }),
                logLie("short topic", "logs.topics", l -> l.putArray("topics").add("0x11")),
                logLie("null topic", "logs.topics", l -> l.putArray("topics").addNull()),
                logLie("no address", "logs.address", l -> l.remove("address")),
                logLie("no data", "logs.data", l -> l.putNull("data")),
                logLie("another block", "logs.blockHash", l -> l.put("blockHash", "0x" + "ab".repeat(32))),
                logLie("another number", "logs.blockNumber", l -> l.put("blockNumber", "0x6")),
                logLie("another tx", "logs.transactionHash", l -> l.put("transactionHash", "0x" + "ab".repeat(32))));
    }

    private static Arguments blockLie(String name, String field, Consumer<ObjectNode> change) {
        return lie(name, "eth_getBlockByNumber", field, result -> change.accept((ObjectNode) result));
    }

    private static Arguments receiptLie(String name, String field, Consumer<ObjectNode> change) {
        return lie(name, "eth_getBlockReceipts", field, result -> change.accept((ObjectNode) result.get(0)));
    }

    private static Arguments logLie(String name, String field, Consumer<ObjectNode> change) {
        return lie(name, "eth_getBlockReceipts", field, result -> {
            for (JsonNode receipt : result) {
                if (!receipt.get("logs").isEmpty()) {
                    change.accept((ObjectNode) receipt.get("logs").get(0));
                    return;
                }
            }
            throw new IllegalStateException("no logs");
        });
    }

    private static Arguments lie(String name, String method, String field, Consumer<JsonNode> change) {
        return Arguments.of(name, method, field, new NodeFault.Lie(result -> {
            change.accept(result);
            return result;
        }));
    }

    private static void onlyHashes(ObjectNode block) {
        ArrayNode hashes = block.arrayNode();
        block.get("transactions").forEach(transaction -> hashes.add(transaction.get("hash")));
        block.set("transactions", hashes);
    }

    private static ObjectNode transaction(ObjectNode block) {
        return (ObjectNode) block.get("transactions").get(0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void wrongContentNamesTheFieldAndTheNextTryRecovers(String name, String method, String field, NodeFault lie)
            throws Exception {
        node.atBlock(BAD, method, lie, 2);
        AmpException first = readUpToFailure(BAD, BAD, BAD);
        AmpException second = readUpToFailure(BAD, BAD, BAD);
        assertThat(first.code()).isEqualTo(SourceError.BAD_DATA);
        assertThat(first.context()).containsEntry("field", field);
        assertThat(first).hasMessageContaining(field);
        // What counts repetitions compares messages.
        assertThat(second).hasMessage(first.getMessage());
        expectNamed(first);
        expectBlocks(BAD, 9);
    }

    @Test
    void overflowsThatNoRetryMendsAreFatal() throws Exception {
        node.atBlock(
                BAD, "eth_getBlockByNumber", lie(b -> ((ObjectNode) b).put("difficulty", "0x" + "f".repeat(33))), 1);
        AmpException failure = readUpToFailure(BAD, BAD, BAD);
        assertThat(failure.code()).isEqualTo(SourceError.FATAL_DATA);
        assertThat(failure).hasMessageContaining("overflow in field difficulty");
        expectNamed(failure);

        node.atBlock(
                BAD, "eth_getBlockReceipts", lie(receipts -> firstLog(receipts).put("logIndex", "0x100000000")), 1);
        failure = readUpToFailure(BAD, BAD, BAD);
        assertThat(failure.code()).isEqualTo(SourceError.FATAL_DATA);
        assertThat(failure).hasMessageContaining("logIndex");
    }

    @Test
    void receiptsOfOtherTransactionsAreNotReady() throws Exception {
        node.atBlock(BAD, "eth_getBlockReceipts", lie(receipts -> ((ArrayNode) receipts).remove(0)), 1);
        assertThat(readUpToFailure(BAD, BAD, BAD).code()).isEqualTo(SourceError.NOT_READY);
        node.atBlock(
                BAD,
                "eth_getBlockReceipts",
                lie(receipts -> ((ObjectNode) receipts.get(0)).put("transactionHash", "0x" + "cd".repeat(32))),
                1);
        AmpException failure = readUpToFailure(BAD, BAD, BAD);
        assertThat(failure.code()).isEqualTo(SourceError.NOT_READY);
        assertThat(failure).hasMessageContaining("mismatched tx and receipt");
        expectBlocks(BAD, BAD);
    }

    @Test
    void wrongReceiptsOnceCostExactlyOneRetry() throws Exception {
        node.atBlock(BAD, "eth_getBlockReceipts", lie(receipts -> ((ArrayNode) receipts).removeAll()), 1);
        readUpToFailure(BAD, BAD, BAD);
        expectBlocks(BAD, BAD);
        assertThat(node.calls().stream().filter("eth_getBlockReceipts 0x5"::equals))
                .hasSize(2);
    }

    @Test
    void extraReceiptsAreIgnoredWithTheirLogs() throws Exception {
        node.atBlock(
                BAD,
                "eth_getBlockReceipts",
                lie(receipts -> {
                    ObjectNode extra = receipts.get(0).deepCopy();
                    extra.put("transactionHash", "0x" + "cd".repeat(32));
                    extra.putArray("logs").add(firstLog(receipts).deepCopy());
                    ((ObjectNode) extra.get("logs").get(0)).put("transactionHash", "0x" + "cd".repeat(32));
                    ((ArrayNode) receipts).insert(1, extra);
                }),
                1);
        expectBlocks(BAD, BAD);
    }

    @Test
    void receiptsAndLogsInAnyOrderGiveTheSameRows() throws Exception {
        node.atBlock(
                BAD,
                "eth_getBlockReceipts",
                lie(receipts -> {
                    ArrayNode array = (ArrayNode) receipts;
                    for (int i = 0, size = array.size(); i < size; i++) {
                        array.insert(0, array.remove(i));
                    }
                    array.forEach(receipt -> {
                        ArrayNode logs = (ArrayNode) receipt.get("logs");
                        for (int i = 0, size = logs.size(); i < size; i++) {
                            logs.insert(0, logs.remove(i));
                        }
                    });
                }),
                1);
        expectBlocks(BAD, BAD);
    }

    @Test
    void whatALogDoesNotSayComesFromReceiptAndBlock() throws Exception {
        node.atBlock(
                BAD,
                "eth_getBlockReceipts",
                lie(receipts -> receipts.forEach(receipt -> receipt.get("logs")
                        .forEach(log -> ((ObjectNode) log)
                                .remove(List.of(
                                        "blockHash",
                                        "blockNumber",
                                        "transactionHash",
                                        "transactionIndex",
                                        "logIndex"))))),
                1);
        expectBlocks(BAD, BAD);
    }

    @Test
    void gasOfATransactionIsTheDifferenceWhenReceiptsSayOnlyTheSum() throws Exception {
        node.atBlock(
                BAD,
                "eth_getBlockReceipts",
                lie(receipts -> receipts.forEach(receipt -> ((ObjectNode) receipt).remove("gasUsed"))),
                1);
        expectBlocks(BAD, BAD);
    }

    @Test
    void feesTooLargeBecomeNull() throws Exception {
        String huge = "0x" + "f".repeat(40);
        node.atBlock(
                BAD,
                "eth_getBlockByNumber",
                lie(block -> {
                    ((ObjectNode) block).put("totalDifficulty", huge).put("baseFeePerGas", "0x1" + "0".repeat(16));
                    block.get("transactions")
                            .forEach(transaction -> ((ObjectNode) transaction)
                                    .put("gasPrice", huge)
                                    .put("maxFeePerGas", huge)
                                    .put("maxPriorityFeePerGas", "0x4b3b4ca85a86c47a098a224000000000"));
                }),
                1);
        try (BlockStream stream = source.stream(BlockInterval.of(BAD, BAD));
                BlockRows rows = stream.next()) {
            Map<String, Object> header =
                    BatchRows.read(rows.tables().get("blocks")).getFirst();
            assertThat(header.get("total_difficulty")).isNull();
            assertThat(header.get("base_fee_per_gas")).isNull();
            assertThat(BatchRows.read(rows.tables().get("transactions"))).allSatisfy(transaction -> {
                assertThat(transaction.get("gas_price")).isNull();
                assertThat(transaction.get("max_fee_per_gas")).isNull();
                assertThat(transaction.get("max_priority_fee_per_gas")).isNull();
            });
        }
    }

    @Test
    void aWrongParentOnceIsSeenOnce() throws Exception {
        String lie = "0x" + "ee".repeat(32);
        node.atBlock(BAD, "eth_getBlockByNumber", lie(block -> ((ObjectNode) block).put("parentHash", lie)), 1);
        try (BlockStream stream = source.stream(BlockInterval.of(BAD, BAD));
                BlockRows rows = stream.next()) {
            assertThat(rows.range().prevHash()).isEqualTo(BlockHash.parse(lie));
        }
        expectBlocks(BAD, BAD);
    }

    @Test
    void closingEndsABlockedReader() throws Exception {
        node.always("eth_getBlockByNumber", NodeFault.slow(Duration.ofHours(1)));
        ChainSource patient = null;
        node.heal();
        patient = connect(node.server().httpUrl(), Map.of("timeout_secs", 3600L));
        node.always("eth_getBlockByNumber", NodeFault.slow(Duration.ofHours(1)));
        BlockStream stream = patient.stream(BlockInterval.of(0, 9));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                stream.next();
                ended.complete(new AssertionError("a block came"));
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        while (node.calls().stream().noneMatch(call -> call.startsWith("eth_getBlockByNumber"))) {
            Thread.onSpinWait();
        }
        long begin = System.nanoTime();
        stream.close();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(AmpException.class);
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(60));
        patient.close();
    }

    @Test
    void interruptingTheReaderLeavesTheStreamClosable() throws Exception {
        ChainSource patient = connect(node.server().httpUrl(), Map.of("timeout_secs", 3600L));
        node.always("eth_getBlockByNumber", NodeFault.silence());
        BlockStream stream = patient.stream(BlockInterval.of(0, 9));
        Thread.currentThread().interrupt();
        assertThatThrownBy(stream::next).isInstanceOf(InterruptedException.class);
        stream.close();
        patient.close();
    }

    @Test
    void aSilentNodeTimesOutOverEveryTransport() throws Exception {
        for (URI url : List.of(
                node.server().httpUrl(),
                node.server().webSocketUrl(),
                node.server().ipcUrl())) {
            node.heal();
            try (ChainSource impatient = EvmRpcSources.connect(NETWORK, url, Map.of("timeout_secs", 1L), allocator)) {
                node.always("eth_getBlockByNumber", NodeFault.slow(Duration.ofMinutes(5)));
                long begin = System.nanoTime();
                assertThatThrownBy(() -> impatient.latestBlock(false))
                        .isInstanceOfSatisfying(
                                AmpException.class, e -> assertThat(e.code()).isEqualTo(SourceError.UNREACHABLE))
                        .hasMessageContaining("timed out");
                assertThat(System.nanoTime() - begin)
                        .isBetween(TimeUnit.MILLISECONDS.toNanos(900), TimeUnit.SECONDS.toNanos(60));
            }
        }
    }

    @Test
    void connectingAgainAfterTheNodeDroppedEverything() throws Exception {
        for (URI url : List.of(
                node.server().httpUrl(),
                node.server().webSocketUrl(),
                node.server().ipcUrl())) {
            try (ChainSource again = EvmRpcSources.connect(NETWORK, url, Map.of(), allocator)) {
                assertThat(again.latestBlock(false)).hasValue(11);
                int before = node.server().connectionCount();
                node.server().dropConnections();
                // The first call may still use the old connection, and fails as recoverable then.
                while (true) {
                    try {
                        assertThat(again.latestBlock(false)).hasValue(11);
                        break;
                    } catch (AmpException e) {
                        assertThat(e.code()).isEqualTo(SourceError.UNREACHABLE);
                    }
                }
                assertThat(node.server().connectionCount()).isGreaterThan(before);
            }
        }
    }

    @Test
    void aBatchRejectedAsTooLargeIsHalved() throws Exception {
        node.batchMax(3);
        for (URI url : List.of(
                node.server().httpUrl(),
                node.server().webSocketUrl(),
                node.server().ipcUrl())) {
            int before = node.calls().size();
            try (ChainSource batching = EvmRpcSources.connect(NETWORK, url, Map.of("rpc_batch_size", 10L), allocator)) {
                expectBlocks(batching, 0, 11);
            }
            List<String> batches = node.calls().subList(before, node.calls().size()).stream()
                    .filter(call -> call.startsWith("batch"))
                    .toList();
            assertThat(batches).isNotEmpty().allMatch(call -> Integer.parseInt(call.substring(6)) <= 3);
        }
    }

    @Test
    void aNodeThatTakesNoBatchesGetsSingleCalls() throws Exception {
        node.batchMax(0);
        for (URI url : List.of(node.server().httpUrl(), node.server().webSocketUrl())) {
            try (ChainSource batching = EvmRpcSources.connect(NETWORK, url, Map.of("rpc_batch_size", 4L), allocator)) {
                expectBlocks(batching, 0, 11);
            }
        }
        assertThat(node.calls()).noneMatch(call -> call.startsWith("batch"));
    }

    @Test
    void blockReceiptsAreGivenUpAfterOneRefusal() throws Exception {
        node.always("eth_getBlockReceipts", NodeFault.methodNotFound());
        try (ChainSource fallback = EvmRpcSources.connect(
                NETWORK, node.server().httpUrl(), Map.of("concurrent_request_limit", 1L), allocator)) {
            expectBlocks(fallback, 0, 11);
            assertThat(node.calls().stream().filter(call -> call.startsWith("eth_getBlockReceipts")))
                    .hasSize(1);
        }
    }

    @Test
    void noReceiptsAreAskedForEmptyBlocks() throws Exception {
        expectBlocks(0, 11);
        List<String> asked = tree.chain().stream()
                .filter(block -> !block.transactions().isEmpty())
                .map(block -> "eth_getBlockReceipts 0x" + Long.toHexString(block.number()))
                .toList();
        assertThat(node.calls().stream().filter(call -> call.startsWith("eth_getBlockReceipts")))
                .containsExactlyInAnyOrderElementsOf(asked);
    }

    private NodeFault lie(Consumer<JsonNode> change) {
        return new NodeFault.Lie(result -> {
            change.accept(result);
            return result;
        });
    }

    private static ObjectNode firstLog(JsonNode receipts) {
        for (JsonNode receipt : receipts) {
            if (!receipt.get("logs").isEmpty()) {
                return (ObjectNode) receipt.get("logs").get(0);
            }
        }
        throw new IllegalStateException("no logs");
    }

    /** Blocks before {@code failing} come, then the failure. */
    private AmpException readUpToFailure(long from, long to, long failing) throws Exception {
        try (BlockStream stream = source.stream(BlockInterval.of(from, to))) {
            for (long number = from; number < failing; number++) {
                expectBlock(number, stream.next());
            }
            AmpException failure = catchThrowableOfType(AmpException.class, stream::next);
            assertThat(failure).as("a failure at block %s", failing).isNotNull();
            return failure;
        }
    }

    private void expectBlocks(long from, long to) throws Exception {
        expectBlocks(source, from, to);
    }

    private void expectBlocks(ChainSource from, long first, long last) throws Exception {
        try (BlockStream stream = from.stream(BlockInterval.of(first, last))) {
            for (long number = first; number <= last; number++) {
                expectBlock(number, stream.next());
            }
            assertThat(stream.next()).isNull();
        }
    }

    private void expectBlock(long number, BlockRows rows) {
        EvmBlock block = tree.find(number).orElseThrow();
        assertThat(rows).isNotNull();
        try (rows) {
            assertThat(rows.range()).isEqualTo(block.range(NETWORK));
            for (String table : List.of("blocks", "transactions", "logs")) {
                assertThat(BatchRows.read(rows.tables().get(table)))
                        .as("%s of block %s", table, number)
                        .isEqualTo(block.rows(table));
            }
        }
    }

    private static void expectNamed(AmpException failure) {
        assertThat(failure)
                .hasMessageContaining("evm-rpc")
                .hasMessageContaining("node1")
                .hasMessageContaining("anvil")
                .hasMessageContaining("block " + BAD);
        assertThat(failure.context()).containsEntry("block", (long) BAD);
        List<String> texts = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AmpException || cause instanceof RpcFailure) {
                texts.add(cause.toString());
            }
        }
        assertThat(texts).noneMatch(text -> text.contains(SECRET));
    }
}
