package io.amp.ports.metadata;

import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.SegmentCatalog;

/** All stores of one metadata database. Thread-safe; {@link #close()} ends connections and feed. */
public interface MetadataStore extends AutoCloseable {
    DatasetStore datasets();

    SegmentCatalog segments();

    /** For operators. */
    RevisionStore revisions();

    /** For compaction and collection. */
    RetentionStore retention();

    JobStore jobs();

    WorkerStore workers();

    ChangeFeed changes();

    /** True when the database answers now; for health checks. */
    boolean isAvailable();

    @Override
    void close();
}
