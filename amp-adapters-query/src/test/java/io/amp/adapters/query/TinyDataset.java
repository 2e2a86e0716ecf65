package io.amp.adapters.query;

import static java.util.stream.Collectors.joining;

import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.TableKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;

/** The fixture of the query specification, section 10.1: datasets {@code tiny} and {@code tiny2} as files and segments. */
final class TinyDataset {
    private static final String TOPIC = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    private static final SqlType WORD = new SqlType.FixedBinary(32);
    private static final SqlType ADDRESS = new SqlType.FixedBinary(20);
    private static final NetworkId NETWORK = new NetworkId("testnet");

    private static final Map<String, List<Field>> TABLES = new LinkedHashMap<>();

    static {
        TABLES.put(
                "blocks",
                List.of(
                        field("_block_num", Types.UINT64, false),
                        field("block_num", Types.UINT64, false),
                        field("timestamp", Types.TIMESTAMP_UTC, false),
                        field("hash", WORD, false),
                        field("parent_hash", WORD, false),
                        field("miner", ADDRESS, false),
                        field("gas_limit", Types.UINT64, false),
                        field("gas_used", Types.UINT64, false),
                        field("base_fee_per_gas", SqlType.decimal(38, 0), true)));
        TABLES.put(
                "transactions",
                List.of(
                        field("_block_num", Types.UINT64, false),
                        field("block_num", Types.UINT64, false),
                        field("tx_index", Types.UINT32, false),
                        field("tx_hash", WORD, false),
                        field("from", ADDRESS, false),
                        field("to", ADDRESS, true),
                        field("value", Types.TEXT, false),
                        field("gas_used", Types.UINT64, false)));
        TABLES.put(
                "logs",
                List.of(
                        field("_block_num", Types.UINT64, false),
                        field("block_num", Types.UINT64, false),
                        field("tx_hash", WORD, false),
                        field("tx_index", Types.UINT32, false),
                        field("log_index", Types.UINT32, false),
                        field("address", ADDRESS, false),
                        field("topic0", WORD, true),
                        field("topic1", WORD, true),
                        field("topic2", WORD, true),
                        field("topic3", WORD, true),
                        field("data", Types.BINARY, false)));
    }

    private final Map<TableKey, List<Segment>> segments = new HashMap<>();

    private static Field field(String name, SqlType type, boolean nullable) {
        return ArrowTypes.toField(name, type, nullable);
    }

    /** Writes the files to a directory. */
    static TinyDataset write(Path directory) {
        var dataset = new TinyDataset();
        try (DuckDb db = DuckDb.open(new DuckSettings(1, 512L << 20, null, 0, List.of(), Map.of(), false));
                DuckConnection connection = db.connect()) {
            TABLES.keySet()
                    .forEach(table -> connection.run(copy(select(table), directory.resolve(table + ".parquet"))));
            connection.run(copy(
                    "SELECT (n + 10)::UBIGINT AS _block_num, * EXCLUDE (_block_num, n) REPLACE ((n + 10)::UBIGINT AS"
                            + " block_num) FROM (SELECT *, _block_num AS n FROM ("
                            + select("blocks") + ") WHERE _block_num < 3)",
                    directory.resolve("tiny2.parquet")));
        }
        TABLES.keySet()
                .forEach(table ->
                        dataset.segments.put(key("tiny", table), List.of(segment(table, table + ".parquet", 0, 3, 4))));
        dataset.segments.put(key("tiny2", "blocks"), List.of(segment("blocks", "tiny2.parquet", 10, 12, 3)));
        return dataset;
    }

    private static String copy(String query, Path file) {
        return "COPY (" + query + ") TO '" + file + "' (FORMAT parquet)";
    }

    private static String fill(String hexByte, int count) {
        return "unhex(repeat('" + hexByte + "', " + count + "))";
    }

