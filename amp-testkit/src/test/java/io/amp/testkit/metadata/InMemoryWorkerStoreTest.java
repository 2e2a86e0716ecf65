package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryWorkerStoreTest extends WorkerStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
