package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Operators' work on revisions in PostgreSQL. */
final class PostgresRevisionStore implements RevisionStore {
    private static final String STATE = "SELECT " + RevisionRows.COLUMNS + """
            , r.writer, r.created_at, t.id IS NOT NULL AS active
            FROM physical_table_revisions r LEFT JOIN physical_tables t ON t.active_revision_id = r.id
            """;

    private static final String FILE = "SELECT " + RevisionRows.COLUMNS + """
            , f.id AS file_id, f.file_name, f.url, f.object_size, f.object_e_tag, f.object_version, f.metadata::text AS metadata
            FROM file_metadata f JOIN physical_table_revisions r ON r.id = f.location_id
            """;

    private final Database database;
    private final String dataUrl;

    /** @param dataUrl with trailing slash, or empty */
    PostgresRevisionStore(Database database, String dataUrl) {
        this.database = database;
        this.dataUrl = dataUrl;
    }

    @Override
    public Optional<RevisionState> find(long locationId) {
        return database.single(
                "find a revision",
                handle -> handle.createQuery(STATE + "WHERE r.id = :id")
                        .bind("id", locationId)
                        .map((row, context) -> state(row))
                        .findOne());
    }

    @Override
    public List<RevisionState> list(@Nullable Boolean active, @Nullable Long before, int limit) {
        return database.single(
                "list revisions",
                handle -> handle.createQuery(STATE + """
                        WHERE (:active::boolean IS NULL OR (t.id IS NOT NULL) = :active)
                            AND (:before::bigint IS NULL OR r.id < :before)
                        ORDER BY r.id DESC LIMIT :limit""")
                        .bind("active", active)
                        .bind("before", before)
                        .bind("limit", limit)
                        .map((row, context) -> state(row))
                        .list());
    }

    private static RevisionState state(ResultSet row) throws SQLException {
        return new RevisionState(
                RevisionRows.revision(row),
                row.getBoolean("active"),
                Rows.nullableLong(row, "writer"),
                Rows.instant(row, "created_at"));
    }

    @Override
    public TableRevision register(TableKey key, String path) {
        return database.transact("register a revision", handle -> RevisionRows.put(handle, key, path));
    }

    @Override
    public void activate(TableKey key, long locationId) {
        database.transact("activate a revision", handle -> {
            TableRevision revision = lock(handle, locationId).revision;
            if (!revision.key().equals(key)) {
                throw new AmpException(
                        StorageError.TABLE_NOT_REGISTERED,
                        "revision " + locationId + " belongs to " + revision.key() + ", not to " + key);
            }
            RevisionRows.activate(handle, revision);
            Notifications.sendChanges(handle, List.of(locationId));
            return revision;
        });
    }

    @Override
    public boolean deactivate(TableKey key) {
        return database.transact("deactivate a table", handle -> {
            Optional<Optional<Long>> before = handle.createQuery(
                            "SELECT t.active_revision_id FROM physical_tables t WHERE " + RevisionRows.IS_KEY
                                    + " FOR UPDATE")
                    .bindMap(RevisionRows.keyColumns(key))
                    .map((row, context) -> Optional.ofNullable(Rows.nullableLong(row, "active_revision_id")))
                    .findOne();
            handle.createUpdate("UPDATE physical_tables t SET active_revision_id = NULL, updated_at = now() WHERE "
                            + RevisionRows.IS_KEY)
                    .bindMap(RevisionRows.keyColumns(key))
                    .execute();
            before.flatMap(active -> active)
                    .ifPresent(locationId -> Notifications.sendChanges(handle, List.of(locationId)));
            return before.isPresent();
        });
    }

    private record Locked(
            TableRevision revision,
            boolean active,
            @Nullable Long writer) {}

    /** @throws AmpException {@link StorageError#REVISION_NOT_FOUND} */
    private static Locked lock(Handle handle, long locationId) {
        handle.createQuery("SELECT id FROM physical_table_revisions WHERE id = :id FOR UPDATE")
                .bind("id", locationId)
                .mapTo(Long.class)
                .findOne();
        return handle.createQuery(STATE + "WHERE r.id = :id")
                .bind("id", locationId)
                .map((row, context) -> new Locked(
                        RevisionRows.revision(row), row.getBoolean("active"), Rows.nullableLong(row, "writer")))
                .findOne()
                .orElseThrow(() -> new AmpException(
                        StorageError.REVISION_NOT_FOUND, "revision " + locationId + " does not exist"));
    }

    private static void requireEndedWriter(Handle handle, Locked locked) {
        if (locked.writer == null) {
            return;
        }
        JobStatus status = handle.createQuery("SELECT status FROM jobs_status WHERE job_id = :job")
                .bind("job", locked.writer)
                .mapTo(String.class)
                .findOne()
                .map(JobStatus::read)
                .orElse(JobStatus.STOPPED);
        if (!status.isTerminal()) {
            throw new AmpException(
                    StorageError.WRITER_JOB_NOT_TERMINAL,
                    "job " + locked.writer + ", which writes revision " + locked.revision.id() + ", is " + status);
        }
    }

