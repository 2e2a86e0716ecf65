package io.amp.ports.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job as stored.
 *
 * @param descriptorJson descriptor text of the latest SCHEDULED event; unreadable ones must not break listings
 * @param error only for ERROR and FATAL
 * @param attempts number of SCHEDULED events so far
 */
public record Job(
        long id,
        String nodeId,
        JobStatus status,
        long epoch,
        String descriptorJson,
        @Nullable ErrorDetail error,
        int attempts,
        Instant createdAt,
        Instant updatedAt) {
    public Assignment assignment() {
        return new Assignment(id, nodeId, epoch);
    }
}
