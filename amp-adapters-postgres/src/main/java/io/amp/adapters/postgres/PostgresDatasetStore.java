package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note
 *
 * 'latest' and 'dev' are rows of the tags table. Whatever changes the tags of a dataset first takes an advisory lock on its name, so that
 * 'latest' is computed from what the transaction before left; a row lock would need the row to be there.
 */

/** Registry rows in PostgreSQL. */
final class PostgresDatasetStore implements DatasetStore {
    private static final String LATEST = "latest";
    private static final String DEV = "dev";

    private final Database database;

    PostgresDatasetStore(Database database) {
        this.database = database;
    }

    @Override
    public void registerManifest(ManifestHash hash, String kind, String path) {
        database.transact(
                "register a manifest",
                handle -> handle.createUpdate("""
                        INSERT INTO manifest_files (hash, kind, path) VALUES (:hash, :kind, :path)
                        ON CONFLICT DO NOTHING""")
                        .bind("hash", hash.hex())
                        .bind("kind", kind)
                        .bind("path", path)
                        .execute());
    }

    @Override
    public Optional<ManifestEntry> findManifest(ManifestHash hash) {
        return database.single(
                "find a manifest",
                handle -> handle.createQuery(
                                "SELECT hash, kind, path, created_at FROM manifest_files WHERE hash = :hash")
                        .bind("hash", hash.hex())
                        .map((row, context) -> manifest(row))
                        .findOne());
    }

    @Override
    public List<ManifestEntry> listManifests() {
        return database.single(
                "list manifests",
                handle -> handle.createQuery(
                                "SELECT hash, kind, path, created_at FROM manifest_files ORDER BY hash COLLATE \"C\"")
                        .map((row, context) -> manifest(row))
                        .list());
    }

    private static ManifestEntry manifest(ResultSet row) throws SQLException {
        return new ManifestEntry(
                new ManifestHash(row.getString("hash")),
                row.getString("kind"),
                row.getString("path"),
                Rows.instant(row, "created_at"));
    }

    @Override
    public boolean link(DatasetVersion version) {
        return database.transact("link a manifest", handle -> {
            lockTags(handle, version.name());
            return linkRow(handle, version);
        });
    }

    @Override
    public Optional<ManifestHash> tag(DatasetVersion version, SemanticVersion tag) {
        return database.transact("tag a version", handle -> {
            lockTags(handle, version.name());
            return tagRow(handle, version, tag);
        });
    }

    @Override
    public void register(DatasetVersion version, @Nullable SemanticVersion tag) {
        database.transact("register a dataset version", handle -> {
            lockTags(handle, version.name());
            boolean added = linkRow(handle, version);
            if (tag != null) {
                tagRow(handle, version, tag);
            }
            return added;
        });
    }

    private static void lockTags(Handle handle, DatasetName dataset) {
        AdvisoryLock.inTransaction(handle, "tags of " + dataset);
    }

    private static boolean linkRow(Handle handle, DatasetVersion version) {
        // The share lock keeps the manifest from being removed until the link is there.
        boolean stored = handle.createQuery("SELECT 1 FROM manifest_files WHERE hash = :hash FOR KEY SHARE")
                .bind("hash", version.hash().hex())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
        if (!stored) {
            throw new AmpException(DatasetError.MANIFEST_NOT_FOUND, "manifest " + version.hash() + " is not stored");
        }
        int added = handle.createUpdate("""
                        INSERT INTO dataset_manifests (namespace, name, hash) VALUES (:namespace, :name, :hash)
                        ON CONFLICT DO NOTHING""")
                .bind("namespace", version.name().namespace())
                .bind("name", version.name().name())
                .bind("hash", version.hash().hex())
                .execute();
        putTag(handle, version, DEV);
        return added == 1;
    }

    private static void putTag(Handle handle, DatasetVersion version, String tag) {
        handle.createUpdate("""
                        INSERT INTO tags AS known (namespace, name, version, hash)
                        VALUES (:namespace, :name, :version, :hash)
                        ON CONFLICT (namespace, name, version)
                        DO UPDATE SET hash = excluded.hash, updated_at = now() WHERE known.hash <> excluded.hash""")
                .bind("namespace", version.name().namespace())
                .bind("name", version.name().name())
                .bind("version", tag)
                .bind("hash", version.hash().hex())
                .execute();
    }

