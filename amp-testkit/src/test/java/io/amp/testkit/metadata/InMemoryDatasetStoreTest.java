package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryDatasetStoreTest extends DatasetStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
