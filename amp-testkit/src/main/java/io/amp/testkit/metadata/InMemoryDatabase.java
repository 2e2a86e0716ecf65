package io.amp.testkit.metadata;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetStore.ManifestEntry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobAction;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobTimings;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.RetentionStore.OrphanedBlock;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a metadata database, shared by the {@link InMemoryMetadataStore}s of several simulated processes.
 *
 * <p>One lock makes every transaction atomic: a store checks everything before it changes the first row, so nothing has to be rolled
 * back. Nothing waits while it holds the lock. Thread-safe.
 */
public final class InMemoryDatabase {
    private final Clock clock;
    final Randomness random;
    final JobTimings timings;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<InMemoryChangeFeed> feeds = new ArrayList<>();
    private boolean available = true;
    private long outages;
    private long lastId;
    private Instant transactionTime = Instant.EPOCH;

    final SortedMap<ManifestHash, ManifestEntry> manifests = new TreeMap<>();
    final SortedMap<DatasetName, DatasetRows> datasets = new TreeMap<>();
    final SortedMap<String, WorkerRow> workers = new TreeMap<>();
    final Map<String, InMemoryWorkerStore.Session> nodeLocks = new HashMap<>();
    final SortedMap<Long, JobRow> jobs = new TreeMap<>();
    final SortedMap<Long, RevisionRow> revisions = new TreeMap<>();
    final Map<TableKey, @Nullable Long> activeRevisions = new LinkedHashMap<>();
    final Map<Long, Map<BlockHash, OrphanRow>> orphans = new HashMap<>();
    final List<ReextractionRow> reextractions = new ArrayList<>();

    /** @param clock the database's clock; {@code now()} of every row */
    public InMemoryDatabase(Clock clock, Randomness random, JobTimings timings) {
        this.clock = clock;
        this.random = random;
        this.timings = timings;
    }

