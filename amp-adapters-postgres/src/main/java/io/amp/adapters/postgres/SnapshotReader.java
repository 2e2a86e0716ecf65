package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog.SnapshotChange;
import io.amp.ports.storage.SegmentCatalog.SnapshotMark;
import io.amp.ports.storage.SegmentCatalog.TableSnapshot;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads several tables at one instant. One statement sees one snapshot, so no transaction is needed around it. */
final class SnapshotReader {
    private static final String ACTIVE_OF_WANTED = """
            JOIN physical_tables t ON t.dataset_namespace = wanted.namespace AND t.dataset_name = wanted.name
                AND t.manifest_hash = wanted.hash AND t.table_name = wanted."table"
            JOIN physical_table_revisions r ON r.id = t.active_revision_id""";

    /** Joins the wanted tables, given as four arrays, with their active revisions. */
    private static final String WANTED_REVISIONS = """
            FROM unnest(:namespaces, :names, :hashes, :tables) AS wanted (namespace, name, hash, "table")
            """ + ACTIVE_OF_WANTED;

    /** Of one table; {@code segments} grows while the rows are read. */
    private record Found(TableRevision revision, long version, List<Segment> segments) {
        TableSnapshot snapshot() {
            return new TableSnapshot(revision, segments);
        }
    }

    private record Change(TableKey key, long version, boolean onlyAdded, List<Segment> added) {}

    private final Database database;

    SnapshotReader(Database database) {
        this.database = database;
    }

    Map<TableKey, TableSnapshot> snapshot(Set<TableKey> keys) {
        Map<TableKey, TableSnapshot> snapshots = new LinkedHashMap<>();
        read(keys).forEach((key, found) -> snapshots.put(key, found.snapshot()));
        return snapshots;
    }

    private Map<TableKey, Found> read(Set<TableKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.single("take a snapshot", handle -> {
            Map<TableKey, Found> tables = new LinkedHashMap<>();
            RevisionRows.bindKeys(
                            handle.createQuery("SELECT " + SegmentRows.COLUMNS + """
                            , r.id AS revision_id, r.dataset_namespace, r.dataset_name, r.manifest_hash, r.version
                            """ + WANTED_REVISIONS + """

                            LEFT JOIN file_metadata f ON f.location_id = r.id
                                AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                            ORDER BY r.id, f.id"""), keys)
                    .map((row, context) -> {
                        TableKey key = RevisionRows.key(row);
                        Found table = tables.get(key);
                        if (table == null) {
                            var revision = new TableRevision(row.getLong("revision_id"), key, row.getString("path"));
                            table = new Found(revision, row.getLong("version"), new ArrayList<>());
                            tables.put(key, table);
                        }
                        if (Rows.nullableLong(row, "id") != null) {
                            table.segments.add(SegmentRows.segment(row));
                        }
                        return key;
                    })
                    .list();
            return tables;
        });
    }

    Map<TableKey, Long> versions(Set<TableKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.single("compare snapshot versions", handle -> {
            Map<TableKey, Long> versions = new LinkedHashMap<>();
            RevisionRows.bindKeys(
                            handle.createQuery("SELECT " + RevisionRows.COLUMNS + ", r.version " + WANTED_REVISIONS),
                            keys)
                    .map((row, context) -> versions.put(RevisionRows.key(row), row.getLong("version")))
                    .list();
            return versions;
        });
    }

    /** One statement says which tables changed and brings what was added; after anything else all tables are read as a whole. */
    Map<TableKey, SnapshotChange> changes(Map<TableKey, SnapshotMark> known) {
        if (known.isEmpty()) {
            return Map.of();
        }
        Map<TableKey, SnapshotChange> changes = new LinkedHashMap<>();
        for (Change change : database.single("compare snapshots", handle -> changes(handle, known))) {
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
        read(keys)
                .forEach(
                        (key, found) -> changes.put(key, new SnapshotChange.Replaced(found.version, found.snapshot())));
        return changes;
    }

    private static List<Change> changes(Handle handle, Map<TableKey, SnapshotMark> known) {
        List<TableKey> keys = List.copyOf(known.keySet());
        List<SnapshotMark> marks = keys.stream()
                .map(key -> known.getOrDefault(key, SnapshotMark.NOTHING))
                .toList();
        Map<TableKey, Change> tables = new LinkedHashMap<>();
        RevisionRows.bindKeys(handle.createQuery("SELECT " + SegmentRows.COLUMNS + """
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
                    TableKey key = RevisionRows.key(row);
                    Change change = tables.get(key);
                    if (change == null) {
                        change = new Change(
                                key, row.getLong("version"), row.getBoolean("only_added"), new ArrayList<>());
                        tables.put(key, change);
                    }
                    if (Rows.nullableLong(row, "id") != null) {
                        change.added.add(SegmentRows.segment(row));
                    }
                    return key;
                })
                .list();
        return List.copyOf(tables.values());
    }
}
