package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemoryChangeFeedTest extends ChangeFeedContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
