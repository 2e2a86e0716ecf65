package io.amp.adapters.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.ParsedStatement;
import io.amp.ports.query.QueryEngine.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A query engine over the tiny dataset; closing it fails when memory or a file is still held. */
final class EngineHarness implements AutoCloseable {
    final BufferAllocator allocator = new RootAllocator();
    final TinyDataset dataset;
    final LocalSegments store;
    final CalciteQueryEngine engine;

    EngineHarness(Path directory) {
        this(directory, QueryEngineSettings.reading(List.of(directory)));
    }

    EngineHarness(Path directory, QueryEngineSettings settings) {
        dataset = TinyDataset.write(directory);
        store = new LocalSegments(directory);
        engine = new CalciteQueryEngine(store, allocator, settings);
    }

    Plan plan(String sql) {
        ParsedStatement parsed = engine.parse(sql);
        return engine.plan(parsed, dataset.resolve(parsed.tables()));
    }

    TableSchema schema(String sql) {
        return plan(sql).schema();
    }

    BatchStream start(String sql, ExecutionOptions options) throws InterruptedException {
        return engine.execute(plan(sql), dataset.segments(), options);
    }

    /** Rows as JSON lines; every batch has exactly the announced schema. */
    List<String> rows(String sql) throws InterruptedException {
        Plan plan = plan(sql);
        var lines = new ArrayList<String>();
        try (BatchStream stream = engine.execute(plan, dataset.segments(), ExecutionOptions.UNLIMITED)) {
            for (RecordBatch batch = stream.next(); batch != null; batch = stream.next()) {
                try (RecordBatch held = batch) {
                    if (!held.root().getSchema().equals(plan.schema().arrow())) {
                        throw new AssertionError("announced " + plan.schema().arrow() + ", sent "
                                + held.root().getSchema());
                    }
                    lines.addAll(JsonLines.of(held));
                }
            }
        }
        return lines;
    }

    @Override
    public void close() {
        engine.close();
        if (store.open.get() != 0) {
            throw new AssertionError(store.open.get() + " segments are still open");
        }
        allocator.close();
    }
}
