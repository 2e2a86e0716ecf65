package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import io.amp.testkit.metadata.MetadataBackend;
import io.amp.testkit.metadata.RetentionStoreContract;

class PostgresRetentionStoreTest extends RetentionStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new PostgresBackend(timings);
    }
}