    private static Optional<ManifestHash> tagRow(Handle handle, DatasetVersion version, SemanticVersion tag) {
        if (!isLinked(handle, version)) {
            throw new AmpException(
                    DatasetError.DATASET_NOT_FOUND,
                    "manifest " + version.hash() + " is not linked to dataset " + version.name());
        }
        Optional<ManifestHash> before = tagged(handle, version.name(), tag.text());
        putTag(handle, version, tag.text());
        recomputeLatest(handle, version.name());
        return before;
    }

    private static void recomputeLatest(Handle handle, DatasetName dataset) {
        Optional<TagEntry> highest = versions(handle, dataset).stream()
                .max(Comparator.comparing(TagEntry::version, SemanticVersion::comparePrecedence)
                        .thenComparing(TagEntry::updatedAt)
                        .thenComparing(tag -> tag.version().text()));
        if (highest.isPresent()) {
            putTag(handle, new DatasetVersion(dataset, highest.get().hash()), LATEST);
        } else {
            deleteTag(handle, dataset, LATEST);
        }
    }

    private static int deleteTag(Handle handle, DatasetName dataset, String tag) {
        return handle.createUpdate(
                        "DELETE FROM tags WHERE namespace = :namespace AND name = :name AND version = :version")
                .bind("namespace", dataset.namespace())
                .bind("name", dataset.name())
                .bind("version", tag)
                .execute();
    }

    @Override
    public boolean removeTag(DatasetName dataset, SemanticVersion tag) {
        return database.transact("remove a version tag", (handle, attempt) -> {
            lockTags(handle, dataset);
            boolean removed = deleteTag(handle, dataset, tag.text()) == 1;
            recomputeLatest(handle, dataset);
            return removed || attempt.mayHaveHappened();
        });
    }

    @Override
    public Optional<ManifestHash> resolve(DatasetName dataset, DatasetRevision revision) {
        return database.single("resolve a revision", handle -> switch (revision) {
            case DatasetRevision.Latest latest -> tagged(handle, dataset, LATEST);
            case DatasetRevision.Dev dev -> tagged(handle, dataset, DEV);
            case DatasetRevision.Tagged tagged ->
                tagged(handle, dataset, tagged.version().text());
            case DatasetRevision.Hashed hashed ->
                isLinked(handle, new DatasetVersion(dataset, hashed.hash()))
                        ? Optional.of(hashed.hash())
                        : Optional.empty();
        });
    }

    private static Optional<ManifestHash> tagged(Handle handle, DatasetName dataset, String tag) {
        return handle.createQuery(
                        "SELECT hash FROM tags WHERE namespace = :namespace AND name = :name AND version = :version")
                .bind("namespace", dataset.namespace())
                .bind("name", dataset.name())
                .bind("version", tag)
                .mapTo(String.class)
                .findOne()
                .map(ManifestHash::new);
    }

