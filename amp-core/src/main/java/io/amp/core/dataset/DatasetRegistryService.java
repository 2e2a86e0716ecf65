package io.amp.core.dataset;

import io.amp.core.dataset.ManifestCache.Stored;
import io.amp.core.json.JsonReader;
import io.amp.core.json.JsonWriter;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.DatasetStore.ManifestEntry;
import io.amp.ports.dataset.DatasetStore.TagEntry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentCatalog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry: names, releases and manifests (datasets specification, section 7). Manifests are objects, links and tags are rows;
 * neither tags nor links are kept in memory.
 */
public final class DatasetRegistryService implements DatasetRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetRegistryService.class);
    /** An object without a row may belong to a registration that is half done. */
    private static final Duration ORPHAN_AGE = Duration.ofHours(1);

    private static final int JOBS_PER_PAGE = 1_000;

    private final DatasetStore store;
    private final JobStore jobs;
    private final SegmentCatalog segments;
    private final ObjectStore objects;
    private final Clock clock;
    private final ManifestReader reader;
    private final ManifestStore manifests;

    /** @param objects the manifests directory */
    public DatasetRegistryService(MetadataStore metadata, ObjectStore objects, DerivedChecks checks, Clock clock) {
        this.store = metadata.datasets();
        this.jobs = metadata.jobs();
        this.segments = metadata.segments();
        this.objects = objects;
        this.clock = clock;
        this.reader = new ManifestReader(new Pins(), checks);
        this.manifests = new ManifestStore(store, objects, reader);
    }

    @Override
    public DatasetVersion register(DatasetName dataset, String document, @Nullable SemanticVersion version) {
        ManifestDocument manifest = reader.read(document);
        requireAgreement(manifest.embedded(), dataset, version);
        manifest.warnings().forEach(warning -> LOG.warn("registering {}: {}", dataset, warning));
        return link(dataset, manifests.save(manifest), version);
    }

    @Override
    public DatasetVersion registerStored(DatasetName dataset, ManifestHash hash, @Nullable SemanticVersion version) {
        if (!manifests.exists(hash)) {
            throw unknownManifest(hash);
        }
        return link(dataset, hash, version);
    }

    @Override
    public ManifestHash storeManifest(String document) {
        ManifestDocument manifest = reader.read(document);
        manifest.warnings().forEach(warning -> LOG.warn("storing manifest {}: {}", manifest.hash(), warning));
        return manifests.save(manifest);
    }

    @Override
    public Optional<DatasetVersion> resolve(DatasetReference reference) {
        DatasetName name = reference.name();
        DatasetRevision revision = reference.revision();
        Optional<ManifestHash> hash = revision != null
                ? store.resolve(name, revision)
                : store.resolve(name, new DatasetRevision.Latest())
                        .or(() -> store.resolve(name, new DatasetRevision.Dev()));
        return hash.map(found -> new DatasetVersion(name, found));
    }

    @Override
    public Manifest load(ManifestHash hash) {
        return manifests
                .find(hash)
                .orElseThrow(() -> unknownManifest(hash))
                .document()
                .manifest();
    }

    @Override
    public Optional<String> canonicalText(ManifestHash hash) {
        return store.findManifest(hash).flatMap(row -> manifests.find(hash)).map(Stored::text);
    }

    @Override
    public Optional<String> servedText(ManifestHash hash) {
        return store.findManifest(hash).flatMap(row -> manifests.find(hash)).map(stored -> {
            if (!(stored.document().manifest() instanceof DerivedManifest derived)) {
                return stored.text();
            }
            Set<NetworkId> networks = networksOf(derived, new HashSet<>());
            return ServedManifest.text(stored.document(), table -> networks);
        });
    }

    @Override
    public String schemasText(ManifestHash hash) {
        Map<String, @Nullable Object> schemas = new TreeMap<>();
        load(hash).tables().forEach((name, table) -> schemas.put(name, ArrowTypes.schemaJson(table.schema())));
        return JsonWriter.compact(schemas);
    }

    @Override
    public Instant registeredAt(DatasetVersion version) {
        return store.findManifest(version.hash())
                .map(ManifestEntry::createdAt)
                .orElseThrow(() -> unknownManifest(version.hash()));
    }

    @Override
    public List<DatasetSummary> listDatasets() {
        return store.listDatasets().stream()
                .map(name -> {
                    List<TagEntry> tags = store.listTags(name);
                    return new DatasetSummary(
                            name,
                            tags.stream().map(TagEntry::version).toList(),
                            latest(name, tags).map(TagEntry::version).orElse(null));
                })
                .toList();
    }

    @Override
    public Optional<DatasetDetails> describe(DatasetName dataset) {
        if (!store.exists(dataset)) {
            return Optional.empty();
        }
        return Optional.of(new DatasetDetails(
                dataset,
                store.listTags(dataset),
                store.resolve(dataset, new DatasetRevision.Latest()).orElse(null),
                store.resolve(dataset, new DatasetRevision.Dev()).orElse(null)));
    }

    @Override
    public boolean deleteVersion(DatasetName dataset, SemanticVersion version) {
        Optional<TagEntry> latest = latest(dataset, store.listTags(dataset));
        if (latest.isPresent() && latest.get().version().equals(version)) {
            throw new AmpException(
                    DatasetError.CANNOT_DELETE_LATEST_VERSION,
                    "version " + version + " of dataset '" + dataset
                            + "' is its latest: tag a higher one first, or delete the dataset");
        }
        return store.removeTag(dataset, version);
    }

    @Override
    public void deleteDataset(DatasetName dataset, boolean force) {
        if (!force) {
            refuseWhileJobsRun(dataset);
        }
        warnDependants(dataset);
        for (ManifestHash hash : store.unlinkAll(dataset)) {
            try {
                manifests.remove(hash);
            } catch (AmpException e) {
                LOG.warn("manifest {}, which no dataset links any more, stays: {}", hash, e.getMessage());
            }
        }
        LOG.info("deleted dataset {}", dataset);
    }

    @Override
    public List<ManifestSummary> listManifests() {
        Map<ManifestHash, Integer> links = store.linkCounts();
        return store.listManifests().stream()
                .sorted(Comparator.comparing(ManifestEntry::hash))
                .map(entry -> new ManifestSummary(entry.hash(), kindOf(entry), links.getOrDefault(entry.hash(), 0)))
                .toList();
    }

    @Override
    public List<ManifestUse> usesOf(ManifestHash hash) {
        if (store.findManifest(hash).isEmpty()) {
            throw unknownManifest(hash);
        }
        return store.usesOf(hash).stream()
                .map(use -> new ManifestUse(use.dataset(), use.version()))
                .toList();
    }

    @Override
    public void deleteManifest(ManifestHash hash) {
        if (!manifests.remove(hash) && store.findManifest(hash).isPresent()) {
            int links = store.linkCounts().getOrDefault(hash, 0);
            throw new AmpException(
                    DatasetError.MANIFEST_LINKED,
                    "manifest " + hash + " is linked to datasets (" + links + ") and cannot be deleted");
        }
    }

    @Override
    public int pruneManifests() {
        Set<String> inUse = hashesOfRunningJobs();
        int deleted = 0;
        for (ManifestSummary manifest : listManifests()) {
            if (manifest.datasetCount() == 0
                    && !inUse.contains(manifest.hash().hex())
                    && !segments.hasActiveRevision(manifest.hash())) {
                try {
                    deleted += manifests.remove(manifest.hash()) ? 1 : 0;
                } catch (AmpException e) {
                    LOG.warn("manifest {} could not be deleted: {}", manifest.hash(), e.getMessage());
                }
            }
        }
        sweepObjects();
        return deleted;
    }

    /** Registers manifest files of the first generation that lie in the folder; for the start of a process. */
    public void registerLegacyFiles() {
        new LegacyManifestFiles(this, store, objects).register();
    }

    private DatasetVersion link(DatasetName dataset, ManifestHash hash, @Nullable SemanticVersion version) {
        var registered = new DatasetVersion(dataset, hash);
        try {
            store.register(registered, version);
        } catch (AmpException e) {
            if (e.is(DatasetError.MANIFEST_NOT_FOUND)) {
                throw e;
            }
            throw version == null
                    ? ManifestStore.failed(DatasetError.MANIFEST_LINKING_ERROR, "linking " + registered, e)
                    : ManifestStore.failed(
                            DatasetError.VERSION_TAGGING_ERROR, "tagging " + registered + " as " + version, e);
        }
        LOG.info("registered {}{}", registered, version == null ? "" : " as " + version);
        return registered;
    }

    /** The tag that {@code latest} stands for; releases that differ only in their build part are told apart by the hash. */
    private Optional<TagEntry> latest(DatasetName dataset, List<TagEntry> tags) {
        if (tags.isEmpty()) {
            return Optional.empty();
        }
        Optional<ManifestHash> hash = store.resolve(dataset, new DatasetRevision.Latest());
        return tags.stream()
                .filter(tag -> hash.isPresent() && tag.hash().equals(hash.get()))
                .findFirst();
    }

    private static void requireAgreement(
            ManifestDocument.Embedded embedded, DatasetName dataset, @Nullable SemanticVersion version) {
        List<String> problems = new ArrayList<>();
        String name = embedded.name();
        if (name != null && !name.equals(dataset.name()) && !name.equals(dataset.toString())) {
            problems.add("the manifest is named '" + name + "', the request names '" + dataset + "'");
        }
        if (version != null && embedded.version() != null && !version.text().equals(embedded.version())) {
            problems.add("the manifest has version '" + embedded.version() + "', the request '" + version + "'");
        }
        if (!problems.isEmpty()) {
            throw ManifestReader.invalid(problems);
        }
    }

    private SortedSet<NetworkId> networksOf(DerivedManifest derived, Set<ManifestHash> seen) {
        SortedSet<NetworkId> networks = new TreeSet<>();
        for (DatasetReference dependency : derived.dependencies().values()) {
            Optional<DatasetVersion> version = resolve(dependency);
            if (version.isPresent() && seen.add(version.get().hash())) {
                manifests.find(version.get().hash()).ifPresent(stored -> {
                    switch (stored.document().manifest()) {
                        case RawManifest raw -> networks.add(raw.network());
                        case DerivedManifest nested -> networks.addAll(networksOf(nested, seen));
                        case StaticManifest files -> {
                            // files have no network
                        }
                    }
                });
            }
        }
        return networks;
    }

    /** Rows of old databases do not say the kind. */
    private String kindOf(ManifestEntry entry) {
        if (!entry.kind().equals("unknown")) {
            return ManifestReader.canonicalKind(entry.kind());
        }
        try {
            return manifests
                    .find(entry.hash())
                    .map(stored -> stored.document().manifest().kind())
                    .orElse("unknown");
        } catch (AmpException e) {
            LOG.warn("the kind of manifest {} is unknown: {}", entry.hash(), e.getMessage());
            return "unknown";
        }
    }

    private void refuseWhileJobsRun(DatasetName dataset) {
        for (ManifestHash hash : store.listLinks(dataset)) {
            for (Job job : jobs.listOf(new DatasetVersion(dataset, hash))) {
                if (!job.status().isTerminal()) {
                    throw new AmpException(
                            JobError.JOB_CONFLICT,
                            "job " + job.id() + " of dataset '" + dataset + "' is " + job.status() + "; stop it first");
                }
            }
        }
    }

    private void warnDependants(DatasetName dataset) {
        for (ManifestEntry entry : store.listManifests()) {
            if (!ManifestReader.canonicalKind(entry.kind()).equals(DerivedManifest.KIND)) {
                continue;
            }
            try {
                if (dependsOn(entry.hash(), dataset)) {
                    LOG.warn("dataset {} is deleted although manifest {} depends on it", dataset, entry.hash());
                }
            } catch (AmpException e) {
                LOG.warn("whether manifest {} depends on {} is unknown: {}", entry.hash(), dataset, e.getMessage());
            }
        }
    }

    private boolean dependsOn(ManifestHash hash, DatasetName dataset) {
        return manifests
                .find(hash)
                .filter(stored -> stored.document().manifest() instanceof DerivedManifest derived
                        && derived.dependencies().values().stream()
                                .anyMatch(dependency -> dependency.name().equals(dataset)))
                .isPresent();
    }

    private Set<String> hashesOfRunningJobs() {
        Set<JobStatus> running = Set.of(JobStatus.values()).stream()
                .filter(status -> !status.isTerminal())
                .collect(Collectors.toSet());
        Set<String> hashes = new HashSet<>();
        List<Job> page = jobs.list(running, null, JOBS_PER_PAGE);
        while (!page.isEmpty()) {
            page.forEach(job -> manifestHash(job).ifPresent(hashes::add));
            page = page.size() < JOBS_PER_PAGE
                    ? List.of()
                    : jobs.list(running, page.getLast().id(), JOBS_PER_PAGE);
        }
        return hashes;
    }

    private static Optional<String> manifestHash(Job job) {
        try {
            return JsonReader.read(job.descriptorJson()) instanceof Map<?, ?> descriptor
                            && descriptor.get("manifest_hash") instanceof String hash
                    ? Optional.of(hash)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            LOG.warn("the descriptor of job {} is unreadable: {}", job.id(), e.getMessage());
            return Optional.empty();
        }
    }

    private void sweepObjects() {
        Instant limit = clock.now().minus(ORPHAN_AGE);
        for (ObjectInfo object : objects.list("")) {
            if (ManifestHash.isValid(object.path()) && object.lastModified().isBefore(limit)) {
                var hash = new ManifestHash(object.path());
                if (store.findManifest(hash).isEmpty()) {
                    try {
                        manifests.removeObject(hash);
                    } catch (AmpException e) {
                        LOG.warn("the unused manifest object {} could not be deleted: {}", hash, e.getMessage());
                    }
                }
            }
        }
    }

    private static AmpException unknownManifest(ManifestHash hash) {
        return new AmpException(DatasetError.MANIFEST_NOT_FOUND, "manifest " + hash + " not found");
    }

    private final class Pins implements DependencyPins {
        @Override
        public Optional<DatasetReference> pin(DatasetReference reference) {
            DatasetRevision revision = reference.revision();
            if (revision == null) {
                return pinTo(reference.name(), new DatasetRevision.Latest())
                        .or(() -> pinTo(reference.name(), new DatasetRevision.Dev()));
            }
            return pinTo(reference.name(), revision);
        }

        @Override
        public List<SemanticVersion> releases(DatasetName dataset) {
            return store.listTags(dataset).stream().map(TagEntry::version).toList();
        }

        private Optional<DatasetReference> pinTo(DatasetName name, DatasetRevision revision) {
            return switch (revision) {
                case DatasetRevision.Latest latest ->
                    DatasetRegistryService.this
                            .latest(name, store.listTags(name))
                            .map(tag -> new DatasetReference(name, new DatasetRevision.Tagged(tag.version())));
                case DatasetRevision.Dev dev ->
                    store.resolve(name, dev).map(hash -> new DatasetReference(name, new DatasetRevision.Hashed(hash)));
                case DatasetRevision.Tagged tagged ->
                    store.resolve(name, tagged).map(hash -> new DatasetReference(name, tagged));
                case DatasetRevision.Hashed hashed ->
                    store.resolve(name, hashed).map(hash -> new DatasetReference(name, hashed));
            };
        }
    }
}
