package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.query.duckdb.ArrowExport;
import io.amp.adapters.query.duckdb.ArrowTypes;
import io.amp.adapters.query.duckdb.BatchLimits;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckResult;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.duckdb.DuckStatement;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.ParsedStatement;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Queries over recorded blocks give the rows that the bare engine gives for the same text over the same files. */
class DifferentialTest {
    @TempDir
    static Path directory;

    private static final BufferAllocator ALLOCATOR = new RootAllocator();
    private static RecordedDataset dataset;
    private static CalciteQueryEngine engine;
    private static DuckDb bare;
    private static DuckConnection connection;

    @BeforeAll
    static void open() {
        dataset = RecordedDataset.write(directory);
        engine = new CalciteQueryEngine(
                new LocalSegments(directory), ALLOCATOR, QueryEngineSettings.reading(List.of(directory)));
        bare = DuckDb.open(new DuckSettings(2, 1L << 30, null, 0, List.of(), Map.of(), false));
        connection = bare.connect();
        dataset.createViews(connection);
    }

    @AfterAll
    static void close() {
        connection.close();
        bare.close();
        engine.close();
        ALLOCATOR.close();
    }

    private static List<String> engineRows(String sql) throws InterruptedException {
        ParsedStatement parsed = engine.parse(sql);
        var plan = engine.plan(parsed, dataset.resolve(parsed.tables()));
        var rows = new ArrayList<String>();
        try (BatchStream stream = engine.execute(plan, dataset.segments(), ExecutionOptions.UNLIMITED)) {
            for (RecordBatch batch = stream.next(); batch != null; batch = stream.next()) {
                try (RecordBatch held = batch) {
                    addRows(held.root(), rows);
                }
            }
        }
        return rows;
    }

    private static List<String> bareRows(String sql) {
        var rows = new ArrayList<String>();
        try (DuckStatement statement = connection.prepare(sql)) {
            List<Field> fields =
                    statement.columns().stream().map(ArrowTypes::natural).toList();
            try (DuckResult result = statement.execute()) {
                ArrowExport export = result.export(new Schema(fields), ALLOCATOR, BatchLimits.DEFAULT);
                for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
                    try (VectorSchemaRoot held = batch) {
                        addRows(held, rows);
                    }
                }
            }
        }
        return rows;
    }

    private static void addRows(VectorSchemaRoot root, List<String> rows) {
        for (int row = 0; row < root.getRowCount(); row++) {
            var values = new ArrayList<String>();
            for (FieldVector vector : root.getFieldVectors()) {
                values.add(text(PlainValues.read(vector, row)));
            }
            rows.add(String.join(" | ", values));
        }
    }

    /** Equal for equal values of different number types. */
    private static String text(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(DifferentialTest::text).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().map(DifferentialTest::text).toList().toString();
        }
        if (value instanceof String string && string.matches("-?[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?")) {
            var number = new BigDecimal(string);
            return (string.contains(".") || string.contains("E") ? number.round(new MathContext(9)) : number)
                    .stripTrailingZeros()
                    .toPlainString();
        }
        return String.valueOf(value);
    }

    @TestFactory
    Stream<DynamicTest> queries() throws Exception {
        String text;
        try (var in = DifferentialTest.class.getResourceAsStream("differential-queries.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(sql -> DynamicTest.dynamicTest(sql, () -> {
                    List<String> rows = engineRows(sql);
                    assertThat(rows).isNotEmpty();
                    if (sql.contains(" ORDER BY ") && sql.lastIndexOf(" ORDER BY ") > sql.lastIndexOf(')')) {
                        assertThat(rows).containsExactlyElementsOf(bareRows(sql));
                    } else {
                        assertThat(rows).containsExactlyInAnyOrderElementsOf(bareRows(sql));
                    }
                }));
    }

    @Test
    void randomQueriesAgree() throws InterruptedException {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        int empty = 0;
        for (int i = 0; i < 150; i++) {
            String sql = new RandomJoins(random).query();
            List<String> rows = engineRows(sql);
            assertThat(rows).as("-Damp.seed=" + seed + " " + sql).containsExactlyInAnyOrderElementsOf(bareRows(sql));
            empty += rows.isEmpty() ? 1 : 0;
        }
        assertThat(empty).isLessThan(75);
    }

    /** Joins, filters, groups and subqueries over block numbers and indexes, valid in both dialects. */
    private static final class RandomJoins {
        private static final List<String> TABLES = List.of("blocks", "transactions", "logs");
        private final Random random;
        private int depth = 2;

        RandomJoins(Random random) {
            this.random = random;
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        String query() {
            String a = source("a");
            String b = source("b");
            String join = pick(List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"));
            String from = " FROM " + a + " " + join + " " + b + " ON a.n = b.n"
                    + pick(List.of("", " AND a.g <= b.g", " AND b.g < 3"));
            String where = pick(List.of(
                    "",
                    " WHERE a.n <> 1962304",
                    " WHERE a.g % 2 = 0 AND (b.g > 1 OR b.g IS NULL)",
                    " WHERE a.n IN (SELECT block_num FROM eth.blocks WHERE gas_used > 4000000)",
                    " WHERE NOT EXISTS (SELECT 1 FROM eth.logs l WHERE l.block_num = a.n AND l.log_index > 200)",
                    " WHERE coalesce(b.n, a.n) BETWEEN 1962303 AND 1962304"));
            return switch (random.nextInt(4)) {
                case 0 -> "SELECT a.n, count(*) AS c, sum(b.g) AS s, min(a.g) AS m" + from + where + " GROUP BY a.n";
                case 1 ->
                    "SELECT x.n, x.g FROM (SELECT DISTINCT a.n AS n, a.g AS g" + from + where + ") x WHERE x.g < 5";
                case 2 ->
                    "WITH w AS (SELECT a.n AS n, a.g + coalesce(b.g, 0) AS v" + from + where
                            + ") SELECT n, v, row_number() OVER (PARTITION BY n ORDER BY v) AS r FROM w";
                default -> "SELECT count(*) AS c, max(a.g) AS x, min(b.n) AS y" + from + where;
            };
        }

        private String source(String alias) {
            String table = pick(TABLES);
            String group = switch (table) {
                case "blocks" -> "CAST(gas_used % 7 AS BIGINT)";
                case "transactions" -> "CAST(tx_index % 5 AS BIGINT)";
                default -> "CAST(log_index % 6 AS BIGINT)";
            };
            if (depth-- > 0 && random.nextInt(3) == 0) {
                return "(SELECT CAST(block_num AS BIGINT) AS n, " + group + " AS g FROM eth." + table
                        + " GROUP BY 1, 2) " + alias;
            }
            return "(SELECT CAST(block_num AS BIGINT) AS n, " + group + " AS g FROM eth." + table + " WHERE "
                    + (table.equals("blocks") ? "true" : table.equals("logs") ? "log_index < 40" : "tx_index < 20")
                    + ") " + alias;
        }
    }
}
