package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.Database;
import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.SegmentCatalog;
import java.time.Duration;

/**
 * The metadata database in PostgreSQL. Opens connections when they are first needed; the schema must be there (see {@link
 * io.amp.adapters.postgres.schema.Migrations}). Connections: the pool's, one for each worker session, one that listens once something is
 * watched.
 */
public final class PostgresMetadataStore implements MetadataStore {
    private static final Duration STANDBY_POLL = Duration.ofSeconds(2);

    private final Database database;
    private final PostgresDatasetStore datasets;
    private final PostgresSegmentCatalog segments;
    private final PostgresRevisionStore revisions;
    private final PostgresRetentionStore retention;
    private final PostgresJobStore jobs;
    private final PostgresWorkerStore workers;
    private final PostgresChangeFeed changes;

    public PostgresMetadataStore(PostgresSettings settings, JobTimings timings) {
        var connector = new Connector(settings);
        this.database = new Database(settings, connector);
        this.datasets = new PostgresDatasetStore(database);
        this.segments = new PostgresSegmentCatalog(database, settings.dataUrl());
        this.revisions = new PostgresRevisionStore(database, settings.dataUrl());
        this.retention = new PostgresRetentionStore(database, settings.dataUrl());
        this.jobs = new PostgresJobStore(database, timings);
        this.workers = new PostgresWorkerStore(database, connector);
        this.changes = new PostgresChangeFeed(new Listener(connector, STANDBY_POLL));
    }

    @Override
    public DatasetStore datasets() {
        return datasets;
    }

    @Override
    public SegmentCatalog segments() {
        return segments;
    }

    @Override
    public RevisionStore revisions() {
        return revisions;
    }

    @Override
    public RetentionStore retention() {
        return retention;
    }

    @Override
    public JobStore jobs() {
        return jobs;
    }

    @Override
    public WorkerStore workers() {
        return workers;
    }

    @Override
    public ChangeFeed changes() {
        return changes;
    }

    @Override
    public boolean isAvailable() {
        return database.answers();
    }

    /** Ends worker sessions and the feed, then the pool. Idempotent. */
    @Override
    public void close() {
        changes.close();
        workers.close();
        database.close();
    }
}
