package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note
 *
 * Every transaction takes its locks in this order: the job's row (shared), revision rows by ascending id, the table's row. A commit
 * updates the rows of its revisions before it inserts files; so commits of one revision follow one another, file ids grow in the order
 * in which they become visible, and a reader that asks for files above the last id it saw misses none.
 */

/** Revisions and files in PostgreSQL. */
final class PostgresSegmentCatalog implements SegmentCatalog {
    private static final String REVISION =
            "r.id, r.path, r.dataset_namespace, r.dataset_name, r.manifest_hash, r.table_name";

    private static final String TABLE_OF_KEY = """
            t.dataset_namespace = :namespace AND t.dataset_name = :name AND t.manifest_hash = :hash AND t.table_name = :table""";

    private static final String ACTIVE_OF_WANTED = """
            JOIN physical_tables t ON t.dataset_namespace = wanted.namespace AND t.dataset_name = wanted.name
                AND t.manifest_hash = wanted.hash AND t.table_name = wanted."table"
            JOIN physical_table_revisions r ON r.id = t.active_revision_id""";

    /** Joins the wanted tables, given as four arrays, with their active revisions. */
    private static final String WANTED_REVISIONS = """
            FROM unnest(:namespaces, :names, :hashes, :tables) AS wanted (namespace, name, hash, "table")
            """ + ACTIVE_OF_WANTED;

    private final Database database;
    private final String dataUrl;

    /** @param dataUrl with trailing slash, or empty */
    PostgresSegmentCatalog(Database database, String dataUrl) {
        this.database = database;
        this.dataUrl = dataUrl;
    }

    @Override
    public Optional<TableRevision> findActive(TableKey key) {
        return database.single(
                "find an active revision",
                handle -> handle.createQuery("SELECT " + REVISION
                                + " FROM physical_tables t JOIN physical_table_revisions r ON r.id = t.active_revision_id WHERE "
                                + TABLE_OF_KEY)
                        .bindMap(keyColumns(key))
                        .map((row, context) -> revision(row))
                        .findOne());
    }

    @Override
    public Optional<TableRevision> findRevision(long locationId) {
        return database.single("find a revision", handle -> findRevision(handle, locationId));
    }

    private static Optional<TableRevision> findRevision(Handle handle, long locationId) {
        return handle.createQuery("SELECT " + REVISION + " FROM physical_table_revisions r WHERE r.id = :id")
                .bind("id", locationId)
                .map((row, context) -> revision(row))
                .findOne();
    }

    private static TableRevision revision(ResultSet row) throws SQLException {
        return new TableRevision(row.getLong("id"), key(row), row.getString("path"));
    }

    private static TableKey key(ResultSet row) throws SQLException {
        var name = new DatasetName(row.getString("dataset_namespace"), row.getString("dataset_name"));
        return new TableKey(
                new DatasetVersion(name, new ManifestHash(row.getString("manifest_hash"))),
                row.getString("table_name"));
    }

    private static Map<String, String> keyColumns(TableKey key) {
        return Map.of(
                "namespace",
                key.dataset().name().namespace(),
                "name",
                key.dataset().name().name(),
                "hash",
                key.dataset().hash().hex(),
                "table",
                key.table());
    }

    @Override
    public TableRevision createActive(Assignment writer, TableKey key, String path) {
        return database.transact("create a revision", handle -> {
            Fence.require(handle, writer);
            TableRevision revision = insertRevision(handle, key, path);
            activate(handle, revision);
            Notifications.sendChanges(handle, List.of(revision.id()));
            return revision;
        });
    }

    private static TableRevision insertRevision(Handle handle, TableKey key, String path) {
        handle.createUpdate("""
                        INSERT INTO physical_table_revisions (path, dataset_namespace, dataset_name, manifest_hash, table_name)
                        VALUES (:path, :namespace, :name, :hash, :table) ON CONFLICT (path) DO NOTHING""").bind("path", path).bindMap(keyColumns(key)).execute();
        TableRevision revision = handle.createQuery(
                        "SELECT " + REVISION + " FROM physical_table_revisions r WHERE r.path = :path")
                .bind("path", path)
                .map((row, context) -> revision(row))
                .one();
        if (!revision.key().equals(key)) {
            throw new AmpException(
                    StorageError.METADATA_ERROR,
                    "revision '" + path + "' belongs to " + revision.key() + ", not to " + key);
        }
        return revision;
    }

