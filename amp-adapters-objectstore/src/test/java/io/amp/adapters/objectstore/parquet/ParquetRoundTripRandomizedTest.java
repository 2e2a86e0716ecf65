package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** Any schema, any nulls, any limits: DuckDB reads what was written. */
class ParquetRoundTripRandomizedTest {
    private static final long SEED = Long.getLong("amp.seed", 20_261_125L);

    @TempDir
    Path directory;

    @RepeatedTest(25)
    void rowsAreReadBackAsTheyWere(RepetitionInfo repetition) {
        long seed = SEED + repetition.getCurrentRepetition();
        RandomRows random = new RandomRows(seed);
        TableSchema schema = random.schema();
        List<ObjectNode> rows = random.rows(schema, random.below(3_000));
        SegmentFormat format = SegmentFormat.defaults()
                .withRowGroup(1 + random.below(2_000), random.below(2) == 0 ? 1 << 30 : 1 + random.below(200_000))
                .withPage(1 + random.below(700), 1 + random.below(20_000))
                .withBloomOnAllColumns(random.below(2) == 0);
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator()) {
            List<RecordBatch> batches = new ArrayList<>();
            int from = 0;
            while (from < rows.size()) {
                int to = Math.min(rows.size(), from + 1 + random.below(900));
                batches.add(ArrowRows.batch(allocator, schema.arrow(), rows.subList(from, to)));
                from = to;
            }
            WrittenSegment written = fixture.write(format, schema, "000000001-%016x.parquet".formatted(seed), batches);
            batches.forEach(RecordBatch::close);

            List<JsonNode> read = ParquetRows.read(fixture.file(written), schema.arrow());
            assertThat(read).as("-Damp.seed=%d", SEED).hasSameSizeAs(rows);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(read.get(i))
                        .as("row %d of %s, -Damp.seed=%d", i, schema, SEED)
                        .isEqualTo(ParquetRows.object(schema.fields(), rows.get(i)));
            }
            assertThat(fixture.store(format)
                            .inspect(SegmentFixture.REVISION, written.metadata().fileName())
                            .footer())
                    .isEqualTo(written.footer());
        }
    }
}
