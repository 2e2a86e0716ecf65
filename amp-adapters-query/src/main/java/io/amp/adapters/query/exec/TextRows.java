package io.amp.adapters.query.exec;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A few rows of texts that are known already. */
final class TextRows implements BatchStream {
    private final TableSchema schema;
    private final List<List<String>> rows;
    private final BufferAllocator allocator;
    private boolean sent;
    private volatile boolean cancelled;

    TextRows(TableSchema schema, List<List<String>> rows, BufferAllocator allocator) {
        this.schema = schema;
        this.rows = List.copyOf(rows);
        this.allocator = allocator;
    }

    static TableSchema schema(String... columns) {
        return TableSchema.of(List.of(columns).stream()
                .map(name -> Field.notNullable(name, ArrowType.Utf8.INSTANCE))
                .toList());
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public @Nullable RecordBatch next() {
        if (cancelled) {
            throw new AmpException(QueryError.CANCELLED, "the query was cancelled");
        }
        if (sent) {
            return null;
        }
        sent = true;
        VectorSchemaRoot root = VectorSchemaRoot.create(schema.arrow(), allocator);
        for (int column = 0; column < schema.fields().size(); column++) {
            var vector = (VarCharVector) root.getVector(column);
            for (int row = 0; row < rows.size(); row++) {
                vector.setSafe(row, rows.get(row).get(column).getBytes(StandardCharsets.UTF_8));
            }
        }
        root.setRowCount(rows.size());
        return new RecordBatch(root);
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() {
        cancelled = true;
    }
}
