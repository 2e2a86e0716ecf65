package io.amp.core.query;

import java.time.Duration;

/**
 * Limits of a query server (query specification, section 9). Zero means no limit, except for the queue, where it means that nobody
 * waits.
 *
 * @param concurrentMax batch and streaming queries at once
 * @param streamingMax streaming queries at once
 * @param perClientMax at once, per client
 * @param perClientPerMinuteMax started within a minute, per client; above it nobody waits
 * @param queueMax queries that may wait for a free place
 * @param queueTimeout longest wait
 * @param timeout of a batch query, from the start of its execution
 * @param resultRowsMax per batch query
 * @param sqlBytesMax length of a statement in UTF-8
 */
public record QueryLimits(
        int concurrentMax,
        int streamingMax,
        int perClientMax,
        int perClientPerMinuteMax,
        int queueMax,
        Duration queueTimeout,
        Duration timeout,
        long resultRowsMax,
        int sqlBytesMax) {
    /** The defaults of the configuration. */
    public static final QueryLimits DEFAULT =
            new QueryLimits(0, 0, 0, 0, 100, Duration.ofSeconds(10), Duration.ZERO, 0, 2 * 1024 * 1024);
}
