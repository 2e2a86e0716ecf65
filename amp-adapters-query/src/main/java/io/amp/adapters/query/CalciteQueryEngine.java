package io.amp.adapters.query;

import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.exec.StatementEngine;
import io.amp.adapters.query.sql.ParsedSql;
import io.amp.adapters.query.sql.StatementParser;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.query.QueryEngine;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.TableKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * SQL in three steps. Calcite parses; the gate of this module resolves names against the tables and functions there are, derives contract
 * types and refuses everything else; DuckDB runs a statement that is written anew from the typed plan. No text of a user reaches DuckDB
 * except as a quoted literal.
 *
 * <p>Memory: bounded by the settings for the engine's own work, and by a few batches of 2 MiB per running query for results.
 */
public final class CalciteQueryEngine implements QueryEngine {
    /** What a database may spill; the disk is the limit in practice. */
    private static final long SPILL_BYTES_MAX = 1L << 50;

    private final StatementEngine engine;

    /** @param allocator for result batches; closed by its owner, after this */
    public CalciteQueryEngine(SegmentStore store, BufferAllocator allocator, QueryEngineSettings settings) {
        this.engine = new StatementEngine(
                store, allocator, duckSettings(settings), limitsEachQuery(settings) ? "query" : "global");
    }

    private static long memoryOfAll(QueryEngineSettings settings) {
        return settings.memoryBytesMax() > 0 ? settings.memoryBytesMax() : machineMemory() / 2;
    }

    /** The engine counts the memory of all queries together: the tighter limit of one query can only hold for all at once. */
    private static boolean limitsEachQuery(QueryEngineSettings settings) {
        return settings.queryMemoryBytesMax() > 0 && settings.queryMemoryBytesMax() < memoryOfAll(settings);
    }

    private static DuckSettings duckSettings(QueryEngineSettings settings) {
        Path spill = settings.spillDirectories().stream()
                .map(CalciteQueryEngine::emptied)
                .max(Comparator.comparingLong(CalciteQueryEngine::freeBytes))
                .orElse(null);
        return new DuckSettings(
                settings.threads() > 0
                        ? settings.threads()
                        : Runtime.getRuntime().availableProcessors(),
                limitsEachQuery(settings) ? settings.queryMemoryBytesMax() : memoryOfAll(settings),
                spill,
                SPILL_BYTES_MAX,
                settings.readableDirectories(),
                // A file never changes under its name.
                Map.of("parquet_metadata_cache", "true"),
                true);
    }

    private static long machineMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    private static long freeBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("spill directory " + directory, e);
        }
    }

    /** Leftovers of a process that was killed. */
    private static Path emptied(Path directory) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    if (file.getFileName().toString().startsWith("duckdb_temp")) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("spill directory " + directory, e);
        }
    }

    /** Loads what the first statement would wait for: the parser's classes and the engine. */
    public void warmUp() {
        ParsedStatement statement = parse(
                "SELECT count(*) AS n, max(x) AS m FROM (SELECT 1 + 1 AS x) WHERE x > 0 GROUP BY x ORDER BY 1 LIMIT 1");
        Plan plan = plan(statement, Map.of());
        try (BatchStream stream = execute(plan, Map.of(), ExecutionOptions.UNLIMITED)) {
            var batch = stream.next();
            if (batch != null) {
                batch.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public ParsedStatement parse(String sql) {
        return StatementParser.parse(sql);
    }

    @Override
    public Plan plan(ParsedStatement statement, Map<TableReference, ResolvedTable> tables) {
        if (!(statement instanceof ParsedSql parsed)) {
            throw new IllegalArgumentException("a statement that was parsed elsewhere: " + statement.getClass());
        }
        return engine.plan(parsed, tables);
    }

    @Override
    public BatchStream execute(Plan plan, Map<TableKey, List<Segment>> segments, ExecutionOptions options)
            throws InterruptedException {
        return engine.execute(plan, segments, options);
    }

    @Override
    public void close() {
        engine.close();
    }
}
