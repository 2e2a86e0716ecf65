package io.amp.app.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Export of metrics and traces.
 *
 * @param metricsUrl empty = no metrics
 * @param traceUrl empty = no traces
 * @param traceRatio share of traces kept, 0 to 1
 */
public record OpenTelemetryConfig(
        Optional<URI> metricsUrl, Duration metricsExportInterval, Optional<URI> traceUrl, double traceRatio) {}
