package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.adapters.query.type.Types;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.ParsedStatement;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten segments of ten blocks, two rows per block: which of them a statement opens, and that leaving others out changes nothing. */
class SegmentPruningTest {
    private static final int SEGMENTS = 10;

    @TempDir
    Path directory;

    private final BufferAllocator allocator = new RootAllocator();
    private final List<Segment> segments = new ArrayList<>();
    private LocalSegments store;
    private CalciteQueryEngine engine;

    @BeforeEach
    void write() {
        try (DuckDb db = DuckDb.open(new DuckSettings(1, 512L << 20, null, 0, List.of(), Map.of(), false));
                DuckConnection connection = db.connect()) {
            for (int i = 0; i < SEGMENTS; i++) {
                String file = "s" + i + ".parquet";
                connection.run("COPY (SELECT (n // 2 + " + 10 * i + ")::UBIGINT AS _block_num, (n // 2 + " + 10 * i
                        + ")::UBIGINT AS block_num, make_timestamptz((1704067200 + 12 * (n // 2 + " + 10 * i
                        + ")) * 1000000) AS timestamp, (n % 3)::BIGINT AS x FROM range(20) t(n)) TO '"
                        + directory.resolve(file)
                        + "' (FORMAT parquet)");
                segments.add(TinyDataset.segment("t", file, 10L * i, 10L * i + 9, 20));
            }
        }
        store = new LocalSegments(directory);
        engine = new CalciteQueryEngine(store, allocator, QueryEngineSettings.reading(List.of(directory)));
    }

    @AfterEach
    void close() {
        engine.close();
        assertThat(store.open.get()).isZero();
        allocator.close();
    }

    private Plan plan(String sql, boolean known) {
        ParsedStatement parsed = engine.parse(sql);
        var schema = TableSchema.of(List.of(
                ArrowTypes.toField("_block_num", Types.UINT64, false),
                ArrowTypes.toField("block_num", Types.UINT64, false),
                ArrowTypes.toField("timestamp", Types.TIMESTAMP_UTC, false),
                ArrowTypes.toField("x", Types.INT64, false)));
        var definition = new TableDefinition(
                "t",
                schema,
                List.of("_block_num"),
                known ? List.of("_block_num", "block_num") : List.of(),
                known ? List.of("timestamp") : List.of());
        Map<TableReference, ResolvedTable> tables = new HashMap<>();
        parsed.tables().forEach(reference -> tables.put(reference, new ResolvedTable(key(), definition, "_/d@hash")));
        return engine.plan(parsed, tables);
    }

    private static TableKey key() {
        return new TableKey(new DatasetVersion(new DatasetName("_", "d"), new ManifestHash("cd".repeat(32))), "t");
    }

    private List<String> run(Plan plan) throws InterruptedException {
        var lines = new ArrayList<String>();
        try (BatchStream stream = engine.execute(plan, Map.of(key(), segments), ExecutionOptions.UNLIMITED)) {
            for (RecordBatch batch = stream.next(); batch != null; batch = stream.next()) {
                try (RecordBatch held = batch) {
                    lines.addAll(JsonLines.of(held));
                }
            }
        }
        return lines;
    }

