package io.amp.adapters.query.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads a result as Arrow batches of one schema.
 *
 * <p>The engine's chunks of up to 2048 rows are put together up to the {@link BatchLimits}; the first batch is a single chunk, so that the
 * first rows leave early, and the limit doubles from there. Memory is bounded by one chunk and one batch.
 *
 * <p>Ends with its result, which the caller closes.
 */
public final class ArrowExport {
    private final DuckResult result;
    private final Schema schema;
    private final BufferAllocator allocator;
    private final BatchLimits limits;
    private final List<ColumnWriter> writers = new ArrayList<>();

    private long chunk;
    private int chunkRows;
    private int chunkTaken;
    private int rowsWanted;
    private int rows;
    private long bytes;

    ArrowExport(
            DuckResult result, List<DuckColumn> columns, Schema schema, BufferAllocator allocator, BatchLimits limits) {
        if (columns.size() != schema.getFields().size()) {
            throw new IllegalArgumentException("the statement has " + columns.size() + " columns, the schema "
                    + schema.getFields().size());
        }
        this.result = result;
        this.schema = schema;
        this.allocator = allocator;
        this.limits = limits;
        for (int i = 0; i < columns.size(); i++) {
            writers.add(
                    ArrowTypes.writer(schema.getFields().get(i), columns.get(i).type(), allocator));
        }
    }

    public Schema schema() {
        return schema;
    }

    /**
     * The next batch of at least one row, which the caller closes, or null at the end.
     *
     * @throws DuckException the execution failed or was interrupted, a value does not fit the schema ({@code OUT_OF_RANGE}, {@code
     *     CONSTRAINT}), or the allocator is exhausted ({@code OUT_OF_MEMORY})
     */
    public @Nullable VectorSchemaRoot next() {
        result.acquire();
        try {
            fill();
            return rows == 0 ? null : build();
        } catch (OutOfMemoryException e) {
            releaseWriters();
            throw new DuckException(DuckError.OUT_OF_MEMORY, "no memory for a result batch: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            releaseWriters();
            throw e;
        } finally {
            result.release();
        }
    }

    private void fill() {
        rowsWanted = rowsWanted == 0 ? 1 : Math.min(limits.rowsMax(), Math.max(2_048, rowsWanted) * 2);
        while (rows < rowsWanted) {
            if (chunkTaken == chunkRows && !nextChunk()) {
                return;
            }
            int step = fitting(Math.min(chunkRows - chunkTaken, limits.rowsMax() - rows));
            if (step == 0) {
                return;
            }
            for (ColumnWriter writer : writers) {
                writer.append(chunkTaken, step);
            }
            chunkTaken += step;
            rows += step;
        }
    }

    /** How many of the next {@code count} rows the limit of bytes allows; adds their size to the batch. */
    private int fitting(int count) {
        long size = measure(count);
        int fitting = count;
        if (bytes + size > limits.bytesMax()) {
            int low = 0;
            int high = count - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (bytes + measure(middle) <= limits.bytesMax()) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            fitting = low == 0 && rows == 0 ? 1 : low;
            size = measure(fitting);
        }
        bytes += size;
        return fitting;
    }

    private long measure(int count) {
        long size = 0;
        for (ColumnWriter writer : writers) {
            size += writer.measure(chunkTaken, count);
        }
        return size;
    }

    private boolean nextChunk() {
        destroyChunk();
        do {
            chunk = result.fetch();
            if (chunk == 0) {
                return false;
            }
            chunkRows = Math.toIntExact(Native.CHUNK_SIZE.call(chunk));
            chunkTaken = 0;
            if (chunkRows == 0) {
                destroyChunk();
            }
        } while (chunkRows == 0);
        for (int i = 0; i < writers.size(); i++) {
            writers.get(i).attach(Native.CHUNK_VECTOR.call(chunk, i));
        }
        return true;
    }

    private VectorSchemaRoot build() {
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        try {
            for (int i = 0; i < writers.size(); i++) {
                writers.get(i).finish(batch.getVector(i));
            }
            batch.setRowCount(rows);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
        rows = 0;
        bytes = 0;
        return batch;
    }

    private void destroyChunk() {
        Native.destroy(Native.DESTROY_CHUNK, chunk);
        chunk = 0;
        chunkRows = 0;
        chunkTaken = 0;
    }

    private void releaseWriters() {
        writers.forEach(ColumnWriter::release);
        rows = 0;
        bytes = 0;
    }

    /** Frees what is in hand. The caller holds the connection. */
    void discard() {
        releaseWriters();
        destroyChunk();
    }
}
