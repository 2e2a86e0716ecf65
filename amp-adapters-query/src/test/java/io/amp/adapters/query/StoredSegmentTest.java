package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.objectstore.LocalObjectStore;
import io.amp.adapters.objectstore.parquet.ParquetSegmentStore;
import io.amp.adapters.objectstore.parquet.SegmentFileCache;
import io.amp.adapters.objectstore.parquet.SegmentFormat;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a query answers can be stored as a segment, and a query over that segment answers the same. */
class StoredSegmentTest {
    private static final TableKey KEY = new TableKey(
            new DatasetVersion(new DatasetName("_", "kept"), new ManifestHash("cd".repeat(32))), "answers");

    @TempDir
    Path directory;

    private final BufferAllocator allocator = new RootAllocator();
    private LocalObjectStore objects;
    private SegmentFileCache cache;
    private ParquetSegmentStore store;
    private CalciteQueryEngine engine;
    private int files;

    @BeforeEach
    void open() {
        objects = new LocalObjectStore(directory.resolve("data"));
        cache = new SegmentFileCache(directory.resolve("cache"), 1 << 30);
        store = new ParquetSegmentStore(objects, SegmentFormat.defaults().withRowGroup(1000, 1 << 20), cache, 2);
        engine = new CalciteQueryEngine(store, allocator, QueryEngineSettings.reading(List.of(directory)));
    }

    @AfterEach
    void close() {
        engine.close();
        cache.close();
        objects.close();
        allocator.close();
    }

    private record Answer(TableSchema schema, List<List<Object>> rows) {}

    private Answer answer(String sql, Map<TableKey, List<Segment>> segments, TableSchema table, SegmentWriter writer)
            throws InterruptedException {
        var parsed = engine.parse(sql);
        var definition = new TableDefinition(KEY.table(), table, List.of());
        var plan = engine.plan(
                parsed,
                parsed.tables().stream()
                        .collect(Collectors.toMap(
                                reference -> reference, reference -> new ResolvedTable(KEY, definition, "_/kept@cd"))));
        List<List<Object>> rows = new ArrayList<>();
        try (BatchStream stream = engine.execute(plan, segments, ExecutionOptions.UNLIMITED)) {
            for (RecordBatch batch = stream.next(); batch != null; batch = stream.next()) {
                try (RecordBatch held = batch) {
                    if (writer != null) {
                        writer.append(held);
                    }
                    for (int row = 0; row < held.rowCount(); row++) {
                        List<Object> values = new ArrayList<>();
                        for (FieldVector column : held.root().getFieldVectors()) {
                            values.add(PlainValues.read(column, row));
                        }
                        rows.add(values);
                    }
                }
            }
        }
        return new Answer(plan.schema(), rows);
    }