    /** One pointer per table is the whole rule of at most one active revision. */
    private static void activate(Handle handle, TableRevision revision) {
        handle.createUpdate("""
                        INSERT INTO physical_tables (dataset_namespace, dataset_name, manifest_hash, table_name, active_revision_id)
                        VALUES (:namespace, :name, :hash, :table, :revision)
                        ON CONFLICT (dataset_namespace, dataset_name, manifest_hash, table_name)
                        DO UPDATE SET active_revision_id = excluded.active_revision_id, updated_at = now()""")
                .bindMap(keyColumns(revision.key()))
                .bind("revision", revision.id())
                .execute();
    }

    private record WriterMark(
            TableRevision revision,
            @Nullable Long writer,
            @Nullable JobStatus status) {}

    @Override
    public void takeWriterMark(Assignment writer, Collection<TableRevision> revisions) {
        List<Long> ids =
                revisions.stream().map(TableRevision::id).distinct().sorted().toList();
        database.transact("take the writer mark", handle -> {
            Fence.require(handle, writer);
            List<WriterMark> marks = handle.createQuery("SELECT " + REVISION + """
                            , r.writer, s.status FROM physical_table_revisions r
                            LEFT JOIN jobs_status s ON s.job_id = r.writer
                            WHERE r.id = ANY(:ids) ORDER BY r.id FOR NO KEY UPDATE OF r""")
                    .bindArray("ids", Long.class, ids)
                    .map((row, context) -> {
                        String status = row.getString("status");
                        return new WriterMark(
                                revision(row),
                                Rows.nullableLong(row, "writer"),
                                status == null ? null : JobStatus.read(status));
                    })
                    .list();
            if (marks.size() != ids.size()) {
                throw missingRevision(
                        ids, marks.stream().map(mark -> mark.revision.id()).toList());
            }
            marks.forEach(mark -> requireFree(handle, mark, writer));
            return handle.createUpdate(
                            "UPDATE physical_table_revisions SET writer = :job, updated_at = now() WHERE id = ANY(:ids)")
                    .bind("job", writer.jobId())
                    .bindArray("ids", Long.class, ids)
                    .execute();
        });
    }

    /** Locks the row of the job that holds the mark: an ended job must not start again between check and update. */
    private static void requireFree(Handle handle, WriterMark mark, Assignment writer) {
        if (mark.writer == null || mark.writer == writer.jobId() || mark.status == null) {
            return;
        }
        boolean ended = handle.createQuery("SELECT status FROM jobs_status WHERE job_id = :job FOR SHARE")
                .bind("job", mark.writer)
                .mapTo(String.class)
                .findOne()
                .map(status -> JobStatus.read(status).isTerminal())
                .orElse(true);
        if (!ended) {
            throw new AmpException(
                    StorageError.REVISION_LOCKED,
                    "revision " + mark.revision.id() + " of " + mark.revision.key() + " is written by job "
                            + mark.writer);
        }
    }

    private static AmpException missingRevision(List<Long> wanted, List<Long> found) {
        List<Long> missing = new ArrayList<>(wanted);
        missing.removeAll(found);
        return new AmpException(
                StorageError.METADATA_ERROR, "table revision " + missing.getFirst() + " does not exist");
    }

    @Override
    public Optional<Long> writerOf(long locationId) {
        return database.single(
                "find a writer",
                handle -> handle.createQuery(
                                "SELECT writer FROM physical_table_revisions WHERE id = :id AND writer IS NOT NULL")
                        .bind("id", locationId)
                        .mapTo(Long.class)
                        .findOne());
    }

    @Override
    public Map<String, TableRevision> writtenBy(long jobId) {
        return database.single("list what a job writes", handle -> {
            Map<String, TableRevision> written = new TreeMap<>();
            handle.createQuery("SELECT " + REVISION + """
                             FROM physical_table_revisions r JOIN physical_tables t ON t.active_revision_id = r.id
                            WHERE r.writer = :job""")
                    .bind("job", jobId)
                    .map((row, context) -> revision(row))
                    .forEach(revision -> written.put(revision.key().table(), revision));
            return written;
        });
    }

