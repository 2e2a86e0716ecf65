package io.amp.testkit.metadata;

import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.SegmentCatalog;

/**
 * One process's connection to an {@link InMemoryDatabase}. Closing it ends what the process held (node locks, watches), not the data.
 */
public final class InMemoryMetadataStore implements MetadataStore {
    private final InMemoryDatabase database;
    private final InMemoryDatasetStore datasets;
    private final InMemorySegmentCatalog segments;
    private final InMemoryRevisionStore revisions;
    private final InMemoryRetentionStore retention;
    private final InMemoryJobStore jobs;
    private final InMemoryWorkerStore workers;
    private final InMemoryChangeFeed changes;
    private volatile boolean connected = true;
    private volatile boolean closed;

    /** A store with a database of its own and the default timings. */
    public InMemoryMetadataStore(Clock clock, Randomness random) {
        this(new InMemoryDatabase(clock, random, JobTimings.DEFAULT), clock);
    }

    /** @param clock of the process, for waiting */
    public InMemoryMetadataStore(InMemoryDatabase database, Clock clock) {
        this.database = database;
        this.datasets = new InMemoryDatasetStore(database, this);
        this.segments = new InMemorySegmentCatalog(database, this);
        this.revisions = new InMemoryRevisionStore(database, this);
        this.retention = new InMemoryRetentionStore(database, this);
        this.jobs = new InMemoryJobStore(database, this, clock);
        this.workers = new InMemoryWorkerStore(database, this, clock);
        this.changes = new InMemoryChangeFeed(database, this, clock);
    }

    /** Cuts this process off: calls fail, notifications are lost, node locks go. */
    public void disconnect() {
        database.locked(() -> {
            connected = false;
            workers.connectionLost();
        });
    }

    /** Ends {@link #disconnect()}; every watcher wakes. */
    public void reconnect() {
        database.locked(() -> {
            connected = true;
            changes.reconnected();
        });
    }

    boolean connected() {
        return connected && !closed;
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
        try {
            return database.transact(this, () -> true);
        } catch (io.amp.ports.error.AmpException unavailable) {
            return false;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        changes.close();
        database.locked(() -> {
            workers.connectionLost();
            closed = true;
        });
    }
}