    private static boolean isLinked(Handle handle, DatasetVersion version) {
        return handle.createQuery(
                        "SELECT 1 FROM dataset_manifests WHERE namespace = :namespace AND name = :name AND hash = :hash")
                .bind("namespace", version.name().namespace())
                .bind("name", version.name().name())
                .bind("hash", version.hash().hex())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    @Override
    public List<DatasetName> listDatasets() {
        return database.single(
                "list datasets",
                handle ->
                        handle.createQuery("""
                        SELECT DISTINCT namespace COLLATE "C" AS namespace, name COLLATE "C" AS name
                        FROM dataset_manifests ORDER BY 1, 2""").map((row, context) -> name(row)).list());
    }

    private static DatasetName name(ResultSet row) throws SQLException {
        return new DatasetName(row.getString("namespace"), row.getString("name"));
    }

    @Override
    public boolean exists(DatasetName dataset) {
        return database.single(
                "find a dataset",
                handle -> handle.createQuery(
                                "SELECT EXISTS (SELECT 1 FROM dataset_manifests WHERE namespace = :namespace AND name = :name)")
                        .bind("namespace", dataset.namespace())
                        .bind("name", dataset.name())
                        .mapTo(Boolean.class)
                        .one());
    }

    @Override
    public List<TagEntry> listTags(DatasetName dataset) {
        return database.single(
                "list version tags",
                handle -> versions(handle, dataset).stream()
                        .sorted(Comparator.comparing(TagEntry::version).reversed())
                        .toList());
    }

    private static List<TagEntry> versions(Handle handle, DatasetName dataset) {
        return handle.createQuery("""
                        SELECT version, hash, created_at, updated_at FROM tags
                        WHERE namespace = :namespace AND name = :name AND version NOT IN ('latest', 'dev')""")
                .bind("namespace", dataset.namespace())
                .bind("name", dataset.name())
                .map((row, context) -> new TagEntry(
                        new SemanticVersion(row.getString("version")),
                        new ManifestHash(row.getString("hash")),
                        Rows.instant(row, "created_at"),
                        Rows.instant(row, "updated_at")))
                .list();
    }

    @Override
    public List<ManifestHash> listLinks(DatasetName dataset) {
        return database.single(
                "list links",
                handle -> handle.createQuery("""
                        SELECT hash FROM dataset_manifests WHERE namespace = :namespace AND name = :name
                        ORDER BY created_at DESC, hash""")
                        .bind("namespace", dataset.namespace())
                        .bind("name", dataset.name())
                        .mapTo(String.class)
                        .map(ManifestHash::new)
                        .list());
    }

    @Override
    public List<ManifestHash> unlinkAll(DatasetName dataset) {
        return database.transact("unlink a dataset", handle -> {
            lockTags(handle, dataset);
            List<String> unlinked = handle.createQuery("""
                            DELETE FROM dataset_manifests WHERE namespace = :namespace AND name = :name
                            RETURNING hash""")
                    .bind("namespace", dataset.namespace())
                    .bind("name", dataset.name())
                    .mapTo(String.class)
                    .list();
            return handle.createQuery("""
                            SELECT hash FROM unnest(:hashes) AS gone (hash)
                            WHERE NOT EXISTS (SELECT 1 FROM dataset_manifests d WHERE d.hash = gone.hash)
                            ORDER BY hash""")
                    .bindArray("hashes", String.class, unlinked)
                    .mapTo(String.class)
                    .map(ManifestHash::new)
                    .list();
        });
    }

    @Override
    public List<ManifestUse> usesOf(ManifestHash hash) {
        return database.single(
                "list uses of a manifest",
                handle -> handle
                        .createQuery("""
                        SELECT namespace, name, version FROM tags
                        WHERE hash = :hash AND version NOT IN ('latest', 'dev')""")
                        .bind("hash", hash.hex())
                        .map((row, context) ->
                                new ManifestUse(name(row), new SemanticVersion(row.getString("version"))))
                        .stream()
                        .sorted(Comparator.comparing(ManifestUse::dataset)
                                .thenComparing(ManifestUse::version, Comparator.reverseOrder()))
                        .toList());
    }

    @Override
    public SortedMap<ManifestHash, Integer> linkCounts() {
        return database.single("count links", handle -> {
            SortedMap<ManifestHash, Integer> counts = new TreeMap<>();
            handle.createQuery("""
                            SELECT m.hash, count(d.hash)::int AS links
                            FROM manifest_files m LEFT JOIN dataset_manifests d ON d.hash = m.hash GROUP BY m.hash""")
                    .map((row, context) -> counts.put(new ManifestHash(row.getString("hash")), row.getInt("links")))
                    .list();
            return counts;
        });
    }

    @Override
    public boolean removeManifest(ManifestHash hash) {
        return database.transact("remove a manifest", (handle, attempt) -> {
            // Locked first and looked at afterwards, so that a link made meanwhile is seen.
            boolean stored = handle.createQuery("SELECT 1 FROM manifest_files WHERE hash = :hash FOR UPDATE")
                    .bind("hash", hash.hex())
                    .mapTo(Integer.class)
                    .findOne()
                    .isPresent();
            if (!stored) {
                return attempt.mayHaveHappened();
            }
            return handle.createUpdate("""
                            DELETE FROM manifest_files m WHERE hash = :hash
                            AND NOT EXISTS (SELECT 1 FROM dataset_manifests d WHERE d.hash = m.hash)""").bind("hash", hash.hex()).execute() == 1;
        });
    }
}