    @Override
    public CommitOutcome commit(Assignment writer, List<WrittenSegment> files) {
        try {
            return database.transact("commit files", handle -> commit(handle, writer, files));
        } catch (AmpException failure) {
            if (failure.is(StorageError.METADATA_UNAVAILABLE)) {
                return new CommitOutcome.Unknown(failure);
            }
            throw failure;
        }
    }

    private CommitOutcome commit(Handle handle, Assignment writer, List<WrittenSegment> files) {
        Optional<String> fenced = Fence.check(handle, writer);
        if (fenced.isPresent()) {
            return committedBefore(handle, files, fenced.get());
        }
        if (files.isEmpty()) {
            return new CommitOutcome.Committed(List.of());
        }
        List<Long> locations = files.stream()
                .map(file -> file.revision().id())
                .distinct()
                .sorted()
                .toList();
        touchRevisions(handle, locations);
        PreparedBatch batch = handle.prepareBatch(SegmentRows.INSERT);
        files.forEach(file -> SegmentRows.bind(batch, file, dataUrl));
        batch.execute();
        List<Long> ids = fileIds(handle, files);
        Notifications.sendChanges(handle, locations);
        return new CommitOutcome.Committed(ids);
    }

    /** Locks the revisions in ascending order and gives each a new version. */
    private static void touchRevisions(Handle handle, List<Long> locations) {
        List<Long> touched = handle.createQuery("""
                        WITH locked AS (
                            SELECT id FROM physical_table_revisions WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE)
                        UPDATE physical_table_revisions r
                        SET version = nextval('revision_versions'), committed_at = now() FROM locked WHERE r.id = locked.id
                        RETURNING r.id""")
                .bindArray("ids", Long.class, locations)
                .mapTo(Long.class)
                .list();
        if (touched.size() != locations.size()) {
            throw missingRevision(locations, touched);
        }
    }

    /** Ids of files that are all registered, in the order of the list. */
    private static List<Long> fileIds(Handle handle, List<WrittenSegment> files) {
        return knownFileIds(handle, files).stream()
                .map(id -> {
                    if (id == null) {
                        throw new IllegalStateException("a file is missing right after its insertion");
                    }
                    return id;
                })
                .toList();
    }

    private static List<@Nullable Long> knownFileIds(Handle handle, List<WrittenSegment> files) {
        return handle.createQuery("""
                        SELECT f.id FROM unnest(:locations, :names) WITH ORDINALITY AS wanted (location, name, position)
                        LEFT JOIN file_metadata f ON f.location_id = wanted.location AND f.file_name = wanted.name
                        ORDER BY wanted.position""")
                .bindArray(
                        "locations",
                        Long.class,
                        files.stream().map(file -> file.revision().id()).toList())
                .bindArray(
                        "names",
                        String.class,
                        files.stream().map(file -> file.metadata().fileName()).toList())
                .map((row, context) -> Rows.nullableLong(row, "id"))
                .list();
    }

    /** A fenced writer deletes the objects it just wrote; it must not do so when an earlier attempt made them visible. */
    private static CommitOutcome committedBefore(Handle handle, List<WrittenSegment> files, String reason) {
        List<@Nullable Long> known = files.isEmpty() ? List.of() : knownFileIds(handle, files);
        List<Long> ids = new ArrayList<>();
        for (Long id : known) {
            if (id != null) {
                ids.add(id);
            }
        }
        if (ids.isEmpty()) {
            return new CommitOutcome.Fenced(reason);
        }
        if (ids.size() == files.size()) {
            return new CommitOutcome.Committed(ids);
        }
        return new CommitOutcome.Unknown(new AmpException(
                StorageError.METADATA_ERROR,
                "some files of a fenced commit are registered and some are not: " + reason));
    }

    @Override
    public List<Segment> segments(long locationId) {
        return segmentsAfter(locationId, 0);
    }

    @Override
    public List<Segment> segmentsAfter(long locationId, long fileId) {
        return database.single(
                "list segments",
                handle -> handle.createQuery("SELECT " + SegmentRows.COLUMNS + """

                        FROM file_metadata f JOIN physical_table_revisions r ON r.id = f.location_id
                        WHERE f.location_id = :location AND f.id > :after
                            AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                        ORDER BY f.id""")
                        .bind("location", locationId)
                        .bind("after", fileId)
                        .map((row, context) -> SegmentRows.segment(row))
                        .list());
    }

