package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryJobStoreTest extends JobStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
