package io.amp.adapters.postgres;

import io.amp.ports.job.JobTimings;
import io.amp.testkit.metadata.ChangeFeedContract;
import io.amp.testkit.metadata.MetadataBackend;

class PostgresChangeFeedTest extends ChangeFeedContract {
    @Override
    protected MetadataBackend newBackend(JobTimings timings) {
        return new PostgresBackend(timings);
    }
}
