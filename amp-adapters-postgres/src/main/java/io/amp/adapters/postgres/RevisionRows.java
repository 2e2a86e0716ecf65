package io.amp.adapters.postgres;

import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Rows of revisions and tables, as several stores read and change them.
 *
 * <p>Locks are taken in this order: the job's row (shared), revision rows by ascending id, the table's row. Whoever changes the set of a
 * revision's live files first calls {@link #touch}: so such changes follow one another, file ids grow in the order in which files become
 * visible, and a reader that asks for files above the last id it saw misses none.
 */
final class RevisionRows {
    /** Read by {@link #revision}; {@code r} is the revision. */
    static final String COLUMNS = "r.id, r.path, r.dataset_namespace, r.dataset_name, r.manifest_hash, r.table_name";

    /** Condition on a table {@code t} whose key is bound by {@link #keyColumns}. */
    static final String IS_KEY =
            "t.dataset_namespace = :namespace AND t.dataset_name = :name AND t.manifest_hash = :hash AND t.table_name = :table";

    private RevisionRows() {}

    static TableRevision revision(ResultSet row) throws SQLException {
        return new TableRevision(row.getLong("id"), key(row), row.getString("path"));
    }

    static TableKey key(ResultSet row) throws SQLException {
        var name = new DatasetName(row.getString("dataset_namespace"), row.getString("dataset_name"));
        return new TableKey(
                new DatasetVersion(name, new ManifestHash(row.getString("manifest_hash"))),
                row.getString("table_name"));
    }

    static Map<String, String> keyColumns(TableKey key) {
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

    /** Keys as four arrays {@code :namespaces}, {@code :names}, {@code :hashes} and {@code :tables}. */
    static Query bindKeys(Query query, Collection<TableKey> keys) {
        return query.bindArray(
                        "namespaces",
                        String.class,
                        keys.stream()
                                .map(key -> key.dataset().name().namespace())
                                .toList())
                .bindArray(
                        "names",
                        String.class,
                        keys.stream().map(key -> key.dataset().name().name()).toList())
                .bindArray(
                        "hashes",
                        String.class,
                        keys.stream().map(key -> key.dataset().hash().hex()).toList())
                .bindArray(
                        "tables",
                        String.class,
                        keys.stream().map(TableKey::table).toList());
    }

    static Optional<TableRevision> find(Handle handle, long locationId) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM physical_table_revisions r WHERE r.id = :id")
                .bind("id", locationId)
                .map((row, context) -> revision(row))
                .findOne();
    }

    /** The revision of a path, made when it is new. */
    static TableRevision put(Handle handle, TableKey key, String path) {
        handle.createUpdate("""
                        INSERT INTO physical_table_revisions (path, dataset_namespace, dataset_name, manifest_hash, table_name)
                        VALUES (:path, :namespace, :name, :hash, :table) ON CONFLICT (path) DO NOTHING""").bind("path", path).bindMap(keyColumns(key)).execute();
        TableRevision revision = handle.createQuery(
                        "SELECT " + COLUMNS + " FROM physical_table_revisions r WHERE r.path = :path")
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
    static void activate(Handle handle, TableRevision revision) {
        handle.createUpdate("""
                        INSERT INTO physical_tables (dataset_namespace, dataset_name, manifest_hash, table_name, active_revision_id)
                        VALUES (:namespace, :name, :hash, :table, :revision)
                        ON CONFLICT (dataset_namespace, dataset_name, manifest_hash, table_name)
                        DO UPDATE SET active_revision_id = excluded.active_revision_id, updated_at = now()""")
                .bindMap(keyColumns(revision.key()))
                .bind("revision", revision.id())
                .execute();
    }

    /** What is about to happen to a revision's live files. */
    enum Change {
        /** A job writes new ones: progress, as retries and failover see it. */
        WRITE,
        ADD,
        /** Some go away, others may come. */
        SHRINK
    }

    /**
     * Locks revisions in ascending order and gives each a new version.
     *
     * @throws AmpException {@link StorageError#METADATA_ERROR} when one is missing
     */
    static void touch(Handle handle, Collection<Long> locationIds, Change change) {
        List<Long> touched = handle.createQuery("""
                        WITH locked AS MATERIALIZED (
                            SELECT id FROM physical_table_revisions WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE),
                        numbered AS MATERIALIZED (SELECT id, nextval('revision_versions') AS next FROM locked)
                        UPDATE physical_table_revisions r SET version = numbered.next,
                            committed_at = CASE WHEN :write THEN now() ELSE r.committed_at END,
                            shrunk_version = CASE WHEN :shrink THEN numbered.next ELSE r.shrunk_version END
                        FROM numbered WHERE r.id = numbered.id RETURNING r.id""")
                .bindArray("ids", Long.class, locationIds)
                .bind("write", change == Change.WRITE)
                .bind("shrink", change == Change.SHRINK)
                .mapTo(Long.class)
                .list();
        requireAll(locationIds, touched);
    }

    static void requireAll(Collection<Long> wanted, Collection<Long> found) {
        List<Long> missing = new ArrayList<>(wanted);
        missing.removeAll(found);
        if (!missing.isEmpty()) {
            throw new AmpException(
                    StorageError.METADATA_ERROR, "table revision " + missing.getFirst() + " does not exist");
        }
    }
}
