package io.amp.ports.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a job's history.
 *
 * @param detailJson descriptor for SCHEDULED, error detail for ERROR and FATAL, else null
 */
public record JobEvent(
        long id,
        long jobId,
        Instant createdAt,
        String nodeId,
        String eventType,
        @Nullable String detailJson) {}
