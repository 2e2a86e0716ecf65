package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.sources.net.Bodies;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.chain.ReferenceDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockDecoderTest {
    private final BlockDecoder decoder = new BlockDecoder();

    static List<ChainData> recorded() {
        return ChainData.all();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void recordedBlocksBecomeTheExpectedRows(ChainData data) {
        try (BufferAllocator allocator = new RootAllocator()) {
            List<RpcResult> receipts = data.block().get("transactions").isEmpty()
                    ? List.of()
                    : List.of(answer(data.receipts().toString()));
            BlockDecoder.Decoded decoded = decoder.decode(
                    data.number(),
                    new NetworkId(data.network()),
                    answer(data.block().toString()),
                    receipts,
                    EvmTables.all(),
                    allocator);
            assertThat(decoded.oversized()).isZero();
            assertThat(decoded.ignoredReceipts()).isZero();
            try (BlockRows rows = decoded.rows()) {
                EvmTables.all().forEach((name, table) -> {
                    RecordBatch actual = rows.tables().get(name);
                    assertThat(actual.root().getSchema())
                            .isEqualTo(table.schema().arrow());
                    try (RecordBatch expected =
                            ArrowRows.batch(allocator, table.schema().arrow(), data.expected(name))) {
                        assertThat(BatchRows.read(actual)).as(name).isEqualTo(BatchRows.read(expected));
                    }
                });
            }
        }
    }

    /** The slow decoder that other tests compare with must itself give the expected rows. */
    @ParameterizedTest
    @MethodSource("recorded")
    void theReferenceGivesTheExpectedRowsToo(ChainData data) {
        Map<String, List<Map<String, Object>>> rows = Map.of(
                "blocks", List.of(ReferenceDecoder.block(data.block())),
                "transactions", ReferenceDecoder.transactions(data.block(), data.receipts()),
                "logs", ReferenceDecoder.logs(data.block(), data.receipts()));
        try (BufferAllocator allocator = new RootAllocator()) {
            EvmTables.all().forEach((name, table) -> {
                try (RecordBatch expected =
                        ArrowRows.batch(allocator, table.schema().arrow(), data.expected(name))) {
                    assertThat(rows.get(name)).as(name).isEqualTo(BatchRows.read(expected));
                }
            });
        }
    }

    private static RpcResult answer(String result) {
        return new RpcResult(Bodies.of(
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}").getBytes(StandardCharsets.UTF_8)));
    }
}
