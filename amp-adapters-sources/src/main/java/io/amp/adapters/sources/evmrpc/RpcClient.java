package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.json.Quantity;
import io.amp.adapters.sources.net.RequestLimits;
import io.amp.adapters.sources.net.ResponseBody;
import io.amp.ports.chain.SourceError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls to one node within the provider's limits, one by one or in batches. Thread-safe. */
final class RpcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
    private static final FieldNames ID = FieldNames.of("id");

    private final RpcTransport transport;
    private final RequestLimits limits;
    private final RpcMetrics metrics;
    private final EvmRpcSettings settings;
    private final AtomicLong ids = new AtomicLong(1);
    private final AtomicInteger batchSize;

    RpcClient(RpcTransport transport, RequestLimits limits, RpcMetrics metrics, EvmRpcSettings settings) {
        this.transport = transport;
        this.limits = limits;
        this.metrics = metrics;
        this.settings = settings;
        this.batchSize = new AtomicInteger(settings.batchSize());
    }

    RpcTransport transport() {
        return transport;
    }

    /** One call; the result's body is the caller's to close. */
    RpcResult call(RpcRequest.Call call) throws RpcFailure, InterruptedException {
        RpcRequest request = RpcRequest.single(ids.getAndIncrement(), call);
        limits.acquire();
        try {
            long begin = System.nanoTime();
            ResponseBody body = transport.exchange(request);
            metrics.answered(call.method(), System.nanoTime() - begin, request.json().length, body.length());
            return new RpcResult(body);
        } catch (RpcFailure | RpcErrorException e) {
            metrics.failed();
            throw e;
        } finally {
            limits.release();
        }
    }

    /**
     * Answers of one batch or of several, in the order of the calls.
     *
     * @param bodies what to close once they are no longer needed
     */
    record Answers(List<RpcResult> results, List<ResponseBody> bodies) implements AutoCloseable {
        /** Bytes of memory held. */
        long bytes() {
            return bodies.stream().mapToLong(ResponseBody::capacity).sum();
        }

        @Override
        public void close() {
            bodies.forEach(ResponseBody::close);
        }
    }

    /**
     * Calls in as many batches as the batch size asks for, side by side. A provider that finds a batch too large gets smaller ones from
     * then on.
     */
    Answers batches(List<RpcRequest.Call> calls) throws RpcFailure, InterruptedException {
        int size = Math.max(1, batchSize.get());
        List<List<RpcRequest.Call>> chunks = new ArrayList<>();
        for (int from = 0; from < calls.size(); from += size) {
            chunks.add(calls.subList(from, Math.min(calls.size(), from + size)));
        }
        List<Answers> parts = Parallel.map(chunks, this::batch, Answers::close);
        List<RpcResult> results = new ArrayList<>(calls.size());
        List<ResponseBody> bodies = new ArrayList<>();
        parts.forEach(part -> {
            results.addAll(part.results);
            bodies.addAll(part.bodies);
        });
        return new Answers(results, bodies);
    }

    private Answers batch(List<RpcRequest.Call> calls) throws RpcFailure, InterruptedException {
        try {
            return batchAtOnce(calls);
        } catch (RpcFailure e) {
            if (!e.batchTooLarge()) {
                throw e;
            }
            if (calls.size() == 1) {
                return single(calls.getFirst());
            }
            int smaller = (calls.size() + 1) / 2;
            int before = batchSize.getAndUpdate(size -> Math.min(size, smaller));
            if (before > smaller) {
                LOG.warn(
                        "{} rejects batches of {} calls, going on with {}", settings.shownUrl(), calls.size(), smaller);
            }
            return batches(calls);
        }
    }

    /** For a node that takes no batches at all. */
    private Answers single(RpcRequest.Call call) throws RpcFailure, InterruptedException {
        try {
            RpcResult result = call(call);
            return new Answers(List.of(result), List.of(result.body()));
        } catch (RpcErrorException e) {
            throw failure(e);
        }
    }

    private Answers batchAtOnce(List<RpcRequest.Call> calls) throws RpcFailure, InterruptedException {
        RpcRequest request = RpcRequest.batch(ids.getAndAdd(calls.size()), calls);
        limits.acquire();
        try {
            long begin = System.nanoTime();
            ResponseBody body = transport.exchange(request);
            metrics.batchAnswered(calls.size(), System.nanoTime() - begin, request.json().length, body.length());
            try {
                return new Answers(results(request, body), List.of(body));
            } catch (RpcFailure | RuntimeException e) {
                body.close();
                throw e;
            }
        } catch (MalformedJsonException e) {
            metrics.failed();
            throw undecodable(e);
        } catch (RpcErrorException e) {
            throw failure(e);
        } catch (RpcFailure e) {
            metrics.failed();
            throw e;
        } finally {
            limits.release();
        }
    }

    private List<RpcResult> results(RpcRequest request, ResponseBody body) throws RpcFailure {
        JsonCursor cursor = new JsonCursor();
        cursor.reset(body.bytes(), 0, body.length());
        if (!cursor.isArray()) {
            // One answer for all: an error about the batch itself.
            new RpcResult(body).open(cursor);
            throw new RpcFailure(SourceError.UNREACHABLE, "one answer to a batch of " + request.calls(), null);
        }
        RpcResult[] results = new RpcResult[request.calls()];
        Quantity id = new Quantity();
        cursor.enterArray();
        while (cursor.nextElement()) {
            int position = cursor.position();
            id.set(-1);
            cursor.enterObject();
            for (int field = cursor.nextField(ID); field != JsonCursor.END; field = cursor.nextField(ID)) {
                if (field != 0) {
                    cursor.skipValue();
                } else if (cursor.nullValue() || !cursor.quantity(id)) {
                    id.set(-1);
                }
            }
            long index = id.low() - request.firstId();
            if (id.fitsLong() && index >= 0 && index < results.length) {
                results[(int) index] = new RpcResult(body, position, true);
            }
        }
        cursor.expectEnd();
        for (RpcResult result : results) {
            if (result == null) {
                throw new RpcFailure(
                        SourceError.UNREACHABLE, "a batch answer lacks the answer to one of its calls", null);
            }
        }
        checkSizeErrors(results, cursor);
        return Arrays.asList(results);
    }

    /** A node may answer some calls of a batch and refuse the rest because the whole would become too large. */
    private static void checkSizeErrors(RpcResult[] results, JsonCursor cursor) throws RpcFailure {
        for (RpcResult result : results) {
            try {
                result.open(cursor);
            } catch (RpcErrorException e) {
                if (results.length > 1 && e.batchTooLarge()) {
                    throw new RpcFailure(SourceError.UNREACHABLE, "batch too large", e, null, true);
                }
            }
        }
    }

    /** The failure to report for an error answer; counts it. */
    RpcFailure failure(RpcErrorException e) {
        metrics.failed();
        return new RpcFailure(
                SourceError.UNREACHABLE,
                "JSON-RPC error " + e.code() + ": " + settings.redact(String.valueOf(e.getMessage())),
                e,
                null,
                e.batchTooLarge());
    }

    static RpcFailure undecodable(MalformedJsonException e) {
        return new RpcFailure(SourceError.UNREACHABLE, "undecodable answer: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        transport.close();
    }
}
