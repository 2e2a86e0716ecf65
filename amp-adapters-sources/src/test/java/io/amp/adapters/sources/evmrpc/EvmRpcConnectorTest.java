package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Metrics;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.chain.JsonRpcServer;
import io.amp.testkit.chain.NodeFault;
import io.amp.testkit.chain.RpcAnswer;
import io.amp.testkit.chain.ScriptedNode;
import io.amp.testkit.runtime.WallClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvmRpcConnectorTest {
    private static final NetworkId ANVIL = new NetworkId("anvil");
    private static final NetworkId MAINNET = new NetworkId("mainnet");

    private final BufferAllocator allocator = new RootAllocator();
    private final EvmRpcConnector connector = new EvmRpcConnector(allocator, new WallClock(), Metrics.none());

    @AfterEach
    void close() {
        allocator.close();
    }

    private static ScriptedNode node(long chainId) {
        BlockTree tree = BlockTree.withGenesis(ANVIL, 3);
        tree.mine(5);
        return new ScriptedNode(tree, chainId);
    }

    private ChainSource connect(NetworkId network, URI url, Map<String, Object> keys) throws InterruptedException {
        return connector.connect(EvmRpcSources.provider(network, url, keys), EvmTables.manifest(network));
    }

    @ParameterizedTest
    @CsvSource({"mainnet, 1", "base, 8453", "arbitrum-one, 42161", "sepolia, 11155111", "polygon, 137"})
    void aWellKnownNetworkIsServedByItsChainOnly(String network, long chainId) throws Exception {
        NetworkId id = new NetworkId(network);
        try (ScriptedNode right = node(chainId);
                ScriptedNode wrong = node(31_337)) {
            try (ChainSource source = connect(id, right.server().httpUrl(), Map.of())) {
                assertThat(source.chainId()).hasValue(chainId);
                assertThat(source.providerName()).isEqualTo("node1");
            }
            assertThatThrownBy(() -> connect(id, wrong.server().httpUrl(), Map.of()))
                    .isInstanceOfSatisfying(
                            AmpException.class, e -> assertThat(e.code()).isEqualTo(SourceError.WRONG_CHAIN))
                    .hasMessageContaining(
                            "provider node1 serves chain 31337, network " + network + " is chain " + chainId);
        }
    }

    @Test
    void theProvidersOwnKeyDecidesWhichChainIsRight() throws Exception {
        try (ScriptedNode node = node(31_337)) {
            connect(MAINNET, node.server().httpUrl(), Map.of("chain_id", 31_337L))
                    .close();
            connect(ANVIL, node.server().httpUrl(), Map.of("chain_id", "31337")).close();
            assertThatThrownBy(() -> connect(ANVIL, node.server().httpUrl(), Map.of("chain_id", 5L)))
                    .isInstanceOfSatisfying(
                            AmpException.class, e -> assertThat(e.code()).isEqualTo(SourceError.WRONG_CHAIN));
        }
    }

    @Test
    void aConnectionOpenedAgainMustServeTheSameChain() throws Exception {
        try (ScriptedNode node = node(31_337);
                ChainSource source = connect(ANVIL, node.server().webSocketUrl(), Map.of())) {
            assertThat(source.latestBlock(false)).hasValue(5);
            node.chainId(5);
            node.server().dropConnections();
            AmpException failure = null;
            while (failure == null || !failure.is(SourceError.WRONG_CHAIN)) {
                try {
                    source.latestBlock(false);
                } catch (AmpException e) {
                    failure = e;
                }
            }
            assertThat(failure).hasMessageContaining("serves chain 5");
            node.chainId(31_337);
            assertThat(source.latestBlock(false)).hasValue(5);
        }
    }

    @Test
    void aNodeThatDoesNotKnowItsChainIsTaken() throws Exception {
        try (ScriptedNode node = node(1)) {
            node.always("eth_chainId", NodeFault.methodNotFound());
            try (ChainSource source = connect(MAINNET, node.server().httpUrl(), Map.of())) {
                assertThat(source.chainId()).isEmpty();
            }
        }
    }

    @Test
    void connectingSaysWhyItFailed() throws Exception {
        try (ScriptedNode node = node(1)) {
            node.once("eth_chainId", NodeFault.status(401));
            expectConnectFailure(node.server().httpUrl(), SourceError.REFUSED);
            node.once("eth_chainId", NodeFault.status(500));
            expectConnectFailure(node.server().httpUrl(), SourceError.UNREACHABLE);
        }
        expectConnectFailure(URI.create("http://127.0.0.1:1/v2/secretsecret"), SourceError.UNREACHABLE);
        expectConnectFailure(URI.create("ws://127.0.0.1:1/v2/secretsecret"), SourceError.UNREACHABLE);
        expectConnectFailure(URI.create("ipc:///nowhere/node.ipc"), SourceError.UNREACHABLE);
        expectConnectFailure(URI.create("http://no-such-host.invalid/secretsecret"), SourceError.UNREACHABLE);
    }

    private void expectConnectFailure(URI url, SourceError expected) {
        assertThatThrownBy(() -> connect(MAINNET, url, Map.of())).isInstanceOfSatisfying(AmpException.class, e -> {
            assertThat(e.code()).isEqualTo(expected);
            assertThat(e.retryable()).isTrue();
            assertThat(e).hasMessageContaining("node1").hasMessageContaining("mainnet");
            assertThat(e.getMessage()).doesNotContain("secret");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/x", "file:///x", "http:///nohost", "ipc://relative", "no url", "", "://x"})
    void unusableUrlsAreInvalid(String url) {
        ProviderConfig provider = new ProviderConfig(
                "node1", "evm-rpc", MAINNET, Map.of("kind", "evm-rpc", "network", "mainnet", "url", url));
        assertInvalid(provider, "url");
    }

    @Test
    void anotherSchemeIsNamed() {
        ProviderConfig provider = new ProviderConfig("node1", "evm-rpc", MAINNET, Map.of("url", "ftp://host/secret"));
        assertThatThrownBy(() -> connector.connect(provider, EvmTables.manifest(MAINNET)))
                .hasMessageContaining("unsupported URL scheme 'ftp'");
    }

    @Test
    void keysOfTheWrongTypeOrRangeAreInvalid() {
        Map<String, List<Object>> wrong = Map.of(
                "rate_limit_per_minute", List.of(0L, -1L, "x", true, 1.5, 1L << 32),
                "concurrent_request_limit", List.of(-1L, 65_536L, "many", List.of()),
                "rpc_batch_size", List.of(-1L, "x", false),
                "fetch_receipts_per_tx", List.of(1L, "yes", Map.of()),
                "timeout_secs", List.of(0L, -5L, "fast"),
                "auth_token", List.of(5L, "new\nline", " space ", ""),
                "chain_id", List.of(-1L, "main"));
        wrong.forEach((key, values) -> values.forEach(value -> {
            Map<String, Object> keys = new HashMap<>(Map.of("url", "http://host/", key, value));
            assertInvalid(new ProviderConfig("node1", "evm-rpc", MAINNET, keys), key);
        }));
        assertInvalid(
                new ProviderConfig(
                        "node1",
                        "evm-rpc",
                        MAINNET,
                        Map.of("url", "http://host/", "auth_header", "bad name", "auth_token", "t")),
                "auth_header");
        assertInvalid(new ProviderConfig("node1", "evm-rpc", MAINNET, Map.of()), "url");
    }

    private void assertInvalid(ProviderConfig provider, String key) {
        assertThatThrownBy(() -> connector.connect(provider, EvmTables.manifest(MAINNET)))
                .as("%s %s", key, provider.values())
                .isInstanceOfSatisfying(AmpException.class, e -> {
                    assertThat(e.code()).isEqualTo(SourceError.INVALID_PROVIDER);
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessageContaining(key)
                .hasMessageContaining("node1");
    }

    @Test
    void defaultsAndTextForNumbers() {
        EvmRpcSettings defaults = settings(Map.of("auth_header", "X-Key", "surprise", List.of()));
        assertThat(defaults.requestsAtOnce()).isEqualTo(1024);
        assertThat(defaults.requestsPerMinute()).isNull();
        assertThat(defaults.batchSize()).isZero();
        assertThat(defaults.receiptsPerTransaction()).isFalse();
        assertThat(defaults.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.headers()).as("a header name alone means nothing").isEmpty();
        EvmRpcSettings given = settings(Map.of(
                "concurrent_request_limit", "0",
                "rate_limit_per_minute", "600",
                "rpc_batch_size", "7",
                "fetch_receipts_per_tx", "true",
                "timeout_secs", "5"));
        assertThat(given.requestsAtOnce()).isEqualTo(1);
        assertThat(given.requestsPerMinute()).isEqualTo(600);
        assertThat(given.batchSize()).isEqualTo(7);
        assertThat(given.receiptsPerTransaction()).isTrue();
        assertThat(given.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    private static EvmRpcSettings settings(Map<String, Object> keys) {
        return EvmRpcSettings.of(EvmRpcSources.provider(MAINNET, URI.create("http://host/"), keys));
    }

    @Test
    void theTokenIsSentOverHttpAndWebSocketAlike() throws Exception {
        Map<Map<String, Object>, String> cases = Map.of(
                Map.of("auth_token", "abc"), "authorization=Bearer abc",
                Map.of("auth_token", "abc", "auth_header", "X-Api-Key"), "x-api-key=abc");
        for (var entry : cases.entrySet()) {
            String name = entry.getValue().substring(0, entry.getValue().indexOf('='));
            String value = entry.getValue().substring(name.length() + 1);
            try (ScriptedNode node = node(31_337)) {
                for (URI url : List.of(node.server().httpUrl(), node.server().webSocketUrl())) {
                    connect(ANVIL, url, entry.getKey()).close();
                    assertThat(node.server().requestHeaders().getLast()).containsEntry(name, value);
                }
            }
        }
        try (ScriptedNode node = node(31_337)) {
            URI url = URI.create("http://user:pass@127.0.0.1:" + node.server().port());
            connect(ANVIL, url, Map.of()).close();
            assertThat(node.server().requestHeaders().getLast()).containsEntry("authorization", "Basic dXNlcjpwYXNz");
        }
    }

    @Test
    void noMoreRequestsThanAllowedRunAtOnceEvenForReceipts() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        BlockTree tree = BlockTree.withGenesis(ANVIL, 3);
        tree.mine(30);
        try (ScriptedNode node = new ScriptedNode(tree, 31_337);
                JsonRpcServer proxy = new JsonRpcServer(request -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    try {
                        if (!new String(request, StandardCharsets.UTF_8).contains("eth_chainId")) {
                            // The first ones wait for one another, so that three do run at once.
                            three.countDown();
                            three.await();
                        }
                        return node.handle(request);
                    } finally {
                        running.decrementAndGet();
                    }
                });
                ChainSource source = connect(
                        ANVIL, proxy.httpUrl(), Map.of("concurrent_request_limit", 3L, "fetch_receipts_per_tx", true));
                // Limits are shared by all clients of one provider in a process.
                ChainSource other = connect(
                        ANVIL,
                        proxy.httpUrl(),
                        Map.of("concurrent_request_limit", 3L, "fetch_receipts_per_tx", true))) {
            try (BlockStream first = source.stream(BlockInterval.of(0, 30));
                    BlockStream second = other.stream(BlockInterval.of(0, 30))) {
                for (int i = 0; i <= 30; i++) {
                    first.next().close();
                    second.next().close();
                }
            }
            assertThat(most.get()).isEqualTo(3);
        }
    }

    @Test
    void theRateLimitSpreadsRequestsAndABatchCountsOnce() throws Exception {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        Clock clock = new WallClock() {
            private final AtomicLong nanos = new AtomicLong();

            @Override
            public long nanoTime() {
                return nanos.get();
            }

            @Override
            public void sleep(Duration duration) {
                waits.add(duration);
                nanos.addAndGet(duration.toNanos());
            }
        };
        try (ScriptedNode node = node(31_337);
                ChainSource source = new EvmRpcConnector(allocator, clock, Metrics.none())
                        .connect(
                                EvmRpcSources.provider(
                                        ANVIL,
                                        node.server().httpUrl(),
                                        Map.of("rate_limit_per_minute", 3L, "rpc_batch_size", 100L)),
                                EvmTables.manifest(ANVIL))) {
            // The chain check was the first request; the blocks and their receipts are two more.
            try (BlockStream stream = source.stream(BlockInterval.of(0, 5))) {
                for (int i = 0; i <= 5; i++) {
                    stream.next().close();
                }
            }
            assertThat(waits).containsOnly(Duration.ZERO).hasSize(3);
            source.header(1);
            source.header(1);
            assertThat(waits.subList(3, 5)).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(20));
        }
    }

    @Test
    void aDatasetWithFewerTablesGetsOnlyThose() throws Exception {
        SortedMap<String, TableDefinition> tables = new TreeMap<>(EvmTables.all());
        tables.remove("logs");
        try (ScriptedNode node = node(31_337);
                ChainSource source = connector.connect(
                        EvmRpcSources.provider(ANVIL, node.server().httpUrl(), Map.of()),
                        new RawManifest("evm-rpc", ANVIL, 0, false, tables, Map.of()));
                BlockStream stream = source.stream(BlockInterval.of(0, 0));
                BlockRows rows = stream.next()) {
            assertThat(rows.tables()).containsOnlyKeys("blocks", "transactions");
        }
    }

    @Test
    void anotherSchemaThanTheBuiltInOneIsABug() {
        SortedMap<String, TableDefinition> tables = new TreeMap<>(EvmTables.all());
        tables.put("logs", new TableDefinition("logs", EvmTables.BLOCKS, List.of()));
        assertThatThrownBy(() -> connector.connect(
                        EvmRpcSources.provider(ANVIL, URI.create("http://host"), Map.of()),
                        new RawManifest("evm-rpc", ANVIL, 0, false, tables, Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table logs: column 1");
    }

    @Test
    void countsWhatTheSpecificationNames() throws Exception {
        Map<String, LongAdder> counts = new ConcurrentHashMap<>();
        Metrics metrics = new Metrics() {
            @Override
            public Counter counter(String name, Map<String, String> labels) {
                return amount -> count(name, labels, amount);
            }

            @Override
            public Gauge gauge(String name, Map<String, String> labels) {
                return value -> {};
            }

            @Override
            public Histogram histogram(String name, Map<String, String> labels) {
                return value -> count(name, labels, 1);
            }

            private void count(String name, Map<String, String> labels, long amount) {
                counts.computeIfAbsent(name + new TreeMap<>(labels), key -> new LongAdder())
                        .add(amount);
            }
        };
        try (ScriptedNode node = node(31_337);
                ChainSource source = new EvmRpcConnector(allocator, new WallClock(), metrics)
                        .connect(
                                EvmRpcSources.provider(ANVIL, node.server().httpUrl(), Map.of("rpc_batch_size", 3L)),
                                EvmTables.manifest(ANVIL))) {
            try (BlockStream stream = source.stream(BlockInterval.of(0, 5))) {
                for (int i = 0; i <= 5; i++) {
                    stream.next().close();
                }
            }
            node.once("eth_getBlockByNumber", NodeFault.status(500));
            assertThatThrownBy(() -> source.latestBlock(false)).isInstanceOf(AmpException.class);
        }
        String where = "network=anvil, provider=node1}";
        assertThat(counts.get("evm_rpc_requests_total{method=eth_chainId, " + where)
                        .sum())
                .isEqualTo(1);
        assertThat(counts.get("evm_rpc_request_duration{method=eth_chainId, " + where)
                        .sum())
                .isEqualTo(1);
        assertThat(counts.get("evm_rpc_requests_total{" + where).sum()).isGreaterThanOrEqualTo(2);
        assertThat(counts.get("evm_rpc_batch_size_requests{" + where).sum()).isGreaterThanOrEqualTo(2);
        assertThat(counts.get("evm_rpc_request_bytes{" + where).sum()).isGreaterThanOrEqualTo(3);
        assertThat(counts.get("evm_rpc_response_bytes{" + where).sum()).isGreaterThanOrEqualTo(3);
        assertThat(counts.get("evm_rpc_errors_total{" + where).sum()).isEqualTo(1);
    }

    @Test
    void nodesThatDoNotPushAreWaitedFor() throws Exception {
        try (ScriptedNode node = node(31_337)) {
            node.server().refuseSubscriptions(true);
            try (ChainSource source = connect(ANVIL, node.server().webSocketUrl(), Map.of())) {
                long begin = System.nanoTime();
                source.awaitHead(Duration.ofMillis(100));
                assertThat(System.nanoTime() - begin)
                        .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
                assertThat(source.latestBlock(false)).hasValue(5);
            }
        }
    }

    @Test
    void nothingFinalIsNoErrorHoweverTheNodeSaysIt() throws Exception {
        try (ScriptedNode node = node(31_337);
                ChainSource source = connect(ANVIL, node.server().httpUrl(), Map.of())) {
            assertThat(source.latestBlock(true)).isEmpty();
            node.once("eth_getBlockByNumber", new NodeFault.Refusal(-32000, "finalized block not found"));
            assertThat(source.latestBlock(true)).isEmpty();
            node.once("eth_getBlockByNumber", new NodeFault.Refusal(-39001, "Unknown block"));
            assertThat(source.latestBlock(true)).isEmpty();
        }
    }

    @Test
    void aFullBodyThatIsNoRpcAnswerIsUndecodable() throws Exception {
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.json("[]"))) {
            expectConnectFailure(server.httpUrl(), SourceError.UNREACHABLE);
        }
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.json("{\"jsonrpc\":\"2.0\",\"id\":1}"))) {
            expectConnectFailure(server.httpUrl(), SourceError.UNREACHABLE);
        }
    }
}
