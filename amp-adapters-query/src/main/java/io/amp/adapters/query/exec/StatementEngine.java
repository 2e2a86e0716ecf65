package io.amp.adapters.query.exec;

import io.amp.adapters.query.bind.BoundStatement;
import io.amp.adapters.query.bind.StatementBinder;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckException;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.emit.ExportEmitter;
import io.amp.adapters.query.emit.ScanEmitter;
import io.amp.adapters.query.emit.SqlEmitter;
import io.amp.adapters.query.sql.ParsedSql;
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

    /** @param allocator for result batches; the caller closes it after everything else */
    public StatementEngine(SegmentStore store, BufferAllocator allocator, DuckSettings settings) {
        this.store = store;
        this.allocator = allocator;
        this.settings = settings;
        this.memory = "global memory limit of " + Sizes.print(settings.memoryLimitBytes());
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
            return PlannedStatement.of(folded, parsed.output(), bound.schema());
        } catch (StackOverflowError e) {
            throw new AmpException(QueryError.INVALID_PLAN, "the statement is nested too deeply");
        }
    }

    public BatchStream execute(Plan plan, Map<TableKey, List<Segment>> segments, ExecutionOptions options)
            throws InterruptedException {
        if (!(plan instanceof PlannedStatement planned)) {
            throw new IllegalArgumentException("a plan that was made elsewhere: " + plan.getClass());
        }
        BoundStatement statement = planned.statement();
        SegmentSelection selection = SegmentSelection.of(statement.rel(), segments);
        Leases leases = Leases.open(store, selection.all());
        DuckConnection connection = null;
        try {
            var scans = new ScanEmitter();
            var emitter = new SqlEmitter(scan -> scans.query(scan, leases.files(selection.of(scan))));
            String sql = emitter.statement(statement.rel(), statement.outputs(), ExportEmitter::export);
            EngineDatabase open = database();
            connection = open.connect(emitter.functions());
            return RunningQuery.start(
                    planned.schema(), sql, connection, open.memory(), allocator, options, leases::close);
        } catch (DuckException e) {
            throw EngineErrors.translate(e, memory);
        } catch (StackOverflowError e) {
            throw new AmpException(QueryError.INVALID_PLAN, "the statement is nested too deeply");
        } finally {
            if (connection == null) {
                leases.close();
            }
        }
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
