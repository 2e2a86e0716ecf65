package io.amp.benchmarks.query;

import io.amp.adapters.query.duckdb.ArrowExport;
import io.amp.adapters.query.duckdb.BatchLimits;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckResult;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.duckdb.DuckStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** DuckDB in this process over the files of one table, its rows taken as Arrow batches of the schema that Amp announces. */
final class BareEngine implements AutoCloseable {
    private static final long MEMORY_BYTES = 2L << 30;

    private final DuckDb database;
    private final DuckConnection connection;
    private final BufferAllocator allocator;
    private final String table;

    BareEngine(Path data, String tableName, BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        try (Stream<Path> files = Files.walk(data)) {
            table = files.map(Path::toString)
                    .filter(file -> file.contains("/" + tableName + "/") && file.endsWith(".parquet"))
                    .sorted()
                    .collect(Collectors.joining("', '", "read_parquet(['", "'])"));
        }
        database = DuckDb.open(new DuckSettings(
                Runtime.getRuntime().availableProcessors(),
                MEMORY_BYTES,
                null,
                0,
                List.of(data),
                Map.of("parquet_metadata_cache", "true"),
                false));
        connection = database.connect();
    }

    Answer run(String sql, Schema schema) {
        try (DuckStatement statement = connection.prepare(sql.replace("LOGS", table));
                DuckResult result = statement.execute()) {
            ArrowExport export = result.export(schema, allocator, BatchLimits.DEFAULT);
            var answer = new Answer.Builder();
            for (VectorSchemaRoot batch; (batch = export.next()) != null; batch.close()) {
                answer.add(batch);
            }
            return answer.build();
        }
    }

    @Override
    public void close() {
        connection.close();
        database.close();
    }
}
