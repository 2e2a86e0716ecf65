package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.runtime.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The series of sources specification, section 5.5, and counters of section 9. */
final class RpcMetrics {
    private final Metrics metrics;
    private final Map<String, String> labels;
    private final Map<String, Calls> byMethod = new ConcurrentHashMap<>();
    private final Calls batches;
    private final Metrics.Counter errors;
    private final Metrics.Histogram batchSize;
    private final Metrics.Histogram requestBytes;
    private final Metrics.Histogram responseBytes;
    private final Metrics.Counter oversizedValues;
    private final Metrics.Counter ignoredReceipts;

    private record Calls(Metrics.Counter requests, Metrics.Histogram durationMs) {}

    RpcMetrics(Metrics metrics, String provider, NetworkId network) {
        this.metrics = metrics;
        this.labels = Map.of("provider", provider, "network", network.value());
        this.batches = calls(labels);
        this.errors = metrics.counter("evm_rpc_errors_total", labels);
        this.batchSize = metrics.histogram("evm_rpc_batch_size_requests", labels);
        this.requestBytes = metrics.histogram("evm_rpc_request_bytes", labels);
        this.responseBytes = metrics.histogram("evm_rpc_response_bytes", labels);
        this.oversizedValues = metrics.counter("evm_rpc_oversized_values_total", labels);
        this.ignoredReceipts = metrics.counter("evm_rpc_ignored_receipts_total", labels);
    }

    void answered(String method, long nanos, int requestLength, int responseLength) {
        Calls calls = byMethod.computeIfAbsent(
                method,
                name -> calls(Map.of("provider", label("provider"), "network", label("network"), "method", name)));
        record(calls, nanos, requestLength, responseLength);
    }

    void batchAnswered(int calls, long nanos, int requestLength, int responseLength) {
        batchSize.record(calls);
        record(batches, nanos, requestLength, responseLength);
    }

    void failed() {
        errors.add(1);
    }

    void oversized(int values) {
        if (values > 0) {
            oversizedValues.add(values);
        }
    }

    void receiptsIgnored(int receipts) {
        if (receipts > 0) {
            ignoredReceipts.add(receipts);
        }
    }

    private void record(Calls calls, long nanos, int requestLength, int responseLength) {
        calls.requests.add(1);
        calls.durationMs.record(nanos / 1e6);
        requestBytes.record(requestLength);
        responseBytes.record(responseLength);
    }

    private Calls calls(Map<String, String> labelsOfCalls) {
        return new Calls(
                metrics.counter("evm_rpc_requests_total", labelsOfCalls),
                metrics.histogram("evm_rpc_request_duration", labelsOfCalls));
    }

    private String label(String name) {
        return labels.getOrDefault(name, "");
    }
}
