package io.amp.ports.dataset;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Inbound: register and look up datasets (datasets specification, section 7). Thread-safe. Failures carry a {@link DatasetError}.
 */
public interface DatasetRegistry {
    /**
     * Validates a manifest document, stores its canonical form, links it to the dataset, moves {@code dev} and, with a version, the tag.
     *
     * @param document the manifest as JSON text, any accepted dialect
     * @param version null: only {@code dev} moves
     */
    DatasetVersion register(DatasetName dataset, String document, @Nullable SemanticVersion version);

    /** Links an already stored manifest. {@link DatasetError#MANIFEST_NOT_FOUND} when there is none. */
    DatasetVersion registerStored(DatasetName dataset, ManifestHash hash, @Nullable SemanticVersion version);

    /** Stores a manifest without linking it to a dataset. */
    ManifestHash storeManifest(String document);

    /** Resolves, applying the default for a left-out revision; empty when dataset or revision is unknown. */
    Optional<DatasetVersion> resolve(DatasetReference reference);

    /** The decoded manifest. {@link DatasetError#MANIFEST_NOT_FOUND} when it is not stored. */
    Manifest load(ManifestHash hash);

    /** Canonical bytes as UTF-8 text, unchanged from the store. */
    Optional<String> canonicalText(ManifestHash hash);

    /** Canonical content plus the extra fields of the versioned route (datasets specification, section 2.6). */
    Optional<String> servedText(ManifestHash hash);

    /** JSON object of every table's schema in the spelling of manifests, by table name. */
    String schemasText(ManifestHash hash);

    /** When the manifest was first stored. */
    Instant registeredAt(DatasetVersion version);

    List<DatasetSummary> listDatasets();

    Optional<DatasetDetails> describe(DatasetName dataset);

    /**
     * @return false when the version did not exist
     * @throws io.amp.ports.error.AmpException {@link DatasetError#CANNOT_DELETE_LATEST_VERSION}
     */
    boolean deleteVersion(DatasetName dataset, SemanticVersion version);

    /**
     * Removes all links and tags, then manifests that nobody links any more; data and jobs stay. Unknown is success.
     *
     * @param force also while a job of the dataset is not terminal
     * @throws io.amp.ports.error.AmpException {@link io.amp.ports.job.JobError#JOB_CONFLICT}
     */
    void deleteDataset(DatasetName dataset, boolean force);

    /** Every stored manifest, by hash. */
    List<ManifestSummary> listManifests();

    /** Releases that point to a manifest. {@link DatasetError#MANIFEST_NOT_FOUND} when it is not stored. */
    List<ManifestUse> usesOf(ManifestHash hash);

    /** Removes a stored manifest; unknown is success. {@link DatasetError#MANIFEST_LINKED} while a dataset links it. */
    void deleteManifest(ManifestHash hash);

    /**
     * Removes every manifest that no dataset links, no running job needs and no active table was made of; one failure does not stop the rest.
     *
     * @return number removed
     */
    int pruneManifests();

    /** @param datasetCount datasets that link it */
    record ManifestSummary(ManifestHash hash, String kind, int datasetCount) {}

    record ManifestUse(DatasetName dataset, SemanticVersion version) {}

    record DatasetSummary(
            DatasetName name,
            List<SemanticVersion> versions,
            @Nullable SemanticVersion latest) {}

    record DatasetDetails(
            DatasetName name,
            List<DatasetStore.TagEntry> tags,
            @Nullable ManifestHash latest,
            @Nullable ManifestHash dev) {}
}
