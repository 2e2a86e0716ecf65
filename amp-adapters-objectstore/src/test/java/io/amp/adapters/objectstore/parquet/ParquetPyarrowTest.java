package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files as Python people see them. Needs pyarrow in the Python that {@code AMP_TEST_PYTHON} names (else {@code python3}); without it the
 * tests are skipped, in CI ({@code CI=true}) they fail.
 */
class ParquetPyarrowTest {
    private static final Logger LOG = LoggerFactory.getLogger(ParquetPyarrowTest.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = Long.getLong("amp.seed", 99L);

    @TempDir
    Path directory;

    private Path script;

    @BeforeEach
    void findPyarrow() throws Exception {
        script = directory.resolve("describe.py");
        try (InputStream resource = ParquetPyarrowTest.class.getResourceAsStream("describe.py")) {
            Files.copy(Objects.requireNonNull(resource), script);
        }
        try {
            run("-c", "import pyarrow");
        } catch (IOException e) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException("pyarrow is needed in CI", e);
            }
            LOG.warn("SKIPPED, for want of pyarrow");
            throw new TestAbortedException("no pyarrow", e);
        }
    }

    @Test
    void pyarrowSeesTheContractTypes() throws Exception {
        JsonNode transactions = described(EvmTables.TRANSACTIONS, List.of());

        assertThat(transactions.get("format").textValue()).isEqualTo("1.0");
        assertThat(types(transactions))
                .contains(
                        "_block_num=uint64 not null",
                        "timestamp=timestamp[ns, tz=+00:00] not null",
                        "tx_index=uint32 not null",
                        "tx_hash=fixed_size_binary[32] not null",
                        "to=fixed_size_binary[20]",
                        "gas_price=decimal128(38, 0)",
                        "value=string not null",
                        "input=binary not null",
                        "v_parity=bool not null",
                        "type=int32 not null",
                        "blob_versioned_hashes=list<item: fixed_size_binary[32] not null>",
                        "access_list=list<item: struct<address: fixed_size_binary[20] not null, storage_keys:"
                                + " list<item: fixed_size_binary[32] not null> not null> not null>");
        JsonNode entries = transactions.get("entries");
        assertThat(entries.get("generation").textValue()).isEqualTo("0");
        assertThat(entries.get("parent_file_ids").textValue()).isEqualTo("[]");
        assertThat(entries.get("amp_writer").textValue()).startsWith("ampd/");
        assertThat(JSON.readTree(entries.get("nozzle_metadata").textValue())
                        .get("table")
                        .textValue())
                .isEqualTo("t");
    }

    @Test
    void pyarrowReadsRealRows() throws Exception {
        for (TableSchema schema : List.of(EvmTables.BLOCKS, EvmTables.TRANSACTIONS, EvmTables.LOGS)) {
            String table = schema == EvmTables.BLOCKS ? "blocks" : schema == EvmTables.LOGS ? "logs" : "transactions";
            List<ObjectNode> rows = new ArrayList<>();
            ChainData.all().forEach(block -> rows.addAll(block.expected(table)));

            compare(schema, rows, described(schema, rows));
        }
    }

    @Test
    void pyarrowReadsRandomNestedRows() throws Exception {
        for (int round = 0; round < 5; round++) {
            RandomRows random = new RandomRows(SEED + round);
            TableSchema schema = random.schema();
            List<ObjectNode> rows = random.rows(schema, 1_500);

            compare(schema, rows, described(schema, rows));
        }
    }

    private static void compare(TableSchema schema, List<ObjectNode> rows, JsonNode described) {
        assertThat(described.get("rows")).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(described.get("rows").get(i))
                    .as("row %d of %s, -Damp.seed=%d", i, schema, SEED)
                    .isEqualTo(ParquetRows.object(schema.fields(), rows.get(i)));
        }
    }

    private static List<String> types(JsonNode described) {
        List<String> types = new ArrayList<>();
        described
                .get("types")
                .properties()
                .forEach(type -> types.add(type.getKey() + "=" + type.getValue().textValue()));
        return types;
    }

    private JsonNode described(TableSchema schema, List<ObjectNode> rows) throws Exception {
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator();
                RecordBatch batch = ArrowRows.batch(allocator, schema.arrow(), rows)) {
            SegmentFormat format =
                    SegmentFormat.defaults().withRowGroup(600, 1 << 30).withPage(100, 10_000);
            WrittenSegment written =
                    fixture.write(format, schema, "000000001-0000000000000001.parquet", List.of(batch));
            return JSON.readTree(run(script.toString(), fixture.file(written).toString()));
        }
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Objects.requireNonNullElse(System.getenv("AMP_TEST_PYTHON"), "python3"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("python answered " + process.exitValue());
        }
        return output;
    }
}
