package io.amp.ports.storage;

import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.job.Assignment;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Revisions and files in the metadata database. Each method is one transaction; those that take an {@link Assignment} check it inside
 * (jobs-and-storage specification, section 3.7). Thread-safe. Failures: {@link StorageError#METADATA_UNAVAILABLE} (retryable, nothing
 * was done), {@link StorageError#METADATA_ERROR}.
 */
public interface SegmentCatalog {
    Optional<TableRevision> findActive(TableKey key);

    Optional<TableRevision> findRevision(long locationId);

    /** True when some table of a dataset version with this manifest has an active revision, whether or not a dataset links it still. */
    boolean hasActiveRevision(ManifestHash manifest);

    /**
     * Creates a revision (the same path again returns the existing one) and makes it the only active one of its table; notifies.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#FENCED}
     */
    TableRevision createActive(Assignment writer, TableKey key, String path);

    /**
     * Takes the writer mark on all revisions or on none.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#REVISION_LOCKED} (another live job writes one of them), {@link
     *     StorageError#FENCED}
     */
    void takeWriterMark(Assignment writer, Collection<TableRevision> revisions);

    /** Job that holds the writer mark, if any. */
    Optional<Long> writerOf(long locationId);

    /** Active revisions whose writer is this job, by table name. */
    Map<String, TableRevision> writtenBy(long jobId);

    /**
     * Fences, inserts rows and footers, and notifies, together; repeating a call is harmless, and a repeat of a commit that took effect
     * answers {@code Committed} even when the writer was fenced since. Never throws for connection trouble: that is {@link
     * CommitOutcome.Unknown}.
     */
    CommitOutcome commit(Assignment writer, List<WrittenSegment> files);

    /** Live segments of one revision (files scheduled for collection are left out), ascending by file id. */
    List<Segment> segments(long locationId);

    /** Live segments with a file id above {@code fileId}, ascending. */
    List<Segment> segmentsAfter(long locationId, long fileId);

    /**
     * Active revision and live segments of several tables at one instant (one repeatable-read transaction); tables without an active
     * revision are missing in the result.
     */
    Map<TableKey, TableSnapshot> snapshot(Collection<TableKey> keys);

    /** Changes whenever the set of live segments or the active revision of a table may have changed; for caches of snapshots. */
    Map<TableKey, Long> snapshotVersions(Collection<TableKey> keys);

    /**
     * What became of snapshots taken earlier, all at one instant. For readers that keep snapshots and want to pay for changes only; an
     * implementation may answer {@link SnapshotChange.Replaced} whenever something changed.
     *
     * @param known what the reader has, {@link SnapshotMark#NOTHING} for a table that it does not have yet
     * @return tables without an active revision are missing
     */
    default Map<TableKey, SnapshotChange> snapshotChanges(Map<TableKey, SnapshotMark> known) {
        Map<TableKey, Long> versions = snapshotVersions(known.keySet());
        Map<TableKey, SnapshotChange> changes = new HashMap<>();
        if (versions.entrySet().stream()
                .allMatch(entry ->
                        known.getOrDefault(entry.getKey(), SnapshotMark.NOTHING).version() == entry.getValue())) {
            versions.forEach((key, version) -> changes.put(key, new SnapshotChange.Unchanged()));
            return changes;
        }
        // Versions were read first, so they are never newer than the segments; the next call then finds a change, which
        // is harmless.
        snapshot(known.keySet())
                .forEach((key, snapshot) -> changes.put(
                        key, new SnapshotChange.Replaced(versions.getOrDefault(key, SnapshotMark.UNKNOWN), snapshot)));
        return changes;
    }

    /** Names of all registered files of a revision, live or not; those whose objects are being deleted are left out. */
    List<String> fileNames(long locationId);

    /** The footer as it was committed. */
    Optional<byte[]> footer(long fileId);

    /** A fact recorded by {@link #recordFact}. */
    Optional<String> findFact(long locationId, String name);

    /**
     * Free-form facts of a revision that are recorded once, e.g. the chain id first seen.
     *
     * @return the value now stored
     */
    String recordFact(long locationId, String name, String value);

    /**
     * A snapshot that a reader keeps.
     *
     * @param version as {@link #snapshotVersions} gave it
     * @param locationId of the revision
     * @param lastFileId greatest among its segments, 0 without segments
     * @param segments their number
     */
    record SnapshotMark(long version, long locationId, long lastFileId, int segments) {
        /** A version that no table has. */
        public static final long UNKNOWN = Long.MIN_VALUE;

        public static final SnapshotMark NOTHING = new SnapshotMark(UNKNOWN, 0, 0, 0);
    }

    /** What became of one table. */
    sealed interface SnapshotChange {
        record Unchanged() implements SnapshotChange {}

        /**
         * The same revision with more segments and none less.
         *
         * @param segments the new ones, ascending by file id
         */
        record Added(long version, List<Segment> segments) implements SnapshotChange {
            public Added {
                segments = List.copyOf(segments);
            }
        }

        record Replaced(long version, TableSnapshot snapshot) implements SnapshotChange {}
    }

    record TableSnapshot(TableRevision revision, List<Segment> segments) {
        public TableSnapshot {
            segments = List.copyOf(segments);
        }
    }
}
