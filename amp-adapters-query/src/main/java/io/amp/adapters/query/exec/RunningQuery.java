package io.amp.adapters.query.exec;

import io.amp.adapters.query.duckdb.ArrowExport;
import io.amp.adapters.query.duckdb.BatchLimits;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckException;
import io.amp.adapters.query.duckdb.DuckResult;
import io.amp.adapters.query.duckdb.DuckStatement;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A statement that runs on a thread of its own: waiting for the engine would pin a virtual thread to its carrier. The thread is at most
 * {@link #AHEAD_MAX} batches ahead of the reader.
 */
final class RunningQuery implements BatchStream {
    private static final int AHEAD_MAX = 4;
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** What ends with the query: its connection's memory, its files. */
    interface Resources extends AutoCloseable {
        @Override
        void close();
    }

    private final TableSchema schema;
    private final DuckConnection connection;
    private final String memory;
    private final BufferAllocator allocator;
    private final ExecutionOptions options;
    private final Resources resources;
    private final Thread worker;
    private final @Nullable Thread timer;

    /** Guards everything below. */
    private final Object lock = new Object();

    private final Deque<VectorSchemaRoot> ready = new ArrayDeque<>();
    private boolean ended;
    private boolean cancelled;
    private boolean timedOut;
    private @Nullable RuntimeException failure;
    private long rows;

    private RunningQuery(
            TableSchema schema,
            String sql,
            DuckConnection connection,
            String memory,
            BufferAllocator allocator,
            ExecutionOptions options,
            Resources resources) {
        this.schema = schema;
        this.connection = connection;
        this.memory = memory;
        this.allocator = allocator;
        this.options = options;
        this.resources = resources;
        long number = NUMBERS.incrementAndGet();
        this.worker = Thread.ofPlatform().daemon().name("amp-query-" + number).unstarted(() -> run(sql));
        this.timer = options.timeout().isZero()
                ? null
                : Thread.ofVirtual().name("amp-query-" + number + "-timeout").unstarted(this::awaitTimeout);
    }

    static RunningQuery start(
            TableSchema schema,
            String sql,
            DuckConnection connection,
            String memory,
            BufferAllocator allocator,
            ExecutionOptions options,
            Resources resources) {
        var query = new RunningQuery(schema, sql, connection, memory, allocator, options, resources);
        query.worker.start();
        if (query.timer != null) {
            query.timer.start();
        }
        return query;
    }

    // The worker.

    private void run(String sql) {
        try (DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute()) {
            ArrowExport export = result.export(schema.arrow(), allocator, BatchLimits.DEFAULT);
            for (VectorSchemaRoot batch = export.next(); batch != null; batch = export.next()) {
                if (!offer(batch)) {
                    return;
                }
            }
            end(null);
        } catch (DuckException e) {
            end(EngineErrors.translate(e, memory));
        } catch (AmpException e) {
            end(e);
        } catch (RuntimeException | StackOverflowError e) {
            end(new AmpException(QueryError.EXECUTION_ERROR, "query execution error", e));
        } catch (InterruptedException e) {
            end(new AmpException(QueryError.CANCELLED, "the query was cancelled", e));
        }
    }

    /** Hands a batch over; waits while the reader is behind. @return false when nobody reads any more */
    private boolean offer(VectorSchemaRoot batch) throws InterruptedException {
        synchronized (lock) {
            long limit = options.maxRows();
            rows += batch.getRowCount();
            if (limit > 0 && rows > limit) {
                batch.close();
                throw new AmpException(
                        QueryError.RESOURCES_EXHAUSTED,
                        "query execution error | Caused by: Resources exhausted: the result has more than"
                                + " max_result_rows = "
                                + limit + " rows");
            }
            while (ready.size() >= AHEAD_MAX && !cancelled) {
                lock.wait();
            }
            if (cancelled) {
                batch.close();
                return false;
            }
            ready.add(batch);
            lock.notifyAll();
            return true;
        }
    }

    private void end(@Nullable RuntimeException cause) {
        synchronized (lock) {
            ended = true;
            if (cause != null && failure == null) {
                failure = timedOut
                        ? new AmpException(
                                QueryError.QUERY_TIMEOUT,
                                "the query timed out after " + options.timeout().toMillis() + " ms",
                                cause)
                        : cause;
            }
            lock.notifyAll();
        }
    }

    private void awaitTimeout() {
        synchronized (lock) {
            long deadline = System.nanoTime() + options.timeout().toNanos();
            try {
                while (!ended && !cancelled) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        timedOut = true;
                        if (failure == null) {
                            failure = new AmpException(
                                    QueryError.QUERY_TIMEOUT,
                                    "the query timed out after "
                                            + options.timeout().toMillis() + " ms");
                        }
                        lock.notifyAll();
                        break;
                    }
                    lock.wait(Math.max(1, left / 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!timedOut) {
                return;
            }
        }
        connection.interrupt();
    }

    // The reader.

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public @Nullable RecordBatch next() throws InterruptedException {
        synchronized (lock) {
            while (true) {
                if (cancelled) {
                    throw new AmpException(QueryError.CANCELLED, "the query was cancelled");
                }
                if (timedOut && failure != null) {
                    throw failure;
                }
                VectorSchemaRoot batch = ready.poll();
                if (batch != null) {
                    lock.notifyAll();
                    return new RecordBatch(batch);
                }
                if (failure != null) {
                    throw failure;
                }
                if (ended) {
                    return null;
                }
                lock.wait();
            }
        }
    }

    @Override
    public void cancel() {
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            lock.notifyAll();
        }
        connection.interrupt();
    }

    @Override
    public void close() {
        cancel();
        boolean interrupted = false;
        while (true) {
            try {
                worker.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        synchronized (lock) {
            ready.forEach(VectorSchemaRoot::close);
            ready.clear();
        }
        connection.close();
        resources.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