    private static String select(String table) {
        return switch (table) {
            case "blocks" ->
                "SELECT n::UBIGINT AS _block_num, n::UBIGINT AS block_num,"
                        + " make_timestamp_ns((1704067200 + 12 * n) * 1000000000)::TIMESTAMP::TIMESTAMPTZ AS timestamp,"
                        + " unhex(repeat(to_hex(160 + n), 32)) AS hash,"
                        + " CASE WHEN n = 0 THEN " + fill("00", 32)
                        + " ELSE unhex(repeat(to_hex(159 + n), 32)) END AS parent_hash,"
                        + " " + fill("01", 20) + " AS miner, 30000000::UBIGINT AS gas_limit,"
                        + " [0, 21000, 63000, 0][n + 1]::UBIGINT AS gas_used,"
                        + " [NULL, 7, 8, 9][n + 1]::DECIMAL(38,0) AS base_fee_per_gas FROM range(4) t(n) ORDER BY n";
            case "transactions" ->
                "SELECT * FROM (VALUES "
                        + List.of(
                                        transaction(1, 0, "c1", "01", "02", "1000000000000000000", 21000),
                                        transaction(2, 0, "c2", "02", "03", "5", 21000),
                                        transaction(2, 1, "c3", "01", null, "0", 42000))
                                .stream()
                                .collect(joining(", "))
                        + ") t(_block_num, block_num, tx_index, tx_hash, \"from\", \"to\", value, gas_used)";
            default ->
                "SELECT * FROM (VALUES (2::UBIGINT, 2::UBIGINT, " + fill("c2", 32) + ", 0::UINTEGER, 0::UINTEGER, "
                        + fill("04", 20) + ", unhex('" + TOPIC + "'), unhex(repeat('00', 12) || repeat('02', 20)),"
                        + " unhex(repeat('00', 12) || repeat('03', 20)),"
                        + " NULL::BLOB, unhex(repeat('00', 30) || '03e8')), (2,"
                        + " 2, "
                        + fill("c3", 32) + ", 1, 1, " + fill("05", 20) + ", " + fill("d1", 32)
                        + ", NULL, NULL, NULL, unhex(''))) t(_block_num, block_num, tx_hash, tx_index, log_index,"
                        + " address, topic0, topic1, topic2, topic3, data)";
        };
    }

    private static String transaction(
            int block, int index, String hash, String from, String to, String value, int gas) {
        return "(" + block + "::UBIGINT, " + block + "::UBIGINT, " + index + "::UINTEGER, " + fill(hash, 32) + ", "
                + fill(from, 20) + ", " + (to == null ? "NULL::BLOB" : fill(to, 20)) + ", '" + value + "', " + gas
                + "::UBIGINT)";
    }

    private static TableKey key(String dataset, String table) {
        return new TableKey(
                new DatasetVersion(new DatasetName("_", dataset), new ManifestHash("ab".repeat(32))), table);
    }

    static Segment segment(String table, String path, long start, long end, long rows) {
        var hash = BlockHash.parse("a" + end % 10 + "00".repeat(31));
        var range = new BlockRange(
                new BlockInterval(start, end), NETWORK, hash, BlockHash.parse("00".repeat(32)), 1704067200L + 12 * end);
        var metadata = new SegmentMetadata(
                table, path, Instant.EPOCH, List.of(range), null, null, Instant.EPOCH, 0, List.of(), null);
        return new Segment(start + 1, 1, path, 1_000, rows, metadata);
    }

    /** As a registry would: {@code tiny} and {@code acme/tiny} are one dataset. */
    Map<TableReference, ResolvedTable> resolve(Collection<TableReference> references) {
        var resolved = new LinkedHashMap<TableReference, ResolvedTable>();
        for (TableReference reference : references) {
            if (reference.schema() == null) {
                continue;
            }
            String dataset = reference.schema().replaceAll("@.*", "").replaceAll(".*/", "");
            if (!dataset.equals("tiny") && !dataset.equals("tiny2")) {
                throw new AmpException(QueryError.DATASET_NOT_FOUND, "Dataset not found: " + reference.schema());
            }
            List<Field> fields = TABLES.get(reference.table());
            if (fields == null) {
                throw new AmpException(QueryError.TABLE_NOT_FOUND_ERROR, "Table " + reference.table() + " not found");
            }
            resolved.put(
                    reference,
                    new ResolvedTable(
                            key(dataset, reference.table()),
                            new TableDefinition(reference.table(), TableSchema.of(fields), List.of("_block_num")),
                            "_/" + dataset + "@" + "ab".repeat(32)));
        }
        return resolved;
    }

    Map<TableKey, List<Segment>> segments() {
        return segments;
    }
}
