package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryRevisionStoreTest extends RevisionStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
