package io.amp.testkit.metadata;

import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.testkit.metadata.InMemoryDatabase.DatasetRows;
import io.amp.testkit.metadata.InMemoryDatabase.TagRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Registry rows of an {@link InMemoryDatabase}. */
final class InMemoryDatasetStore implements DatasetStore {
    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;

    InMemoryDatasetStore(InMemoryDatabase db, InMemoryMetadataStore client) {
        this.db = db;
        this.client = client;
    }

    @Override
    public void registerManifest(ManifestHash hash, String kind, String path) {
        db.transact(client, () -> db.manifests.putIfAbsent(hash, new ManifestEntry(hash, kind, path, db.now())));
    }

    @Override
    public Optional<ManifestEntry> findManifest(ManifestHash hash) {
        return db.transact(client, () -> Optional.ofNullable(db.manifests.get(hash)));
    }

    @Override
    public List<ManifestEntry> listManifests() {
        return db.transact(client, () -> List.copyOf(db.manifests.values()));
    }

    @Override
    public boolean link(DatasetVersion version) {
        return db.transact(client, () -> linkRow(version));
    }

    @Override
    public Optional<ManifestHash> tag(DatasetVersion version, SemanticVersion tag) {
        return db.transact(client, () -> tagRow(version, tag));
    }

    @Override
    public void register(DatasetVersion version, @Nullable SemanticVersion tag) {
        db.transact(client, () -> {
            boolean added = linkRow(version);
            if (tag != null) {
                tagRow(version, tag);
            }
            return added;
        });
    }

    private boolean linkRow(DatasetVersion version) {
        if (!db.manifests.containsKey(version.hash())) {
            throw new AmpException(DatasetError.MANIFEST_NOT_FOUND, "manifest " + version.hash() + " is not stored");
        }
        DatasetRows rows = db.datasets.computeIfAbsent(version.name(), name -> new DatasetRows());
        rows.dev = version.hash();
        return rows.links.putIfAbsent(version.hash(), db.now()) == null;
    }

    private Optional<ManifestHash> tagRow(DatasetVersion version, SemanticVersion tag) {
        DatasetRows rows = db.datasets.get(version.name());
        if (rows == null || !rows.links.containsKey(version.hash())) {
            throw new AmpException(
                    DatasetError.DATASET_NOT_FOUND,
                    "manifest " + version.hash() + " is not linked to dataset " + version.name());
        }
        Instant now = db.now();
        TagRow before = rows.tags.get(tag.text());
        if (before == null || !before.hash().equals(version.hash())) {
            Instant createdAt = before == null ? now : before.createdAt();
            rows.tags.put(tag.text(), new TagRow(version.hash(), createdAt, now, db.nextId()));
        }
        recomputeLatest(rows);
        return Optional.ofNullable(before).map(TagRow::hash);
    }

    private static void recomputeLatest(DatasetRows rows) {
        Comparator<String> order =
                (left, right) -> new SemanticVersion(left).comparePrecedence(new SemanticVersion(right));
        rows.latest = rows.tags.keySet().stream()
                .max(order.thenComparing(tag -> tagRow(rows, tag).updatedAt()).thenComparing(Comparator.naturalOrder()))
                .map(tag -> tagRow(rows, tag).hash())
                .orElse(null);
    }

    private static TagRow tagRow(DatasetRows rows, String tag) {
        TagRow row = rows.tags.get(tag);
        if (row == null) {
            throw new IllegalStateException("no tag " + tag);
        }
        return row;
    }

    @Override
    public boolean removeTag(DatasetName dataset, SemanticVersion tag) {
        return db.transact(client, () -> {
            DatasetRows rows = db.datasets.get(dataset);
            if (rows == null || rows.tags.remove(tag.text()) == null) {
                return false;
            }
            recomputeLatest(rows);
            return true;
        });
    }

    @Override
    public Optional<ManifestHash> resolve(DatasetName dataset, DatasetRevision revision) {
        return db.transact(client, () -> {
            DatasetRows rows = db.datasets.get(dataset);
            if (rows == null) {
                return Optional.empty();
            }
            return switch (revision) {
                case DatasetRevision.Latest latest -> Optional.ofNullable(rows.latest);
                case DatasetRevision.Dev dev -> Optional.ofNullable(rows.dev);
                case DatasetRevision.Tagged tagged ->
                    Optional.ofNullable(rows.tags.get(tagged.version().text())).map(TagRow::hash);
                case DatasetRevision.Hashed hashed ->
                    rows.links.containsKey(hashed.hash()) ? Optional.of(hashed.hash()) : Optional.empty();
            };
        });
    }

    @Override
    public List<DatasetName> listDatasets() {
        return db.transact(client, () -> List.copyOf(db.datasets.keySet()));
    }

    @Override
    public boolean exists(DatasetName dataset) {
        return db.transact(client, () -> db.datasets.containsKey(dataset));
    }

    @Override
    public List<TagEntry> listTags(DatasetName dataset) {
        return db.transact(client, () -> {
            DatasetRows rows = db.datasets.get(dataset);
            if (rows == null) {
                return List.of();
            }
            return rows.tags.entrySet().stream()
                    .map(tag -> new TagEntry(
                            new SemanticVersion(tag.getKey()),
                            tag.getValue().hash(),
                            tag.getValue().createdAt(),
                            tag.getValue().updatedAt()))
                    .sorted(Comparator.comparing(TagEntry::version).reversed())
                    .toList();
        });
    }

    @Override
    public List<ManifestHash> listLinks(DatasetName dataset) {
        return db.transact(client, () -> {
            DatasetRows rows = db.datasets.get(dataset);
            return rows == null
                    ? List.of()
                    : List.copyOf(rows.links.sequencedKeySet().reversed());
        });
    }

    @Override
    public List<ManifestHash> unlinkAll(DatasetName dataset) {
        return db.transact(client, () -> {
            DatasetRows rows = db.datasets.remove(dataset);
            if (rows == null) {
                return List.of();
            }
            return rows.links.keySet().stream()
                    .filter(hash -> !isLinked(hash))
                    .sorted()
                    .toList();
        });
    }

    @Override
    public List<ManifestUse> usesOf(ManifestHash hash) {
        return db.transact(client, () -> {
            List<ManifestUse> uses = new ArrayList<>();
            db.datasets.forEach((name, rows) -> rows.tags.entrySet().stream()
                    .filter(tag -> tag.getValue().hash().equals(hash))
                    .map(tag -> new SemanticVersion(tag.getKey()))
                    .sorted(Comparator.reverseOrder())
                    .forEach(version -> uses.add(new ManifestUse(name, version))));
            return List.copyOf(uses);
        });
    }

    @Override
    public SortedMap<ManifestHash, Integer> linkCounts() {
        return db.transact(client, () -> {
            SortedMap<ManifestHash, Integer> counts = new TreeMap<>();
            db.manifests.keySet().forEach(hash -> counts.put(hash, 0));
            db.datasets
                    .values()
                    .forEach(rows -> rows.links.keySet().forEach(hash -> counts.merge(hash, 1, Integer::sum)));
            return counts;
        });
    }

    @Override
    public boolean removeManifest(ManifestHash hash) {
        return db.transact(client, () -> !isLinked(hash) && db.manifests.remove(hash) != null);
    }

    private boolean isLinked(ManifestHash hash) {
        return db.datasets.values().stream().anyMatch(rows -> rows.links.containsKey(hash));
    }
}