    /** Stores the answer of a statement over no tables. */
    private Answer store(String sql, List<Segment> into) throws InterruptedException {
        TableSchema none = TableSchema.of(List.of());
        TableSchema schema = engine.plan(engine.parse(sql), Map.of()).schema();
        String name = "000000001-%016x.parquet".formatted(++files);
        var revision = new TableRevision(1, KEY, "_/kept/answers/01890a5d-ac96-774b-bcce-b302099a8057");
        Instant now = Instant.ofEpochSecond(1_760_000_000);
        try (SegmentWriter writer = store.create(revision, schema, name)) {
            Answer answer = answer(sql, Map.of(), none, writer);
            var range = new BlockRange(
                    BlockInterval.of(1, 9), new NetworkId("testnet"), BlockHash.ZERO, BlockHash.ZERO, null);
            WrittenSegment written = writer.finish(new SegmentMetadata(
                    KEY.table(),
                    name,
                    now,
                    List.of(range),
                    null,
                    null,
                    now,
                    answer.rows().size(),
                    List.of(),
                    "test"));
            into.add(new Segment(
                    files,
                    1,
                    written.object().path(),
                    written.object().size(),
                    written.rowCount(),
                    written.metadata()));
            return answer;
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        true                                                                              | false
        CAST(-7 AS TINYINT)                                                               | CAST(7 AS TINYINT)
        CAST(-700 AS SMALLINT)                                                            | CAST(700 AS SMALLINT)
        CAST(-70000 AS INT)                                                               | CAST(70000 AS INT)
        -9223372036854775807                                                              | 9223372036854775807
        arrow_cast(200, 'UInt8')                                                          | arrow_cast(0, 'UInt8')
        arrow_cast(60000, 'UInt16')                                                       | arrow_cast(0, 'UInt16')
        arrow_cast(4000000000, 'UInt32')                                                  | arrow_cast(0, 'UInt32')
        arrow_cast(18446744073709551615, 'UInt64')                                        | arrow_cast(0, 'UInt64')
        CAST(1.5 AS FLOAT)                                                                | CAST(-0.25 AS FLOAT)
        CAST(1.5 AS DOUBLE)                                                               | CAST('-Infinity' AS DOUBLE)
        CAST(-1.25 AS DECIMAL(4, 2))                                                      | CAST(99.99 AS DECIMAL(4, 2))
        CAST(-1.25 AS DECIMAL(12, 2))                                                     | CAST(99.99 AS DECIMAL(12, 2))
        CAST('-99999999999999999999999999999999999999' AS DECIMAL(38, 0))                 | CAST(1 AS DECIMAL(38, 0))
        CAST('-9999999999999999999999999999999999999999999999999999999999999999999999999999' AS DECIMAL(76, 0)) | CAST(1 AS DECIMAL(76, 0))
        CAST('1157920892373161954235709850086879078532699846656405640394575840079131.639935' AS DECIMAL(76, 6)) | CAST('-0.000001' AS DECIMAL(76, 6))
        arrow_cast(-5, 'Decimal256(20, 0)')                                               | arrow_cast(5, 'Decimal256(20, 0)')
        'text – ü'                                                                        | ''
        arrow_cast('large', 'LargeUtf8')                                                  | arrow_cast('', 'LargeUtf8')
        x'00ff'                                                                           | x''
        arrow_cast(x'00ff', 'LargeBinary')                                                | arrow_cast(x'', 'LargeBinary')
        arrow_cast(x'00ff', 'FixedSizeBinary(2)')                                         | arrow_cast(x'0001', 'FixedSizeBinary(2)')
        DATE '2024-02-29'                                                                 | DATE '1969-12-31'
        TIME '01:02:03.000004'                                                            | TIME '23:59:59'
        TIMESTAMP '2024-02-29T01:02:03.000004'                                            | TIMESTAMP '1969-12-31T23:59:59'
        arrow_cast(TIMESTAMP '2024-02-29T01:02:03', 'Timestamp(Nanosecond, Some("+00:00"))')   | arrow_cast(TIMESTAMP '1969-02-28T01:02:03', 'Timestamp(Nanosecond, Some("+00:00"))')
        arrow_cast(TIMESTAMP '2024-02-29T01:02:03', 'Timestamp(Second, None)')            | arrow_cast(TIMESTAMP '1969-02-28T01:02:03', 'Timestamp(Second, None)')
        arrow_cast(TIMESTAMP '2024-02-29T01:02:03', 'Timestamp(Millisecond, None)')       | arrow_cast(TIMESTAMP '1969-02-28T01:02:03', 'Timestamp(Millisecond, None)')
        arrow_cast(TIMESTAMP '2024-02-29T01:02:03', 'Timestamp(Microsecond, None)')       | arrow_cast(TIMESTAMP '1969-02-28T01:02:03', 'Timestamp(Microsecond, None)')
        [1, NULL, 3]                                                                      | arrow_cast([], 'List(Int64)')
        ['a', 'b']                                                                        | [NULL]
        [CAST(5 AS DECIMAL(76, 0)), CAST(-5 AS DECIMAL(76, 0))]                           | [CAST(0 AS DECIMAL(76, 0))]
        {'a': 1, 'b': 'x'}                                                                | {'a': 2, 'b': NULL}
        {'a': CAST(5 AS DECIMAL(76, 0)), 'b': {'c': x'00'}}                               | {'a': CAST(-5 AS DECIMAL(76, 0)), 'b': {'c': x'01'}}
        [{'a': 1, 'b': [x'01']}]                                                          | [{'a': 2, 'b': [x'02', NULL]}]
        evm_decode_params(x'a9059cbb00000000000000000000000022222222222222222222222222222222222222220000000000000000000000000000000000000000000000000000000000000064', 'transfer(address to, uint256 amount)') | evm_decode_params(x'00', 'transfer(address to, uint256 amount)')
        """)
    void answersSurviveBeingStored(String first, String second) throws InterruptedException {
        List<Segment> segments = new ArrayList<>();
        Answer stored = store(
                "SELECT arrow_cast(n, 'UInt64') AS block_num, v FROM (SELECT 1 AS n, " + first
                        + " AS v UNION ALL SELECT 2, " + second + " UNION ALL SELECT 3, NULL) ORDER BY n",
                segments);
        Answer read =
                answer("SELECT * FROM kept.answers ORDER BY block_num", Map.of(KEY, segments), stored.schema(), null);
        assertThat(read.rows()).isEqualTo(stored.rows());
        assertThat(read.schema().arrow()).isEqualTo(stored.schema().arrow());
        assertThat(stored.rows().getFirst().get(1)).isNotNull();

        // Conditions see the same values, with whatever statistics of the file serve them.
        String condition = first.startsWith("[") || first.startsWith("{") || first.startsWith("evm_")
                ? "v IS NOT NULL"
                : "v = " + first;
        assertThat(answer(
                                "SELECT v FROM kept.answers WHERE " + condition + " ORDER BY block_num LIMIT 1",
                                Map.of(KEY, segments),
                                stored.schema(),
                                null)
                        .rows())
                .containsExactly(List.of(stored.rows().getFirst().get(1)));
    }

    /** Row groups are left out by statistics; a wrong order of them would lose rows. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        CAST(n - 5000 AS DECIMAL(76, 0))                  | CAST(-1 AS DECIMAL(76, 0))       | 5000
        CAST(n - 5000 AS DECIMAL(38, 0))                  | CAST(-1 AS DECIMAL(38, 0))       | 5000
        CAST(n - 5000 AS DECIMAL(9, 2))                   | CAST(-1 AS DECIMAL(9, 2))        | 5000
        arrow_cast(n - 5000, 'Int64')                     | -1                               | 5000
        arrow_cast(9223372036854775000, 'UInt64') + arrow_cast(n, 'UInt64') | 9223372036854779999 | 5000
        TIMESTAMP '1970-01-01' + (n - 5000) * INTERVAL '1 second' | TIMESTAMP '1969-12-31T23:59:59' | 5000
        CAST(TIMESTAMP '1970-01-01' + (n - 5000) * INTERVAL '1 day' AS DATE) | DATE '1969-12-31' | 5000
        CAST(n AS DOUBLE) - 5000                          | -1e0                             | 5000
        arrow_cast(evm_encode_type(arrow_cast(n, 'UInt64'), 'uint256'), 'FixedSizeBinary(32)') | x'0000000000000000000000000000000000000000000000000000000000001387' | 5000
        """)
    void statisticsKeepEveryRowThatCounts(String value, String bound, long rows) throws InterruptedException {
        List<Segment> segments = new ArrayList<>();
        Answer stored = store(
                "SELECT arrow_cast(n, 'UInt64') AS block_num, " + value
                        + " AS v FROM (SELECT unnest(range(0, 10000)) AS n)",
                segments);
        for (String condition : List.of("v > " + bound, "NOT (v <= " + bound + ")", bound + " < v")) {
            assertThat(answer(
                                    "SELECT count(*) AS n FROM kept.answers WHERE " + condition,
                                    Map.of(KEY, segments),
                                    stored.schema(),
                                    null)
                            .rows())
                    .as(condition)
                    .containsExactly(List.of(Long.toString(rows)));
        }
        assertThat(answer(
                                "SELECT count(*) AS n FROM kept.answers WHERE v = " + bound,
                                Map.of(KEY, segments),
                                stored.schema(),
                                null)
                        .rows())
                .containsExactly(List.of("1"));
    }

    @Test
    void severalFilesAreOneTable() throws InterruptedException {
        List<Segment> segments = new ArrayList<>();
        String columns = "SELECT arrow_cast(1, 'UInt64') AS block_num, CAST(%d AS DECIMAL(76, 0)) AS v";
        store(columns.formatted(1), segments);
        Answer stored = store(columns.formatted(2), segments);
        assertThat(answer("SELECT sum(v) AS n FROM kept.answers", Map.of(KEY, segments), stored.schema(), null)
                        .rows())
                .containsExactly(List.of("3"));
    }
}
