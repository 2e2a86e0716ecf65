package io.amp.adapters.flight;

import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.dataset.TableDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A registry for reading: datasets that all of their revisions share one manifest with. */
final class ListedDatasets implements DatasetRegistry {
    private final SortedMap<DatasetName, List<SemanticVersion>> versions = new TreeMap<>();
    private final Map<DatasetName, Manifest> manifests = new TreeMap<>();

    ListedDatasets with(String namespace, String name, List<String> releases, TableDefinition... tables) {
        DatasetName dataset = new DatasetName(namespace, name);
        SortedMap<String, TableDefinition> byName = new TreeMap<>();
        for (TableDefinition table : tables) {
            byName.put(table.name(), table);
        }
        versions.put(dataset, releases.stream().map(SemanticVersion::new).toList());
        manifests.put(dataset, new StaticManifest(byName, new TreeMap<>()));
        return this;
    }

    private static ManifestHash hash(DatasetName dataset) {
        return new ManifestHash(String.format("%064x", dataset.hashCode() & 0xFFFF_FFFFL));
    }

    @Override
    public List<DatasetSummary> listDatasets() {
        return versions.entrySet().stream()
                .map(entry -> new DatasetSummary(
                        entry.getKey(),
                        entry.getValue(),
                        entry.getValue().isEmpty() ? null : entry.getValue().getFirst()))
                .toList();
    }

    @Override
    public Optional<DatasetVersion> resolve(DatasetReference reference) {
        List<SemanticVersion> known = versions.get(reference.name());
        if (known == null
                || (reference.revision() instanceof DatasetRevision.Tagged tagged
                        && !known.contains(tagged.version()))) {
            return Optional.empty();
        }
        return Optional.of(new DatasetVersion(reference.name(), hash(reference.name())));
    }

    @Override
    public Manifest load(ManifestHash hash) {
        return manifests.entrySet().stream()
                .filter(entry -> hash(entry.getKey()).equals(hash))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static UnsupportedOperationException readingOnly() {
        return new UnsupportedOperationException("this registry only lists and resolves");
    }

    @Override
    public DatasetVersion register(DatasetName dataset, String document, @Nullable SemanticVersion version) {
        throw readingOnly();
    }

    @Override
    public DatasetVersion registerStored(DatasetName dataset, ManifestHash hash, @Nullable SemanticVersion version) {
        throw readingOnly();
    }

    @Override
    public ManifestHash storeManifest(String document) {
        throw readingOnly();
    }

    @Override
    public Optional<String> canonicalText(ManifestHash hash) {
        throw readingOnly();
    }

    @Override
    public Optional<String> servedText(ManifestHash hash) {
        throw readingOnly();
    }

    @Override
    public String schemasText(ManifestHash hash) {
        throw readingOnly();
    }

    @Override
    public Instant registeredAt(DatasetVersion version) {
        throw readingOnly();
    }

    @Override
    public Optional<DatasetDetails> describe(DatasetName dataset) {
        throw readingOnly();
    }

    @Override
    public boolean deleteVersion(DatasetName dataset, SemanticVersion version) {
        throw readingOnly();
    }

    @Override
    public void deleteDataset(DatasetName dataset, boolean force) {
        throw readingOnly();
    }

    @Override
    public List<ManifestSummary> listManifests() {
        throw readingOnly();
    }

    @Override
    public List<ManifestUse> usesOf(ManifestHash hash) {
        throw readingOnly();
    }

    @Override
    public void deleteManifest(ManifestHash hash) {
        throw readingOnly();
    }

    @Override
    public int pruneManifests() {
        throw readingOnly();
    }
}
