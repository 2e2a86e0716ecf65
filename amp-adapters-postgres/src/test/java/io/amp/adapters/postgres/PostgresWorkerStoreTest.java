package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import io.amp.testkit.metadata.MetadataBackend;
import io.amp.testkit.metadata.WorkerStoreContract;

class PostgresWorkerStoreTest extends WorkerStoreContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new PostgresBackend(timings);
    }
}
