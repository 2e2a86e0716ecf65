package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;

class InMemorySegmentCatalogTest extends SegmentCatalogContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new InMemoryBackend(timings);
    }
}