    /** Takes the database down or brings it back. Going down frees every node lock; coming back wakes every watcher. */
    public void setAvailable(boolean available) {
        lock.lock();
        try {
            if (this.available == available) {
                return;
            }
            this.available = available;
            if (available) {
                feeds.forEach(InMemoryChangeFeed::reconnected);
            } else {
                outages++;
                nodeLocks.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Number of times the database went down; a session compares it to learn that its connection was lost. */
    long outages() {
        return outages;
    }

    <T extends @Nullable Object> T transact(InMemoryMetadataStore client, Supplier<T> work) {
        lock.lock();
        try {
            if (!available || !client.connected()) {
                throw new AmpException(StorageError.METADATA_UNAVAILABLE, "the metadata database does not answer");
            }
            transactionTime = clock.now().truncatedTo(ChronoUnit.MICROS);
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs bookkeeping that needs no connection. */
    void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** When the present transaction began, to the microsecond as PostgreSQL keeps it. */
    Instant now() {
        return transactionTime;
    }

    /** One sequence for all tables, so that a mixed-up id is found and not hit by chance. */
    long nextId() {
        return ++lastId;
    }

    void attach(InMemoryChangeFeed feed) {
        locked(() -> feeds.add(feed));
    }

    void detach(InMemoryChangeFeed feed) {
        locked(() -> feeds.remove(feed));
    }

    void notifyRevision(long locationId) {
        feeds.forEach(feed -> feed.revisionChanged(locationId));
    }

    void notifyJob(String nodeId, JobAction action) {
        feeds.forEach(feed -> feed.jobAction(nodeId, action));
    }

    /** Why this assignment may not write; empty when it may. */
    Optional<String> fence(Assignment writer) {
        JobRow job = jobs.get(writer.jobId());
        if (job == null) {
            return Optional.of("job " + writer.jobId() + " does not exist");
        }
        if (job.status.isTerminal()) {
            return Optional.of("job " + job.id + " is " + job.status);
        }
        if (!job.nodeId.equals(writer.nodeId()) || job.epoch != writer.epoch()) {
            return Optional.of("job " + job.id + " is assigned to " + job.nodeId + " (epoch " + job.epoch + "), not to "
                    + writer.nodeId() + " (epoch " + writer.epoch() + ")");
        }
        return Optional.empty();
    }

    /** True when one of the revisions this job writes got a file after {@code since}; false for null. */
    boolean committedSince(long jobId, @Nullable Instant since) {
        return since != null
                && revisions.values().stream()
                        .filter(revision -> Objects.equals(revision.writer, jobId))
                        .anyMatch(revision -> revision.committedAt != null && revision.committedAt.isAfter(since));
    }

    boolean isActive(WorkerRow worker) {
        return !worker.draining && worker.heartbeatAt.isAfter(now().minus(timings.workerActive()));
    }

    boolean isDead(String nodeId) {
        WorkerRow worker = workers.get(nodeId);
        return worker == null || worker.heartbeatAt.isBefore(now().minus(timings.workerDead()));
    }

    /** Links and tags of one dataset. */
    static final class DatasetRows {
        /** Manifest to the order of linking, oldest first. */
        final LinkedHashMap<ManifestHash, Instant> links = new LinkedHashMap<>();

        final Map<String, TagRow> tags = new HashMap<>();

        @Nullable
        ManifestHash dev;

        @Nullable
        ManifestHash latest;
    }

    record TagRow(ManifestHash hash, Instant createdAt, Instant updatedAt, long updateOrder) {}

    static final class WorkerRow {
        final long id;
        final String nodeId;
        final Instant createdAt;
        Map<String, String> info;
        Instant registeredAt;
        Instant heartbeatAt;
        String sessionId;
        boolean draining;

        WorkerRow(long id, String nodeId, Map<String, String> info, String sessionId, Instant now) {
            this.id = id;
            this.nodeId = nodeId;
            this.info = info;
            this.sessionId = sessionId;
            this.createdAt = now;
            this.registeredAt = now;
            this.heartbeatAt = now;
        }
    }

    static final class JobRow {
        final long id;
        final String key;
        final DatasetVersion dataset;
        final Instant createdAt;
        final List<JobEvent> events = new ArrayList<>();
        String nodeId;
        JobStatus status = JobStatus.SCHEDULED;
        long epoch;
        String descriptor;

        @Nullable
        String nodeSelector;

        @Nullable
        ErrorDetail error;

        Instant updatedAt;
        int attempts;
        int consecutiveErrors;

        @Nullable
        Instant lastErrorAt;

        @Nullable
        Instant retryAt;

        int failovers;

        @Nullable
        Instant lastFailoverAt;

        JobRow(long id, String key, DatasetVersion dataset, String descriptor, Instant now) {
            this.id = id;
            this.key = key;
            this.dataset = dataset;
            this.descriptor = descriptor;
            this.createdAt = now;
            this.updatedAt = now;
            this.nodeId = "";
        }

        Job toJob() {
            return new Job(id, nodeId, status, epoch, descriptor, error, attempts, createdAt, updatedAt);
        }
    }

    static final class RevisionRow {
        final TableRevision revision;
        final SortedMap<Long, FileRow> files = new TreeMap<>();
        final Map<String, String> facts = new HashMap<>();

        @Nullable
        Long writer;

        @Nullable
        Instant committedAt;

        final Instant createdAt;
        long version;

        RevisionRow(TableRevision revision, long version, Instant now) {
            this.revision = revision;
            this.version = version;
            this.createdAt = now;
        }

        List<Segment> live(long afterFileId) {
            return files.tailMap(afterFileId + 1).values().stream()
                    .filter(FileRow::isLive)
                    .map(file -> file.segment)
                    .toList();
        }

        Optional<FileRow> file(String name) {
            return files.values().stream()
                    .filter(file -> file.segment.metadata().fileName().equals(name))
                    .findFirst();
        }
    }

    static final class FileRow {
        final Segment segment;
        final WrittenSegment written;

        @Nullable
        Instant expiration;

        boolean deleting;

        FileRow(Segment segment, WrittenSegment written) {
            this.segment = segment;
            this.written = written;
        }

        boolean isLive() {
            return expiration == null;
        }
    }

    record OrphanRow(OrphanedBlock block, Instant recordedAt) {}

    record ReextractionRow(long id, DatasetVersion dataset, BlockInterval blocks) {}

    RevisionRow requireRevision(long locationId) {
        RevisionRow row = revisions.get(locationId);
        if (row == null) {
            throw new AmpException(StorageError.METADATA_ERROR, "table revision " + locationId + " does not exist");
        }
        return row;
    }

    /** The revision of a path, made when it is new. */
    RevisionRow putRevision(TableKey key, String path) {
        for (RevisionRow known : revisions.values()) {
            if (known.revision.path().equals(path)) {
                if (!known.revision.key().equals(key)) {
                    throw new AmpException(
                            StorageError.METADATA_ERROR,
                            "revision '" + path + "' belongs to " + known.revision.key() + ", not to " + key);
                }
                return known;
            }
        }
        var row = new RevisionRow(new TableRevision(nextId(), key, path), nextId(), now());
        revisions.put(row.revision.id(), row);
        return row;
    }

    /** Adds a file unless its name is known. */
    long putFile(RevisionRow row, WrittenSegment file) {
        SegmentMetadata metadata = file.metadata();
        Optional<FileRow> known = row.file(metadata.fileName());
        if (known.isPresent()) {
            return known.get().segment.fileId();
        }
        Segment segment = new Segment(
                nextId(),
                row.revision.id(),
                row.revision.path() + "/" + metadata.fileName(),
                file.object().size(),
                file.rowCount(),
                metadata);
        row.files.put(segment.fileId(), new FileRow(segment, file));
        row.version = nextId();
        return segment.fileId();
    }

    static Duration min(Duration left, Duration right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