    @Override
    public Map<TableKey, TableSnapshot> snapshot(Collection<TableKey> keys) {
        Map<TableKey, TableSnapshot> snapshots = new LinkedHashMap<>();
        versionedSnapshot(Set.copyOf(keys)).forEach((key, found) -> snapshots.put(key, found.snapshot()));
        return snapshots;
    }

    private record VersionedSnapshot(TableRevision revision, long version, List<Segment> segments) {
        TableSnapshot snapshot() {
            return new TableSnapshot(revision, segments);
        }
    }

    /** One statement sees one snapshot, so no transaction is needed to read all tables at one instant. */
    private Map<TableKey, VersionedSnapshot> versionedSnapshot(Set<TableKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.single("take a snapshot", handle -> {
            Map<TableKey, VersionedSnapshot> found = new LinkedHashMap<>();
            bindKeys(handle.createQuery("SELECT " + SegmentRows.COLUMNS + """
                            , r.id AS revision_id, r.dataset_namespace, r.dataset_name, r.manifest_hash, r.version
                            """ + WANTED_REVISIONS + """

                            LEFT JOIN file_metadata f ON f.location_id = r.id
                                AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                            ORDER BY r.id, f.id"""), keys)
                    .map((row, context) -> {
                        TableKey key = key(row);
                        VersionedSnapshot snapshot = found.get(key);
                        if (snapshot == null) {
                            var revision = new TableRevision(row.getLong("revision_id"), key, row.getString("path"));
                            snapshot = new VersionedSnapshot(revision, row.getLong("version"), new ArrayList<>());
                            found.put(key, snapshot);
                        }
                        if (Rows.nullableLong(row, "id") != null) {
                            snapshot.segments.add(SegmentRows.segment(row));
                        }
                        return key;
                    })
                    .list();
            return found;
        });
    }

    @Override
    public Map<TableKey, Long> snapshotVersions(Collection<TableKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.single("compare snapshot versions", handle -> {
            Map<TableKey, Long> versions = new LinkedHashMap<>();
            bindKeys(handle.createQuery("SELECT " + REVISION + ", r.version " + WANTED_REVISIONS), Set.copyOf(keys))
                    .map((row, context) -> versions.put(key(row), row.getLong("version")))
                    .list();
            return versions;
        });
    }

    private record Change(TableKey key, long version, boolean onlyAdded, List<Segment> added) {}

    /** One statement says which tables changed and brings what was added; after anything else all tables are read as a whole. */
    @Override
    public Map<TableKey, SnapshotChange> snapshotChanges(Map<TableKey, SnapshotMark> known) {
        if (known.isEmpty()) {
            return Map.of();
        }
        Map<TableKey, Change> found = database.single("compare snapshots", handle -> changes(handle, known));
        Map<TableKey, SnapshotChange> changes = new LinkedHashMap<>();
        for (Change change : found.values()) {
            if (change.version
                    == known.getOrDefault(change.key, SnapshotMark.NOTHING).version()) {
                changes.put(change.key, new SnapshotChange.Unchanged());
            } else if (change.onlyAdded) {
                changes.put(change.key, new SnapshotChange.Added(change.version, change.added));
            } else {
                return replaceAll(known.keySet());
            }
        }
        return changes;
    }

    /** Of all tables, changed or not: they must be of one instant. */
    private Map<TableKey, SnapshotChange> replaceAll(Set<TableKey> keys) {
        Map<TableKey, SnapshotChange> changes = new LinkedHashMap<>();
        versionedSnapshot(keys)
                .forEach(
                        (key, found) -> changes.put(key, new SnapshotChange.Replaced(found.version, found.snapshot())));
        return changes;
    }

