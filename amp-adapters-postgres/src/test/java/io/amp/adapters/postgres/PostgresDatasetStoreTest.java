package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import io.amp.testkit.metadata.DatasetStoreContract;
import io.amp.testkit.metadata.MetadataBackend;

class PostgresDatasetStoreTest extends DatasetStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new PostgresBackend(timings);
    }
}
