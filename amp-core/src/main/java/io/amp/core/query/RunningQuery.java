package io.amp.core.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.runtime.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started query: gives its place back when closed and leaves one line in the log. */
final class RunningQuery implements BatchStream {
    private static final Logger LOG = LoggerFactory.getLogger(RunningQuery.class);
    private static final int LOGGED_SQL_MAX = 4096;

    private final QueryRequest request;
    private final BatchStream batches;
    private final QueryAdmission.Permit permit;
    private final Clock clock;
    private final long started;
    private long rows;
    private String status = "abandoned";
    private boolean closed;

    RunningQuery(QueryRequest request, BatchStream batches, QueryAdmission.Permit permit, Clock clock, long started) {
        this.request = request;
        this.batches = batches;
        this.permit = permit;
        this.clock = clock;
        this.started = started;
    }

    @Override
    public TableSchema schema() {
        return batches.schema();
    }

    @Override
    public @Nullable RecordBatch next() throws InterruptedException {
        try {
            RecordBatch batch = batches.next();
            synchronized (this) {
                if (batch == null) {
                    status = "ok";
                } else {
                    rows += batch.rowCount();
                }
            }
            return batch;
        } catch (AmpException e) {
            synchronized (this) {
                status = e.code().name();
            }
            throw e;
        }
    }

    @Override
    public void cancel() {
        batches.cancel();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            batches.close();
        } finally {
            permit.close();
            log();
        }
    }

    private synchronized void log() {
        String sql = request.sql();
        LOG.info(
                "query {}: {} rows in {} ms, {}: {}",
                request.requestId(),
                rows,
                Duration.ofNanos(clock.nanoTime() - started).toMillis(),
                status,
                sql.length() <= LOGGED_SQL_MAX ? sql : sql.substring(0, LOGGED_SQL_MAX) + "…");
    }
}
