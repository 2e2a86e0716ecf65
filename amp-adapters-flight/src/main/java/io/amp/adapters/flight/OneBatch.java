package io.amp.adapters.flight;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Rows that are all there already. */
final class OneBatch implements BatchStream {
    private final TableSchema schema;
    private final VectorSchemaRoot rows;
    private boolean handedOut;

    /** Takes the rows over. */
    OneBatch(VectorSchemaRoot rows) {
        this.schema = new TableSchema(rows.getSchema());
        this.rows = rows;
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public @Nullable RecordBatch next() {
        if (handedOut) {
            return null;
        }
        handedOut = true;
        return new RecordBatch(rows);
    }

    /** Nothing is running that could be stopped. */
    @Override
    public void cancel() {}

    @Override
    public void close() {
        rows.close();
    }
}