    private static Map<TableKey, Change> changes(Handle handle, Map<TableKey, SnapshotMark> known) {
        List<TableKey> keys = List.copyOf(known.keySet());
        List<SnapshotMark> marks = keys.stream()
                .map(key -> known.getOrDefault(key, SnapshotMark.NOTHING))
                .toList();
        Map<TableKey, Change> found = new LinkedHashMap<>();
        bindKeys(handle.createQuery("SELECT " + SegmentRows.COLUMNS + """
                        , r.dataset_namespace, r.dataset_name, r.manifest_hash, r.version,
                        r.id = wanted.location AND r.shrunk_version <= wanted.version AS only_added
                        FROM unnest(:namespaces, :names, :hashes, :tables, :versions, :locations, :lastFiles)
                            AS wanted (namespace, name, hash, "table", version, location, last_file)
                        """ + ACTIVE_OF_WANTED + """

                        LEFT JOIN file_metadata f ON r.version <> wanted.version AND r.id = wanted.location
                            AND r.shrunk_version <= wanted.version AND f.location_id = r.id AND f.id > wanted.last_file
                            AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                        ORDER BY r.id, f.id"""), keys)
                .bindArray(
                        "versions",
                        Long.class,
                        marks.stream().map(SnapshotMark::version).toList())
                .bindArray(
                        "locations",
                        Long.class,
                        marks.stream().map(SnapshotMark::locationId).toList())
                .bindArray(
                        "lastFiles",
                        Long.class,
                        marks.stream().map(SnapshotMark::lastFileId).toList())
                .map((row, context) -> {
                    TableKey key = key(row);
                    Change change = found.get(key);
                    if (change == null) {
                        change = new Change(
                                key, row.getLong("version"), row.getBoolean("only_added"), new ArrayList<>());
                        found.put(key, change);
                    }
                    if (Rows.nullableLong(row, "id") != null) {
                        change.added.add(SegmentRows.segment(row));
                    }
                    return key;
                })
                .list();
        return found;
    }

    /** The keys must be distinct. */
    private static Query bindKeys(Query query, Collection<TableKey> distinct) {
        return query.bindArray(
                        "namespaces",
                        String.class,
                        distinct.stream()
                                .map(key -> key.dataset().name().namespace())
                                .toList())
                .bindArray(
                        "names",
                        String.class,
                        distinct.stream()
                                .map(key -> key.dataset().name().name())
                                .toList())
                .bindArray(
                        "hashes",
                        String.class,
                        distinct.stream().map(key -> key.dataset().hash().hex()).toList())
                .bindArray(
                        "tables",
                        String.class,
                        distinct.stream().map(TableKey::table).toList());
    }

    @Override
    public boolean hasActiveRevision(ManifestHash manifest) {
        return database.single(
                "look for active revisions",
                handle -> handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM physical_tables WHERE manifest_hash = :hash AND active_revision_id IS NOT NULL)""")
                        .bind("hash", manifest.hex())
                        .mapTo(Boolean.class)
                        .one());
    }

    @Override
    public List<String> fileNames(long locationId) {
        return database.single(
                "list file names",
                handle -> handle.createQuery(
                                "SELECT file_name FROM file_metadata WHERE location_id = :location ORDER BY id")
                        .bind("location", locationId)
                        .mapTo(String.class)
                        .list());
    }

    @Override
    public Optional<byte[]> footer(long fileId) {
        return database.single(
                "read a footer",
                handle -> handle.createQuery("SELECT footer FROM footer_cache WHERE file_id = :file")
                        .bind("file", fileId)
                        .map((row, context) -> row.getBytes("footer"))
                        .findOne());
    }

    @Override
    public Optional<String> findFact(long locationId, String name) {
        return database.single(
                "find a fact",
                handle -> handle.createQuery(
                                "SELECT facts ->> :name AS fact FROM physical_table_revisions WHERE id = :id AND facts ->> :name IS NOT NULL")
                        .bind("name", name)
                        .bind("id", locationId)
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public String recordFact(long locationId, String name, String value) {
        return database.transact(
                "record a fact",
                handle -> handle.createQuery("""
                        UPDATE physical_table_revisions SET facts = jsonb_build_object(:name::text, :value::text) || facts
                        WHERE id = :id RETURNING facts ->> :name""")
                        .bind("name", name)
                        .bind("value", value)
                        .bind("id", locationId)
                        .mapTo(String.class)
                        .findOne()
                        .orElseThrow(() -> missingRevision(List.of(locationId), List.of())));
    }
}
