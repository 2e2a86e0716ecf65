package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.chain.ReplayNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real blocks through a real server, on every way there is, against the rows they must become. */
class RecordedBlocksTest {
    record Way(String name, Function<ReplayNode, URI> url, Map<String, Object> keys, boolean compressed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        Function<ReplayNode, URI> http = node -> node.server().httpUrl();
        return Stream.of(
                new Way("http", http, Map.of(), false),
                new Way("http compressed, chunked", http, Map.of(), true),
                new Way("http batches", http, Map.of("rpc_batch_size", 2L), false),
                new Way("http receipts one by one", http, Map.of("fetch_receipts_per_tx", true), false),
                new Way(
                        "http batches, receipts one by one",
                        http,
                        Map.of("rpc_batch_size", 100L, "fetch_receipts_per_tx", true),
                        false),
                new Way("websocket", node -> node.server().webSocketUrl(), Map.of(), false),
                new Way("ipc", node -> node.server().ipcUrl(), Map.of(), false));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void becomeTheExpectedRows(Way way) throws Exception {
        check(way, "mainnet", ChainData.mainnet());
        check(way, "base", ChainData.base());
    }

    private static void check(Way way, String network, List<ChainData> blocks) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ReplayNode node = ReplayNode.recorded(network)) {
            node.server().compress(way.compressed());
            node.server().chunk(way.compressed());
            NetworkId id = new NetworkId(network);
            try (ChainSource source = EvmRpcSources.connect(id, way.url().apply(node), way.keys(), allocator)) {
                for (ChainData data : blocks) {
                    try (BlockStream stream = source.stream(BlockInterval.of(data.number(), data.number()))) {
                        BlockRows rows = stream.next();
                        assertThat(rows).isNotNull();
                        try (rows) {
                            expectRows(data, rows, allocator);
                        }
                        assertThat(stream.next()).isNull();
                    }
                    assertThat(source.header(data.number()).orElseThrow().hash())
                            .isEqualTo(BlockHash.parse(data.block().get("hash").textValue()));
                }
                assertThat(source.latestBlock(false)).hasValue(blocks.getLast().number());
            }
        }
    }

    private static void expectRows(ChainData data, BlockRows rows, BufferAllocator allocator) {
        assertThat(rows.range().start()).isEqualTo(data.number());
        assertThat(rows.range().end()).isEqualTo(data.number());
        assertThat(rows.range().network().value()).isEqualTo(data.network());
        assertThat(rows.range().hash())
                .isEqualTo(BlockHash.parse(data.block().get("hash").textValue()));
        assertThat(rows.range().prevHash())
                .isEqualTo(BlockHash.parse(data.block().get("parentHash").textValue()));
        assertThat(rows.range().timestamp())
                .isEqualTo(Long.decode(data.block().get("timestamp").textValue()));
        assertThat(rows.tables()).containsOnlyKeys("blocks", "transactions", "logs");
        EvmTables.all().forEach((name, table) -> {
            RecordBatch actual = rows.tables().get(name);
            assertThat(actual.root().getSchema()).isEqualTo(table.schema().arrow());
            try (RecordBatch expected =
                    ArrowRows.batch(allocator, table.schema().arrow(), data.expected(name))) {
                assertThat(BatchRows.read(actual)).as("%s of %s", name, data).isEqualTo(BatchRows.read(expected));
                for (FieldVector column : expected.root().getFieldVectors()) {
                    assertThat(VectorEqualsVisitor.vectorEquals(
                                    column, actual.root().getVector(column.getName())))
                            .as("%s.%s of %s", name, column.getName(), data)
                            .isTrue();
                }
            }
        });
    }
}
