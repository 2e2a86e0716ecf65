package io.amp.ports.dataset;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Registry rows in the metadata database: manifests, links of datasets to manifests, tags. Each method is one transaction. Thread-safe.
 * Failures: {@code StorageError.METADATA_UNAVAILABLE} (retryable).
 */
public interface DatasetStore {
    /** Records a manifest object; a known hash is left as it is. */
    void registerManifest(ManifestHash hash, String kind, String path);

    Optional<ManifestEntry> findManifest(ManifestHash hash);

    /** By hash. */
    List<ManifestEntry> listManifests();

    /**
     * Links a manifest to a dataset and moves the {@code dev} tag to it; repeating is harmless.
     *
     * @return false when the link existed before
     * @throws io.amp.ports.error.AmpException {@link DatasetError#MANIFEST_NOT_FOUND}
     */
    boolean link(DatasetVersion version);

    /**
     * Points a version tag at a linked manifest and recomputes {@code latest}: always the manifest of the tag with the highest SemVer
     * precedence; of tags that differ only in build metadata the one updated last, then the greater text.
     *
     * @return what the tag pointed to before, empty when new; a tag that names another hash is moved
     * @throws io.amp.ports.error.AmpException {@link DatasetError#DATASET_NOT_FOUND}: the manifest is not linked to the dataset
     */
    Optional<ManifestHash> tag(DatasetVersion version, SemanticVersion tag);

    /**
     * {@link #link} and, with a tag, {@link #tag} in one transaction: nobody sees the one without the other.
     *
     * @throws io.amp.ports.error.AmpException {@link DatasetError#MANIFEST_NOT_FOUND}
     */
    void register(DatasetVersion version, @Nullable SemanticVersion tag);

    /**
     * Removes one version tag and recomputes {@code latest}.
     *
     * @return false when there was none
     */
    boolean removeTag(DatasetName dataset, SemanticVersion tag);

    /** Hash that a revision points to; a {@code Hashed} one only when it is linked to this dataset. */
    Optional<ManifestHash> resolve(DatasetName dataset, DatasetRevision revision);

    /** All linked datasets sorted by namespace, name. */
    List<DatasetName> listDatasets();

    boolean exists(DatasetName dataset);

    /** Version tags (without {@code latest} and {@code dev}), highest first. */
    List<TagEntry> listTags(DatasetName dataset);

    /** Linked manifests of one dataset, newest link first. */
    List<ManifestHash> listLinks(DatasetName dataset);

    /**
     * Removes all links and tags of a dataset.
     *
     * @return the manifests that no dataset links any more
     */
    List<ManifestHash> unlinkAll(DatasetName dataset);

    /** Version tags (without {@code latest} and {@code dev}) of all datasets that point to a manifest, by dataset, highest first. */
    List<ManifestUse> usesOf(ManifestHash hash);

    /** Number of datasets that link each stored manifest, manifests without links included. */
    SortedMap<ManifestHash, Integer> linkCounts();

    /**
     * Removes the row of a manifest.
     *
     * @return false when a dataset still links it or there is none
     */
    boolean removeManifest(ManifestHash hash);

    record ManifestEntry(ManifestHash hash, String kind, String path, Instant createdAt) {}

    record ManifestUse(DatasetName dataset, SemanticVersion version) {}

    record TagEntry(SemanticVersion version, ManifestHash hash, Instant createdAt, Instant updatedAt) {}
}
