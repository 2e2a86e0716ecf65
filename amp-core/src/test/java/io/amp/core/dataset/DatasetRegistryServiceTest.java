package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.concurrent.SystemRandomness;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry.DatasetDetails;
import io.amp.ports.dataset.DatasetRegistry.DatasetSummary;
import io.amp.ports.dataset.DatasetRegistry.ManifestSummary;
import io.amp.ports.dataset.DatasetRegistry.ManifestUse;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.TableKey;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetRegistryServiceTest {
    private static final DatasetName ETH = new DatasetName("acme", "eth");

    private final WallClock clock = new WallClock();
    private final InMemoryMetadataStore metadata = new InMemoryMetadataStore(clock, new SystemRandomness());
    private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    private final DatasetRegistryService registry = registry(DerivedChecks.UNSUPPORTED);

    @Test
    void registeringStoresLinksAndMovesDev() {
        DatasetVersion registered = registry.register(ETH, manifest(5), null);

        assertThat(new String(objects.read(registered.hash().hex()), StandardCharsets.UTF_8))
                .isEqualTo(registry.canonicalText(registered.hash()).orElseThrow())
                .startsWith("{\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"start_block\":5,");
        assertThat(resolved("acme/eth@dev")).isEqualTo(registered.hash());
        assertThat(resolved("acme/eth")).isEqualTo(registered.hash());
        assertThat(resolved("acme/eth@latest")).isNull();
        assertThat(registry.load(registered.hash())).isInstanceOf(RawManifest.class);
        assertThat(registry.servedText(registered.hash())).isEqualTo(registry.canonicalText(registered.hash()));
        assertThat(registry.listDatasets()).containsExactly(new DatasetSummary(ETH, List.of(), null));
    }

    /** The table of the datasets specification, section 7.3. */
    @Test
    void tagsMoveAsSpecified() {
        ManifestHash a = registry.register(ETH, manifest(1), null).hash();
        assertTags(a, null);
        ManifestHash b = registry.register(ETH, manifest(2), version("1.0.0")).hash();
        assertTags(b, b);
        ManifestHash c = registry.register(ETH, manifest(3), version("0.9.0")).hash();
        assertTags(c, b);
        ManifestHash d = registry.register(ETH, manifest(4), version("1.0.0")).hash();
        assertTags(d, d);
        registry.register(ETH, manifest(4), version("1.1.0-rc.1"));
        assertTags(d, d);
        registry.registerStored(ETH, b, null);
        assertTags(b, d);

        registry.register(ETH, manifest(5), version("1.9.0"));
        ManifestHash ten =
                registry.register(ETH, manifest(6), version("1.10.0")).hash();
        DatasetDetails details = registry.describe(ETH).orElseThrow();
        assertThat(details.tags())
                .extracting(tag -> tag.version().text())
                .containsExactly("1.10.0", "1.9.0", "1.1.0-rc.1", "1.0.0", "0.9.0");
        assertThat(details.latest()).isEqualTo(ten);
        assertThat(resolved("acme/eth@1.0.0")).isEqualTo(d);
    }

    @Test
    void theSameCallTwiceChangesNothing() {
        DatasetVersion first = registry.register(ETH, manifest(1), version("1.0.0"));
        DatasetDetails before = registry.describe(ETH).orElseThrow();

        assertThat(registry.register(ETH, manifest(1), version("1.0.0"))).isEqualTo(first);
        assertThat(registry.describe(ETH)).contains(before);
    }

    @Test
    void latestIsRightInAnyOrderOfManyRegistrations() throws Exception {
        List<Integer> patches = new ArrayList<>();
        for (int patch = 0; patch < 100; patch++) {
            patches.add(patch);
        }
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Collections.shuffle(patches, new Random(seed));
        List<Callable<DatasetVersion>> calls = new ArrayList<>();
        patches.forEach(patch -> calls.add(() -> registry.register(ETH, manifest(patch), version("1.0." + patch))));
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<DatasetVersion> call : threads.invokeAll(calls)) {
                call.get();
            }
        }

        assertThat(registry.describe(ETH).orElseThrow().latest())
                .as("-Damp.seed=%d", seed)
                .isEqualTo(registry.storeManifest(manifest(99)));
        assertThat(registry.listDatasets().getFirst().latest()).isEqualTo(version("1.0.99"));
    }

    @Test
    void storedManifestMustExistWithRowAndObject() {
        assertFails(
                DatasetError.MANIFEST_NOT_FOUND,
                () -> registry.registerStored(ETH, new ManifestHash("0".repeat(64)), null));

        ManifestHash hash = registry.storeManifest(manifest(1));
        objects.delete(hash.hex());
        DatasetRegistryService other = registry(DerivedChecks.UNSUPPORTED);
        assertFails(DatasetError.MANIFEST_NOT_FOUND, () -> other.registerStored(ETH, hash, null));
        assertFails(DatasetError.MANIFEST_NOT_FOUND, () -> other.load(hash));
        assertThat(other.canonicalText(hash)).isEmpty();

        registry.storeManifest(manifest(1));
        assertThat(other.registerStored(ETH, hash, version("1.0.0"))).isEqualTo(new DatasetVersion(ETH, hash));
    }

    @Test
    void storingAloneLinksNothing() {
        ManifestHash hash = registry.storeManifest(manifest(1));

        assertThat(registry.listDatasets()).isEmpty();
        assertThat(registry.listManifests()).containsExactly(new ManifestSummary(hash, "evm-rpc", 0));
        assertThat(registry.usesOf(hash)).isEmpty();
    }

    @Test
    void corruptedObjectIsNeverUsedAndHealsWhenRegisteredAgain() {
        ManifestHash hash = registry.register(ETH, manifest(1), null).hash();
        objects.put(hash.hex(), manifest(2).getBytes(StandardCharsets.UTF_8));
        DatasetRegistryService other = registry(DerivedChecks.UNSUPPORTED);

        assertFails(DatasetError.MANIFEST_CORRUPTED, () -> other.load(hash));
        assertThatThrownBy(() -> other.canonicalText(hash)).hasMessageContaining("manifest corrupted");

        other.register(ETH, manifest(1), null);
        assertThat(registry(DerivedChecks.UNSUPPORTED).load(hash)).isInstanceOf(RawManifest.class);
    }

    @Test
    void hashResolvesOnlyForDatasetsThatLinkIt() {
        ManifestHash hash = registry.register(ETH, manifest(1), null).hash();
        registry.register(new DatasetName("acme", "other"), manifest(2), null);

        assertThat(resolved("acme/eth@" + hash)).isEqualTo(hash);
        assertThat(resolved("acme/other@" + hash)).isNull();
        assertThat(resolved("acme/unknown")).isNull();
    }

    @Test
    void releaseStandsInForALeftOutRevision() {
        registry.register(ETH, manifest(1), version("1.0.0"));
        ManifestHash dev = registry.register(ETH, manifest(2), null).hash();

        assertThat(resolved("acme/eth")).isEqualTo(resolved("acme/eth@1.0.0")).isNotEqualTo(dev);
    }

    @Test
    void manifestOfTheFirstGenerationMustAgreeWithTheRequest() {
        String named = manifest(1).replace("{\"kind\"", "{\"name\":\"eth\",\"version\":\"1.0.0\",\"kind\"");

        registry.register(ETH, named, version("1.0.0"));
        registry.register(ETH, named, null);
        assertThatThrownBy(() -> registry.register(ETH, named, version("1.0.1")))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR))
                .hasMessageContaining("version '1.0.0', the request '1.0.1'");
        assertFails(
                DatasetError.MANIFEST_VALIDATION_ERROR,
                () -> registry.register(new DatasetName("acme", "base"), named, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/eth", "acme/eth@latest", "pkg:amp/acme/eth@1.2.0"})
    void dependencyOnAReleaseIsPinnedToIt(String written) {
        registry.register(ETH, manifest(1), version("1.2.0"));
        registry.register(ETH, manifest(2), null);

        assertThat(derived(written)).contains("\"eth\":\"acme/eth@1.2.0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/eth", "acme/eth@dev"})
    void dependencyOnDevIsPinnedToItsHash(String written) {
        ManifestHash hash = registry.register(ETH, manifest(1), null).hash();

        assertThat(derived(written)).contains("\"eth\":\"acme/eth@" + hash + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/eth@latest", "acme/eth@1.0.0", "acme/nosuch"})
    void unresolvableDependencyIsAValidationError(String written) {
        registry.register(ETH, manifest(1), null);

        assertFails(DatasetError.MANIFEST_VALIDATION_ERROR, () -> derived(written));
    }

    @Test
    void servedDerivedTablesNameTheNetworksOfTheirSources() {
        registry.register(ETH, manifest(1), version("1.0.0"));
        DatasetRegistryService permissive = registry(manifest -> Map.of());
        ManifestHash hash = permissive.storeManifest(derivedText("acme/eth@1.0.0"));

        String served = registry(DerivedChecks.UNSUPPORTED).servedText(hash).orElseThrow();
        assertThat(served).contains("\"network\":\"mainnet\"");
        assertThat(permissive.storeManifest(served)).isEqualTo(hash);
    }

    @Test
    void latestVersionCannotBeDeletedAlone() {
        registry.register(ETH, manifest(1), version("1.0.0"));
        registry.register(ETH, manifest(1), version("2.0.0"));

        assertFails(DatasetError.CANNOT_DELETE_LATEST_VERSION, () -> registry.deleteVersion(ETH, version("2.0.0")));
        assertThat(registry.deleteVersion(ETH, version("1.0.0"))).isTrue();
        assertThat(registry.deleteVersion(ETH, version("1.0.0"))).isFalse();
        assertThat(resolved("acme/eth@2.0.0")).isNotNull();
    }

    @Test
    void deletingADatasetRemovesManifestsThatNobodyElseLinks() {
        DatasetName other = new DatasetName("acme", "other");
        ManifestHash shared =
                registry.register(ETH, manifest(1), version("1.0.0")).hash();
        ManifestHash own = registry.register(ETH, manifest(2), null).hash();
        registry.registerStored(other, shared, version("3.0.0"));

        registry.deleteDataset(ETH, false);
        registry.deleteDataset(ETH, false);

        assertThat(registry.describe(ETH)).isEmpty();
        assertThat(registry.canonicalText(own)).isEmpty();
        assertThat(objects.head(own.hex())).isEmpty();
        assertThat(registry.usesOf(shared)).containsExactly(new ManifestUse(other, version("3.0.0")));
    }

    @Test
    void datasetWithARunningJobIsDeletedOnlyByForce() throws Exception {
        DatasetVersion dataset = registry.register(ETH, manifest(1), null);
        schedule(dataset);

        assertFails(JobError.JOB_CONFLICT, () -> registry.deleteDataset(ETH, false));
        assertThat(registry.describe(ETH)).isPresent();
        registry.deleteDataset(ETH, true);
        assertThat(registry.describe(ETH)).isEmpty();
    }

    @Test
    void linkedManifestCannotBeDeleted() {
        ManifestHash hash = registry.register(ETH, manifest(1), null).hash();

        assertFails(DatasetError.MANIFEST_LINKED, () -> registry.deleteManifest(hash));
        registry.deleteManifest(new ManifestHash("0".repeat(64)));
        ManifestHash free = registry.storeManifest(manifest(2));
        registry.deleteManifest(free);
        assertThat(registry.canonicalText(free)).isEmpty();
        assertFails(DatasetError.MANIFEST_NOT_FOUND, () -> registry.usesOf(free));
    }

    @Test
    void pruneSparesLinkedManifestsAndThoseOfRunningJobs() throws Exception {
        ManifestHash linked = registry.register(ETH, manifest(1), null).hash();
        DatasetVersion working = registry.register(new DatasetName("acme", "gone"), manifest(2), null);
        schedule(working);
        metadata.datasets().unlinkAll(working.name());
        registry.storeManifest(manifest(3));
        registry.storeManifest(manifest(4));
        objects.put("f".repeat(64), new byte[] {1});

        assertThat(registry.pruneManifests()).isEqualTo(2);
        assertThat(registry.listManifests())
                .extracting(ManifestSummary::hash)
                .containsExactlyInAnyOrder(linked, working.hash());
        assertThat(objects.head("f".repeat(64))).as("younger than an hour").isPresent();
        assertThat(registry.pruneManifests()).isZero();
    }

    @Test
    void pruneSparesManifestsOfActiveTables() throws Exception {
        DatasetVersion gone = registry.register(new DatasetName("acme", "gone"), manifest(1), null);
        Job job = schedule(gone);
        metadata.segments().createActive(job.assignment(), new TableKey(gone, "blocks"), "acme/gone/blocks/1");
        metadata.jobs().requestStop(job.id());
        metadata.jobs().transition(job.assignment(), Set.of(JobStatus.STOP_REQUESTED), JobStatus.STOPPED, null);
        metadata.datasets().unlinkAll(gone.name());

        assertThat(registry.pruneManifests()).isZero();
        assertThat(registry.canonicalText(gone.hash())).isPresent();
    }

    @Test
    void filesOfTheFirstGenerationAreRegisteredOnce() {
        String sql = "{\"kind\":\"sql\"}";
        put("eth__1_2_0.json", manifest(1));
        put("eth__1_3_0.json", manifest(2));
        put("plain.json", manifest(3).replace("{\"kind\"", "{\"version\":\"0.7.0\",\"kind\""));
        put("unversioned.json", manifest(4));
        put("Bad-Name.json", manifest(5));
        put("broken.json", "{");
        put("derived.json", sql);
        put("known.json", manifest(6));
        put("readme.txt", "x");
        put("0".repeat(64) + ".json", manifest(7));
        ManifestHash known = registry.register(new DatasetName("_", "known"), manifest(8), null)
                .hash();

        registry.registerLegacyFiles();
        registry.registerLegacyFiles();

        assertThat(registry.listDatasets())
                .extracting(each -> each.name() + " " + each.versions())
                .containsExactly("_/eth [1.3.0, 1.2.0]", "_/known []", "_/plain [0.7.0]", "_/unversioned [0.0.0]");
        assertThat(resolved("known")).isEqualTo(known);
        assertThat(resolved("eth@dev")).isEqualTo(resolved("eth@1.3.0"));
    }

    @Test
    void manifestsOfEarlierKeyOrderKeepTheirIdentity() {
        String old = "{\"network\":\"mainnet\",\"kind\":\"evm-rpc\"}";
        ManifestHash hash = ManifestDocument.hashOf(old.getBytes(StandardCharsets.UTF_8));
        put(hash.hex(), old);
        metadata.datasets().registerManifest(hash, "unknown", hash.hex());

        assertThat(registry.canonicalText(hash)).contains(old);
        assertThat(registry.load(hash).tables()).hasSize(3);
        assertThat(registry.listManifests()).containsExactly(new ManifestSummary(hash, "evm-rpc", 0));
    }

    @Test
    void failuresNameTheStep() {
        metadata.disconnect();

        assertFails(DatasetError.MANIFEST_REGISTRATION_ERROR, () -> registry.register(ETH, manifest(1), null));
        metadata.reconnect();
        registry.register(ETH, manifest(1), null);
    }

    private DatasetRegistryService registry(DerivedChecks checks) {
        return new DatasetRegistryService(metadata, objects, checks, clock);
    }

    private Job schedule(DatasetVersion dataset) throws InterruptedException {
        metadata.workers().start("worker", Map.of(), Duration.ZERO);
        Job job = metadata.jobs()
                .schedule(
                        "key",
                        dataset,
                        "{\"dataset_namespace\":\"acme\",\"dataset_name\":\"eth\",\"manifest_hash\":\"" + dataset.hash()
                                + "\"}",
                        null);
        assertThat(job.status().isTerminal()).isFalse();
        return job;
    }

    private void put(String path, String content) {
        objects.put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    private void assertTags(ManifestHash dev, @Nullable ManifestHash latest) {
        DatasetDetails details = registry.describe(ETH).orElseThrow();
        assertThat(details.dev()).isEqualTo(dev);
        assertThat(details.latest()).isEqualTo(latest);
    }

    private @Nullable ManifestHash resolved(String reference) {
        DatasetReference parsed = References.parse(reference);
        return registry.resolve(parsed).map(DatasetVersion::hash).orElse(null);
    }

    private String derived(String dependency) {
        DatasetRegistryService permissive = registry(manifest -> Map.of());
        return permissive
                .canonicalText(permissive.storeManifest(derivedText(dependency)))
                .orElseThrow();
    }

    private static String derivedText(String dependency) {
        return "{\"kind\":\"manifest\",\"dependencies\":{\"eth\":\"" + dependency
                + "\"},\"tables\":{\"t\":{\"input\":{\"sql\":\"SELECT hash FROM eth.blocks\"}}}}";
    }

    private static String manifest(long startBlock) {
        return "{\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"start_block\":" + startBlock + "}";
    }

    private static SemanticVersion version(String text) {
        return new SemanticVersion(text);
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
