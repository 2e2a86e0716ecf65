package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real blocks, written and read back by DuckDB. */
class ParquetRealBlocksTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "transactions", "logs"})
    void rowsOfEveryTableAreReadBackAsTheyWere(String table) {
        TableSchema schema = schema(table);
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator()) {
            List<ObjectNode> rows = new ArrayList<>();
            List<RecordBatch> batches = new ArrayList<>();
            for (ChainData block : ChainData.all()) {
                rows.addAll(block.expected(table));
                batches.add(ArrowRows.batch(allocator, schema.arrow(), block.expected(table)));
            }
            // Small limits, so that blocks, pages and row groups cut one another.
            SegmentFormat small =
                    SegmentFormat.defaults().withRowGroup(500, 1 << 30).withPage(130, 4096);
            for (SegmentFormat format : List.of(SegmentFormat.defaults(), small)) {
                WrittenSegment written =
                        fixture.write(format, schema, "%09d-%016x.parquet".formatted(1, format.pageRows()), batches);

                assertThat(written.rowCount()).isEqualTo(rows.size());
                List<JsonNode> read = ParquetRows.read(fixture.file(written), schema.arrow());
                assertThat(read).hasSameSizeAs(rows);
                for (int i = 0; i < rows.size(); i++) {
                    assertThat(read.get(i))
                            .as("row %d of %s", i, table)
                            .isEqualTo(ParquetRows.object(schema.fields(), rows.get(i)));
                }
            }
            batches.forEach(RecordBatch::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd(19)", "lz4", "gzip", "brotli", "snappy", "uncompressed"})
    void everyCompressionIsReadable(String compression) {
        TableSchema schema = EvmTables.LOGS;
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator();
                RecordBatch batch =
                        ArrowRows.batch(allocator, schema.arrow(), ChainData.MAINNET_15000000.expected("logs"))) {
            WrittenSegment written = fixture.write(
                    SegmentFormat.defaults().with(Compression.parse(compression)),
                    schema,
                    "000000001-0000000000000001.parquet",
                    List.of(batch));

            List<JsonNode> read = ParquetRows.read(fixture.file(written), schema.arrow());
            assertThat(read)
                    .isEqualTo(ChainData.MAINNET_15000000.expected("logs").stream()
                            .map(row -> (JsonNode) ParquetRows.object(schema.fields(), row))
                            .toList());
            assertThat(DuckDb.rows(
                            "select distinct compression from parquet_metadata('" + fixture.file(written) + "')"))
                    .containsExactly(List.of(
                            Compression.parse(compression).codec().parquetName().name()));
        }
    }

    @Test
    void duckDbSeesTheTypesItNeeds() {
        TableSchema schema = EvmTables.TRANSACTIONS;
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            WrittenSegment empty =
                    fixture.write(SegmentFormat.defaults(), schema, "000000001-0000000000000001.parquet", List.of());

            List<List<String>> types = DuckDb.rows(
                    "select column_name, column_type from (describe select * from '" + fixture.file(empty) + "')");

            assertThat(types)
                    .contains(
                            List.of("_block_num", "UBIGINT"),
                            List.of("timestamp", "TIMESTAMPTZ_NS"),
                            List.of("tx_index", "UINTEGER"),
                            List.of("tx_hash", "BLOB"),
                            List.of("gas_price", "DECIMAL(38,0)"),
                            List.of("value", "VARCHAR"),
                            List.of("v_parity", "BOOLEAN"),
                            List.of("type", "INTEGER"),
                            List.of("access_list", "STRUCT(address BLOB, storage_keys BLOB[])[]"),
                            List.of("blob_versioned_hashes", "BLOB[]"));
            assertThat(types)
                    .extracting(List::getFirst)
                    .isEqualTo(schema.fields().stream()
                            .map(field -> field.getName())
                            .toList());
        }
    }

    @Test
    void footerHasTheKeysOfTheSpecification() {
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            WrittenSegment written = fixture.write(
                    SegmentFormat.defaults(), EvmTables.LOGS, "000000001-0000000000000001.parquet", List.of());

            List<List<String>> entries = DuckDb.rows(
                    "select decode(key), decode(value) from parquet_kv_metadata('" + fixture.file(written) + "')");

            assertThat(entries)
                    .contains(
                            List.of("nozzle_metadata", written.metadataJson()),
                            List.of("parent_file_ids", "[]"),
                            List.of("generation", "0"),
                            List.of("amp_writer", "ampd/0.1.0"));
            assertThat(entries).extracting(List::getFirst).contains("ARROW:schema");
        }
    }

    private static TableSchema schema(String table) {
        return switch (table) {
            case "blocks" -> EvmTables.BLOCKS;
            case "logs" -> EvmTables.LOGS;
            case "transactions" -> EvmTables.TRANSACTIONS;
            default -> throw new IllegalArgumentException(table);
        };
    }
}
