package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"EXPLAIN", "EXPLAIN VERBOSE", "EXPLAIN ANALYZE", "EXPLAIN FORMAT tree"})
    void plansShowFilesWithoutTheirDirectories(String explain) throws InterruptedException {
        try (var harness = new EngineHarness(directory)) {
            String sql = explain + " SELECT block_num FROM tiny.blocks WHERE gas_used > 0";
            assertThat(harness.schema(sql).fields())
                    .extracting(field -> field.getName())
                    .containsExactly("plan_type", "plan");
            List<String> rows = harness.rows(sql);
            assertThat(rows).isNotEmpty();
            String text = String.join("\n", rows);
            assertThat(text).doesNotContain(directory.toString());
            assertThat(text.replaceAll("\\s", ""))
                    .doesNotContain(directory.getFileName().toString());
            assertThat(text).doesNotContainPattern("/[^\\s\"]*\\.parquet");
        }
    }

    @Test
    void logicalAndPhysicalPlanAreRows() throws InterruptedException {
        try (var harness = new EngineHarness(directory)) {
            List<String> rows = harness.rows("EXPLAIN SELECT count(*) FROM tiny.blocks");
            assertThat(rows).hasSize(2);
            assertThat(rows.get(0)).contains("\"plan_type\":\"logical_plan\"").contains("TableScan");
            assertThat(rows.get(1)).contains("\"plan_type\":\"physical_plan\"");
        }
    }
}