    private int opened(String sql) throws InterruptedException {
        store.opened.set(0);
        List<String> rows = run(plan(sql, true));
        int opened = store.opened.get();
        assertThat(rows).as(sql).containsExactlyInAnyOrderElementsOf(run(plan(sql, false)));
        return opened;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        SELECT * FROM d.t | 10
        SELECT * FROM d.t WHERE _block_num = 42 | 1
        SELECT * FROM d.t WHERE block_num >= 42 AND block_num < 51 | 2
        SELECT * FROM d.t WHERE 42 > block_num | 5
        SELECT * FROM d.t WHERE block_num BETWEEN 19 AND 20 | 2
        SELECT * FROM d.t WHERE block_num IN (3, 77, 78) | 2
        SELECT * FROM d.t WHERE NOT block_num IN (3, 77) | 10
        SELECT * FROM d.t WHERE NOT block_num < 95 | 1
        SELECT * FROM d.t WHERE block_num < 5 OR block_num > 94 | 2
        SELECT * FROM d.t WHERE block_num < 5 OR x = 1 | 10
        SELECT * FROM d.t WHERE block_num < 2 * 3 - 1 | 1
        SELECT * FROM d.t WHERE block_num > -1 | 10
        SELECT * FROM d.t WHERE block_num < -1 | 0
        SELECT * FROM d.t WHERE block_num > 90000000000 | 0
        SELECT * FROM d.t WHERE block_num = NULL | 0
        SELECT * FROM d.t WHERE block_num > 94.5 | 10
        SELECT * FROM d.t WHERE CAST(block_num AS DECIMAL(38,0)) > 94 | 1
        SELECT * FROM d.t WHERE timestamp >= '2024-01-01T00:18:00Z' | 1
        SELECT * FROM d.t WHERE timestamp < timestamp '2024-01-01T00:00:30Z' | 1
        SELECT * FROM d.t WHERE false | 0
        SELECT a.x, b.block_num FROM d.t a JOIN d.t b ON a.block_num = b.block_num WHERE a.block_num = 5 | 1
        SELECT a.x, b.block_num FROM d.t a LEFT JOIN d.t b ON a.block_num = b.block_num AND b._block_num = 5 WHERE a.block_num < 10 | 1
        SELECT a.x FROM d.t a LEFT JOIN d.t b ON a.block_num = b.block_num WHERE b.block_num = 5 | 1
        SELECT count(*) AS n FROM (SELECT block_num AS b, x FROM d.t) WHERE b = 7 | 1
        SELECT block_num, count(*) AS n FROM d.t GROUP BY block_num HAVING block_num = 7 | 1
        SELECT * FROM (SELECT block_num FROM d.t UNION ALL SELECT block_num FROM d.t) WHERE block_num = 7 | 1
        WITH w AS (SELECT * FROM d.t) SELECT * FROM w WHERE block_num = 7 | 1
        WITH w AS (SELECT * FROM d.t) SELECT * FROM w WHERE block_num = 7 UNION ALL SELECT * FROM w WHERE block_num = 55 | 10
        SELECT * FROM (SELECT * FROM d.t ORDER BY x, block_num LIMIT 5) WHERE block_num = 7 | 10
        SELECT * FROM d.t ORDER BY block_num DESC LIMIT 20 | 1
        SELECT * FROM d.t ORDER BY block_num DESC, x LIMIT 21 | 2
        SELECT * FROM d.t ORDER BY _block_num LIMIT 2 OFFSET 38 | 2
        SELECT x, block_num AS b FROM d.t ORDER BY b DESC, x LIMIT 2 | 1
        SELECT * FROM d.t WHERE x = 2 ORDER BY block_num DESC LIMIT 2 | 10
        SELECT * FROM d.t ORDER BY x, block_num LIMIT 2 | 10
        SELECT * FROM d.t a WHERE EXISTS (SELECT 1 FROM d.t b WHERE b.block_num = a.block_num AND b.block_num = 3) AND a.block_num < 20 | 2
        """)
    void opensTheSegmentsThatCanCount(String sql, int expected) throws InterruptedException {
        assertThat(opened(sql)).isEqualTo(expected);
    }

    @Test
    void randomConditionsGiveTheSameRows() throws InterruptedException {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            String condition = condition(random, 3);
            String sql = "SELECT a.block_num, a.x, b.x AS y FROM d.t a "
                    + List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN").get(random.nextInt(4))
                    + " d.t b ON a.block_num = b._block_num AND " + condition(random, 1) + " WHERE " + condition;
            assertThat(run(plan(sql, true)))
                    .as("-Damp.seed=" + seed + " " + sql)
                    .containsExactlyInAnyOrderElementsOf(run(plan(sql, false)));
        }
    }

    private static String condition(Random random, int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            String left = condition(random, depth - 1);
            String right = condition(random, depth - 1);
            return switch (random.nextInt(4)) {
                case 0 -> "(" + left + " OR " + right + ")";
                case 1 -> "NOT (" + left + ")";
                default -> "(" + left + " AND " + right + ")";
            };
        }
        String column = List.of("a.block_num", "b.block_num", "a._block_num", "b._block_num")
                .get(random.nextInt(4));
        String number = Integer.toString(random.nextInt(100));
        return switch (random.nextInt(7)) {
            case 0 -> column + " IN (" + number + ", " + random.nextInt(100) + ")";
            case 1 -> column + " BETWEEN " + number + " AND " + random.nextInt(100);
            case 2 -> column + " IS NULL";
            case 3 -> "a.x = " + random.nextInt(3);
            default -> column + " " + List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6)) + " " + number;
        };
    }
}
