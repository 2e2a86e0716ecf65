package io.amp.adapters.query.exec;

import io.amp.adapters.query.bind.BoundStatement;
import io.amp.adapters.query.bind.StatementBinder;
import io.amp.adapters.query.duckdb.ArrowExport;
import io.amp.adapters.query.duckdb.BatchLimits;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckException;
import io.amp.adapters.query.duckdb.DuckResult;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.duckdb.DuckStatement;
import io.amp.adapters.query.emit.ExportEmitter;
import io.amp.adapters.query.emit.ScanEmitter;
import io.amp.adapters.query.emit.SqlEmitter;
import io.amp.adapters.query.sql.ParsedSql;
import io.amp.adapters.query.sql.ParsedSql.Output;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.TableKey;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Compiles statements and runs them on one database of the engine. Thread-safe. */
public final class StatementEngine implements AutoCloseable {
    private final SegmentStore store;
    private final BufferAllocator allocator;
    private final DuckSettings settings;
    private final String memory;
    private final ConstantEvaluation constants;
    private final Object lock = new Object();
    private @Nullable EngineDatabase database;
    private boolean closed;

    /**
     * @param allocator for result batches; the caller closes it after everything else
     * @param limit whose the memory limit of the settings is in messages: {@code global} or {@code query}
     */
    public StatementEngine(SegmentStore store, BufferAllocator allocator, DuckSettings settings, String limit) {
        this.store = store;
        this.allocator = allocator;
        this.settings = settings;
        this.memory = limit + " memory limit of " + Sizes.print(settings.memoryLimitBytes());
        this.constants = new ConstantEvaluation(this::database, allocator);
    }

    /** Opened when first needed, and again when the engine has given up on the one before. */
    private EngineDatabase database() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the query engine is closed");
            }
            if (database != null && !database.isUsable()) {
                database.close();
                database = null;
            }
            if (database == null) {
                database = new EngineDatabase(settings, memory);
            }
            return database;
        }
    }

    public Plan plan(ParsedSql parsed, Map<TableReference, ResolvedTable> tables) {
        try {
            BoundStatement bound = StatementBinder.bind(parsed, tables, constants);
            var folded = new BoundStatement(
                    new ConstantFolding(constants).fold(bound.rel()), bound.outputs(), bound.schema());
            return PlannedStatement.of(folded, parsed.output());
        } catch (StackOverflowError e) {
            throw new AmpException(QueryError.INVALID_PLAN, "the statement is nested too deeply");
        }
    }

    public BatchStream execute(Plan plan, Map<TableKey, List<Segment>> segments, ExecutionOptions options)
            throws InterruptedException {
        if (!(plan instanceof PlannedStatement planned)) {
            throw new IllegalArgumentException("a plan that was made elsewhere: " + plan.getClass());
        }
        if (planned.output() == Output.DESCRIBE) {
            return new TextRows(planned.schema(), columnsOf(planned.statement()), allocator);
        }
        SegmentSelection selection = SegmentSelection.of(planned, segments);
        Leases leases = Leases.open(store, selection.all());
        boolean running = false;
        try {
            BatchStream stream = start(planned, selection, leases, options);
            running = stream instanceof RunningQuery;
            return stream;
        } catch (DuckException e) {
            throw EngineErrors.translate(e, memory);
        } catch (StackOverflowError e) {
            throw new AmpException(QueryError.INVALID_PLAN, "the statement is nested too deeply");
        } finally {
            if (!running) {
                leases.close();
            }
        }
    }

    /** A running query, which then holds the leases, or rows that are known already. */
    private BatchStream start(
            PlannedStatement planned, SegmentSelection selection, Leases leases, ExecutionOptions options) {
        BoundStatement statement = planned.statement();
        var scans = new ScanEmitter();
        var emitter = new SqlEmitter(scan -> scans.query(scan, leases.files(selection.of(scan))));
        String sql = emitter.statement(statement.rel(), statement.outputs(), ExportEmitter::export);
        EngineDatabase open = database();
        DuckConnection connection = open.connect(emitter.functions());
        if (planned.output() == Output.ROWS) {
            return RunningQuery.start(
                    planned.schema(), sql, connection, open.memory(), allocator, options, leases::close);
        }
        try (connection) {
            return new TextRows(planned.schema(), explain(planned, connection, sql), allocator);
        }
    }

    private static List<List<String>> columnsOf(BoundStatement statement) {
        return statement.schema().fields().stream()
                .map(field -> List.of(
                        field.getName(),
                        ArrowText.print(ArrowTypes.fromField(field)),
                        field.isNullable() ? "YES" : "NO"))
                .toList();
    }

    /** The typed plan, and what the engine makes of it. JSON, because the engine's drawings would break paths over lines. */
    private List<List<String>> explain(PlannedStatement planned, DuckConnection connection, String sql) {
        boolean analyze = planned.output() == Output.EXPLAIN_ANALYZE;
        var plan = new StringBuilder();
        var schema = new Schema(List.of(
                Field.nullable("key", ArrowType.Utf8.INSTANCE), Field.nullable("value", ArrowType.Utf8.INSTANCE)));
        try (DuckStatement statement =
                        connection.prepare("EXPLAIN (" + (analyze ? "ANALYZE, " : "") + "FORMAT json) " + sql);
                DuckResult result = statement.execute()) {
            ArrowExport export = result.export(schema, allocator, BatchLimits.DEFAULT);
            for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
                try (VectorSchemaRoot held = batch) {
                    for (int row = 0; row < held.getRowCount(); row++) {
                        plan.append(held.getVector(1).getObject(row)).append('\n');
                    }
                }
            }
        }
        String physical = EngineErrors.withoutPaths(plan.toString().strip());
        return analyze
                ? List.of(List.of("Plan with Metrics", physical))
                : List.of(
                        List.of("logical_plan", PlanText.of(planned.statement().rel())),
                        List.of("physical_plan", physical));
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (database != null) {
                database.close();
                database = null;
            }
        }
    }
}
