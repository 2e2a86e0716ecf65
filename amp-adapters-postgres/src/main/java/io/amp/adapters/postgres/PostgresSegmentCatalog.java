package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Revisions and files in PostgreSQL. */
final class PostgresSegmentCatalog implements SegmentCatalog {
    private final Database database;
    private final String dataUrl;
    private final SnapshotReader snapshots;

    /** @param dataUrl with trailing slash, or empty */
    PostgresSegmentCatalog(Database database, String dataUrl) {
        this.database = database;
        this.dataUrl = dataUrl;
        this.snapshots = new SnapshotReader(database);
    }

    @Override
    public Optional<TableRevision> findActive(TableKey key) {
        return database.single(
                "find an active revision",
                handle -> handle.createQuery("SELECT " + RevisionRows.COLUMNS
                                + " FROM physical_tables t JOIN physical_table_revisions r ON r.id = t.active_revision_id WHERE "
                                + RevisionRows.IS_KEY)
                        .bindMap(RevisionRows.keyColumns(key))
                        .map((row, context) -> RevisionRows.revision(row))
                        .findOne());
    }

    @Override
    public Optional<TableRevision> findRevision(long locationId) {
        return database.single("find a revision", handle -> RevisionRows.find(handle, locationId));
    }

    @Override
    public TableRevision createActive(Assignment writer, TableKey key, String path) {
        return database.transact("create a revision", handle -> {
            Fence.require(handle, writer);
            TableRevision revision = RevisionRows.put(handle, key, path);
            RevisionRows.activate(handle, revision);
            Notifications.sendChanges(handle, List.of(revision.id()));
            return revision;
        });
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
            List<WriterMark> marks = handle.createQuery("SELECT " + RevisionRows.COLUMNS + """
                            , r.writer, s.status FROM physical_table_revisions r
                            LEFT JOIN jobs_status s ON s.job_id = r.writer
                            WHERE r.id = ANY(:ids) ORDER BY r.id FOR NO KEY UPDATE OF r""")
                    .bindArray("ids", Long.class, ids)
                    .map((row, context) -> {
                        String status = row.getString("status");
                        return new WriterMark(
                                RevisionRows.revision(row),
                                Rows.nullableLong(row, "writer"),
                                status == null ? null : JobStatus.read(status));
                    })
                    .list();
            RevisionRows.requireAll(
                    ids, marks.stream().map(mark -> mark.revision.id()).toList());
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
            handle.createQuery("SELECT " + RevisionRows.COLUMNS + """
                             FROM physical_table_revisions r JOIN physical_tables t ON t.active_revision_id = r.id
                            WHERE r.writer = :job""")
                    .bind("job", jobId)
                    .map((row, context) -> RevisionRows.revision(row))
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
        RevisionRows.touch(handle, locations, RevisionRows.Change.WRITE);
        SegmentRows.insert(handle, files, dataUrl);
        List<Long> ids = fileIds(handle, files);
        Notifications.sendChanges(handle, locations);
        return new CommitOutcome.Committed(ids);
    }

    /** Ids of files that are all registered, in the order of the list. */
    private static List<Long> fileIds(Handle handle, List<WrittenSegment> files) {
        return SegmentRows.knownIds(handle, files).stream()
                .map(id -> {
                    if (id == null) {
                        throw new IllegalStateException("a file is missing right after its insertion");
                    }
                    return id;
                })
                .toList();
    }

    /** A fenced writer deletes the objects it just wrote; it must not do so when an earlier attempt made them visible. */
    private static CommitOutcome committedBefore(Handle handle, List<WrittenSegment> files, String reason) {
        List<@Nullable Long> known = files.isEmpty() ? List.of() : SegmentRows.knownIds(handle, files);
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
        return database.single("list segments", handle -> SegmentRows.live(handle, locationId, fileId));
    }

    @Override
    public Map<TableKey, TableSnapshot> snapshot(Collection<TableKey> keys) {
        return snapshots.snapshot(Set.copyOf(keys));
    }

    @Override
    public Map<TableKey, Long> snapshotVersions(Collection<TableKey> keys) {
        return snapshots.versions(Set.copyOf(keys));
    }

    @Override
    public Map<TableKey, SnapshotChange> snapshotChanges(Map<TableKey, SnapshotMark> known) {
        return snapshots.changes(known);
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
                handle -> handle.createQuery("""
                                SELECT file_name FROM file_metadata f WHERE location_id = :location AND NOT EXISTS (
                                    SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id AND g.deleting_at IS NOT NULL)
                                ORDER BY id""")
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
                        .orElseThrow(() -> new AmpException(
                                StorageError.METADATA_ERROR, "table revision " + locationId + " does not exist")));
    }
}
