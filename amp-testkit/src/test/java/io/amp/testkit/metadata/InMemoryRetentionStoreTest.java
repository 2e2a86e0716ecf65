package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryRetentionStoreTest extends RetentionStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
