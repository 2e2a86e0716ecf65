package io.amp.testkit.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers known statements from scripts and refuses all others as {@code SQL_PARSE_ERROR}; keeps the contract of {@link BatchStream}:
 * cancellation wakes a waiting reader, closing cancels. Thread-safe.
 */
public final class CannedQueryService implements QueryService {
    private final Map<String, CannedAnswer> answers = new ConcurrentHashMap<>();
    private final Map<String, AmpException> refusals = new ConcurrentHashMap<>();
    private final BlockingQueue<QueryRequest> requests = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong batchesHandedOut = new AtomicLong();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    public CannedQueryService answer(String sql, CannedAnswer answer) {
        answers.put(sql, answer);
        return this;
    }

    /** Fails at planning. */
    public CannedQueryService refuse(String sql, AmpException failure) {
        refusals.put(sql, failure);
        return this;
    }

    /** Requests in the order of their planning; taking one removes it. */
    public QueryRequest takeRequest() throws InterruptedException {
        QueryRequest request = requests.poll(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no query was planned");
        }
        return request;
    }

    /** Results not closed. */
    public int openResults() {
        return open.get();
    }

    /** Of all executions. */
    public long batchesHandedOut() {
        return batchesHandedOut.get();
    }

    /** Waits for the first cancellation or closing of any result. */
    public boolean awaitCancelled(long millis) throws InterruptedException {
        return cancelled.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public PlannedQuery plan(QueryRequest request) {
        requests.add(request);
        AmpException refusal = refusals.get(request.sql());
        if (refusal != null) {
            throw refusal;
        }
        CannedAnswer answer = answers.get(request.sql());
        if (answer == null) {
            throw new AmpException(QueryError.SQL_PARSE_ERROR, "Invalid SQL syntax");
        }
        boolean streaming = request.streaming() == null ? answer.streaming() : request.streaming();
        return new Planned(answer, streaming, request);
    }

    @Override
    public QueryResult execute(PlannedQuery query) {
        CannedAnswer answer = ((Planned) query).answer();
        open.incrementAndGet();
        return new QueryResult(new Script(answer), answer.ranges());
    }

    private record Planned(CannedAnswer answer, boolean isStreaming, QueryRequest request) implements PlannedQuery {
        @Override
        public TableSchema schema() {
            return answer.schema();
        }
    }

    private final class Script implements BatchStream {
        private final TableSchema schema;
        private final List<CannedAnswer.Step> steps;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private boolean closed;
        private int position;

        Script(CannedAnswer answer) {
            this.schema = answer.schema();
            this.steps = answer.steps();
        }

        @Override
        public TableSchema schema() {
            return schema;
        }

        @Override
        public @Nullable RecordBatch next() throws InterruptedException {
            if (stopped.getCount() == 0) {
                throw cancelledFailure();
            }
            if (position == steps.size()) {
                return null;
            }
            return switch (steps.get(position)) {
                case CannedAnswer.Step.Rows rows -> {
                    position++;
                    yield handOut(rows.batch().get());
                }
                case CannedAnswer.Step.Forever rows -> handOut(rows.batch().get());
                case CannedAnswer.Step.Failure failure -> throw failure.failure();
                case CannedAnswer.Step.Hang hang -> {
                    stopped.await();
                    throw cancelledFailure();
                }
            };
        }

        private RecordBatch handOut(RecordBatch batch) {
            batchesHandedOut.incrementAndGet();
            return batch;
        }

        private AmpException cancelledFailure() {
            return new AmpException(QueryError.CANCELLED, "query was cancelled");
        }

        @Override
        public void cancel() {
            stopped.countDown();
            cancelled.countDown();
        }

        @Override
        public synchronized void close() {
            cancel();
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}
