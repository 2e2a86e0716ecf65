package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A running execution: rows come in chunks of up to 2048 as the engine produces them, with bounded memory in between.
 *
 * <p>Closing it early ends the execution. A failure after the first rows is thrown by the read that meets it.
 */
public final class DuckResult implements AutoCloseable {
    private final DuckConnection connection;
    private final MemorySegment result;
    private final List<DuckColumn> columns;
    private @Nullable ArrowExport export;
    private boolean closed;
    private boolean drained;

    private DuckResult(DuckConnection connection, MemorySegment result, List<DuckColumn> columns) {
        this.connection = connection;
        this.result = result;
        this.columns = columns;
    }

    static DuckResult of(DuckConnection connection, long pending) {
        // Not confined: the result may be closed by another thread. Not shared: closing such an arena stops every
        // thread for a moment.
        MemorySegment result = Arena.ofAuto().allocate(Native.RESULT);
        try {
            if (Native.EXECUTE_PENDING.call(pending, result.address()) == Native.SUCCESS) {
                return new DuckResult(connection, result, columnsOf(result.address()));
            }
            DuckException failure = connection.failure(result);
            Native.DESTROY_RESULT.call(result.address());
            throw failure;
        } finally {
            Reference.reachabilityFence(result);
        }
    }

    private static List<DuckColumn> columnsOf(long result) {
        List<DuckColumn> columns = new ArrayList<>();
        long count = Native.RESULT_COLUMN_COUNT.call(result);
        for (long i = 0; i < count; i++) {
            String name = Memory.text(Native.RESULT_COLUMN_NAME.call(result, i));
            columns.add(new DuckColumn(name, DuckType.take(Native.RESULT_COLUMN_TYPE.call(result, i))));
        }
        return List.copyOf(columns);
    }

    public List<DuckColumn> columns() {
        return columns;
    }

    /**
     * Reads the rows as Arrow batches of exactly {@code schema}. Can be called once.
     *
     * @throws IllegalArgumentException a column cannot become the type asked for, or their number differs
     */
    public ArrowExport export(Schema schema, BufferAllocator allocator, BatchLimits limits) {
        if (export != null) {
            throw new IllegalStateException("the result is being read already");
        }
        ArrowExport created = new ArrowExport(this, columns, schema, allocator, limits);
        export = created;
        return created;
    }

    /** The next chunk, to be destroyed by the caller, or 0 at the end. The caller holds the connection. */
    long fetch() {
        if (drained) {
            return 0;
        }
        long chunk = Native.fetchChunk(result);
        if (chunk == 0) {
            drained = true;
            // The end and a failure look alike.
            if (Native.RESULT_ERROR.call(result.address()) != 0) {
                throw connection.failure(result);
            }
        }
        return chunk;
    }

    /** @throws IllegalStateException this result or its connection is closed */
    void acquire() {
        connection.acquire();
        if (closed) {
            connection.release();
            throw new IllegalStateException("the result is closed");
        }
    }

    void release() {
        connection.release();
    }

    @Override
    public void close() {
        connection.acquireInterrupting();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (export != null) {
                export.discard();
            }
            if (!drained) {
                connection.stopTasks();
            }
            Native.DESTROY_RESULT.call(result.address());
            connection.forgetInterrupt();
        } finally {
            connection.release();
            Reference.reachabilityFence(result);
        }
    }
}
