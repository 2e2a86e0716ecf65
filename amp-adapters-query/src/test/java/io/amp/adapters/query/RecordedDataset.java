package io.amp.adapters.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Four recorded Base blocks as dataset {@code eth}, one file per block and table. */
final class RecordedDataset {
    private final Path directory;
    private final Map<TableKey, List<Segment>> segments = new HashMap<>();

    private RecordedDataset(Path directory) {
        this.directory = directory;
    }

    static RecordedDataset write(Path directory) {
        var dataset = new RecordedDataset(directory);
        try (DuckDb db = DuckDb.open(new DuckSettings(1, 1L << 30, null, 0, List.of(), Map.of(), false));
                DuckConnection connection = db.connect()) {
            EvmTables.all().forEach((name, table) -> {
                List<Segment> files = new ArrayList<>();
                for (ChainData block : ChainData.base()) {
                    String file = name + "-" + block.number() + ".parquet";
                    dataset.write(connection, table, block, file);
                    files.add(TinyDataset.segment(
                            name,
                            file,
                            block.number(),
                            block.number(),
                            block.expected(name).size()));
                }
                dataset.segments.put(key(name), files);
            });
        }
        return dataset;
    }

    private void write(DuckConnection connection, TableDefinition table, ChainData block, String file) {
        Path json = directory.resolve(file + ".ndjson");
        try {
            Files.write(
                    json,
                    block.expected(table.name()).stream()
                            .map(ObjectNode::toString)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Field> fields = table.schema().fields();
        String columns = fields.stream()
                .map(field -> "'" + field.getName() + "': '" + jsonType(field) + "'")
                .collect(Collectors.joining(", ", "{", "}"));
        String list = fields.stream()
                .map(field -> converted("\"" + field.getName() + "\"", field) + " AS \"" + field.getName() + "\"")
                .collect(Collectors.joining(", "));
        connection.run(
                "COPY (SELECT " + list + " FROM read_json('" + json + "', format = 'newline_delimited', columns = "
                        + columns + ")) TO '" + directory.resolve(file) + "' (FORMAT parquet)");
    }

    private static String jsonType(Field field) {
        return switch (field.getType()) {
            case ArrowType.List ignored -> jsonType(field.getChildren().getFirst()) + "[]";
            case ArrowType.Struct ignored ->
                field.getChildren().stream()
                        .map(child -> "\"" + child.getName() + "\" " + jsonType(child))
                        .collect(Collectors.joining(", ", "STRUCT(", ")"));
            default -> "VARCHAR";
        };
    }

    private static String converted(String sql, Field field) {
        return switch (field.getType()) {
            case ArrowType.List ignored ->
                "list_transform(" + sql + ", lambda e: "
                        + converted("e", field.getChildren().getFirst()) + ")";
            case ArrowType.Struct ignored ->
                field.getChildren().stream()
                        .map(child -> "\"" + child.getName() + "\" := "
                                + converted(sql + ".\"" + child.getName() + "\"", child))
                        .collect(Collectors.joining(", ", "struct_pack(", ")"));
            case ArrowType.FixedSizeBinary ignored -> "unhex(" + sql + ")";
            case ArrowType.Binary ignored -> "unhex(" + sql + ")";
            case ArrowType.Int type ->
                "CAST(" + sql + " AS " + (type.getIsSigned() ? "" : "U")
                        + (type.getBitWidth() == 64 ? "BIGINT" : type.getBitWidth() == 8 ? "TINYINT" : "INTEGER") + ")";
            case ArrowType.Decimal ignored -> "CAST(" + sql + " AS DECIMAL(38,0))";
            case ArrowType.Bool ignored -> "CAST(" + sql + " AS BOOLEAN)";
            case ArrowType.Timestamp ignored -> "CAST(" + sql + " AS TIMESTAMPTZ)";
            default -> sql;
        };
    }

    private static TableKey key(String table) {
        return new TableKey(new DatasetVersion(new DatasetName("_", "eth"), new ManifestHash("ef".repeat(32))), table);
    }

    Map<TableReference, ResolvedTable> resolve(Collection<TableReference> references) {
        var resolved = new LinkedHashMap<TableReference, ResolvedTable>();
        references.forEach(reference -> resolved.put(
                reference,
                new ResolvedTable(
                        key(reference.table()), EvmTables.all().get(reference.table()), "_/eth@" + "ef".repeat(32))));
        return resolved;
    }

    Map<TableKey, List<Segment>> segments() {
        return segments;
    }

    /** The same files as plain views of the engine, schema {@code eth}. */
    void createViews(DuckConnection connection) {
        connection.run("CREATE SCHEMA eth");
        EvmTables.all()
                .keySet()
                .forEach(name -> connection.run("CREATE VIEW eth." + name + " AS SELECT * FROM read_parquet('"
                        + directory.resolve(name + "-*.parquet") + "')"));
    }
}