    @Override
    public void delete(long locationId, boolean evenActive) {
        database.transact("delete a revision", handle -> {
            Locked locked = lock(handle, locationId);
            if (locked.active && !evenActive) {
                throw new AmpException(
                        StorageError.REVISION_IS_ACTIVE,
                        "revision " + locationId + " is the active one of " + locked.revision.key());
            }
            requireEndedWriter(handle, locked);
            Notifications.sendChanges(handle, List.of(locationId));
            return handle.createUpdate("DELETE FROM physical_table_revisions WHERE id = :id")
                    .bind("id", locationId)
                    .execute();
        });
    }

    @Override
    public void requireIdle(long locationId) {
        database.transact("look at a revision's writer", handle -> {
            Locked locked = lock(handle, locationId);
            requireEndedWriter(handle, locked);
            return locked;
        });
    }

    @Override
    public Optional<CataloguedFile> findFile(long fileId) {
        return database.single(
                "find a file",
                handle -> handle.createQuery(FILE + "WHERE f.id = :id")
                        .bind("id", fileId)
                        .map((row, context) -> file(row))
                        .findOne());
    }

    @Override
    public List<CataloguedFile> files(long locationId, long after, int limit) {
        return database.single(
                "list files",
                handle -> handle.createQuery(
                                FILE + "WHERE f.location_id = :location AND f.id > :after ORDER BY f.id LIMIT :limit")
                        .bind("location", locationId)
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((row, context) -> file(row))
                        .list());
    }

    @Override
    public List<CataloguedFile> activeFiles(DatasetVersion dataset, @Nullable String table, long after, int limit) {
        return database.single(
                "list files of a dataset",
                handle -> handle.createQuery(FILE + """
                        JOIN physical_tables t ON t.active_revision_id = r.id
                        WHERE t.dataset_namespace = :namespace AND t.dataset_name = :name AND t.manifest_hash = :hash
                            AND (:table::text IS NULL OR t.table_name = :table) AND f.id > :after
                            AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                        ORDER BY f.id LIMIT :limit""")
                        .bind("namespace", dataset.name().namespace())
                        .bind("name", dataset.name().name())
                        .bind("hash", dataset.hash().hex())
                        .bind("table", table)
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((row, context) -> file(row))
                        .list());
    }

    private static CataloguedFile file(ResultSet row) throws SQLException {
        return new CataloguedFile(
                row.getLong("file_id"),
                RevisionRows.revision(row),
                row.getString("file_name"),
                row.getString("url"),
                Rows.nullableLong(row, "object_size"),
                row.getString("object_e_tag"),
                row.getString("object_version"),
                row.getString("metadata"));
    }

    @Override
    public FileTotals totals(long locationId) {
        return database.single(
                "count files",
                handle -> handle.createQuery("""
                        SELECT count(*) AS files, coalesce(sum(object_size), 0)::bigint AS bytes FROM file_metadata
                        WHERE location_id = :location""")
                        .bind("location", locationId)
                        .map((row, context) -> new FileTotals(row.getLong("files"), row.getLong("bytes")))
                        .one());
    }

    @Override
    public int registerFiles(long locationId, List<WrittenSegment> files) {
        return database.transact("register files", handle -> {
            lock(handle, locationId);
            RevisionRows.touch(handle, List.of(locationId), RevisionRows.Change.ADD);
            List<WrittenSegment> unknown = files.isEmpty() ? List.of() : unknown(handle, files);
            SegmentRows.insert(handle, unknown, dataUrl);
            Notifications.sendChanges(handle, List.of(locationId));
            return unknown.size();
        });
    }

    private static List<WrittenSegment> unknown(Handle handle, List<WrittenSegment> files) {
        List<@Nullable Long> ids = SegmentRows.knownIds(handle, files);
        return java.util.stream.IntStream.range(0, files.size())
                .filter(i -> Objects.isNull(ids.get(i)))
                .mapToObj(files::get)
                .toList();
    }

    @Override
    public int removeFiles(long locationId, Collection<Long> fileIds) {
        return database.transact("remove files", handle -> {
            if (RevisionRows.find(handle, locationId).isEmpty()) {
                return 0;
            }
            RevisionRows.touch(handle, List.of(locationId), RevisionRows.Change.SHRINK);
            int removed = handle.createUpdate(
                            "DELETE FROM file_metadata WHERE location_id = :location AND id = ANY(:ids)")
                    .bind("location", locationId)
                    .bindArray("ids", Long.class, fileIds)
                    .execute();
            Notifications.sendChanges(handle, List.of(locationId));
            return removed;
        });
    }
}
