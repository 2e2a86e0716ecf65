package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import io.amp.testkit.metadata.JobStoreContract;
import io.amp.testkit.metadata.MetadataBackend;

class PostgresJobStoreTest extends JobStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new PostgresBackend(timings);
    }
}
