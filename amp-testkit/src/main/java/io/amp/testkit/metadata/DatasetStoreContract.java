package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.hash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.DatasetStore.ManifestEntry;
import io.amp.ports.dataset.DatasetStore.ManifestUse;
import io.amp.ports.dataset.DatasetStore.TagEntry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry rows: links, tags, the {@code latest} rule (datasets specification, section 7). */
public abstract class DatasetStoreContract extends MetadataContract {
    private static final DatasetName DATASET = new DatasetName("acme", "mainnet");
    private static final DatasetName OTHER = new DatasetName("acme", "base");

    private DatasetStore datasets;

    @BeforeEach
    void storeManifests() {
        datasets = store.datasets();
        for (char digit = 'a'; digit <= 'f'; digit++) {
            datasets.registerManifest(hash(digit), "evm-rpc", hash(digit).hex());
        }
    }

    private static DatasetVersion version(char digit) {
        return new DatasetVersion(DATASET, hash(digit));
    }

    private static SemanticVersion semver(String text) {
        return new SemanticVersion(text);
    }

    private String latest() {
        return resolved(new DatasetRevision.Latest());
    }

    private String dev() {
        return resolved(new DatasetRevision.Dev());
    }

    private String resolved(DatasetRevision revision) {
        return datasets.resolve(DATASET, revision)
                .map(hash -> hash.hex().substring(0, 1))
                .orElse("none");
    }

    private List<String> tags() {
        return datasets.listTags(DATASET).stream()
                .map(tag -> tag.version().text())
                .toList();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void knownManifestStaysAsItIs() {
        ManifestEntry before = datasets.findManifest(hash('a')).orElseThrow();
        backend.advance(Duration.ofSeconds(5));
        ManifestEntry aged = datasets.findManifest(hash('a')).orElseThrow();
        datasets.registerManifest(hash('a'), "firehose", "elsewhere");

        assertThat(datasets.findManifest(hash('a'))).contains(aged);
        assertThat(aged.kind()).isEqualTo("evm-rpc");
        assertThat(aged.path()).isEqualTo(before.path()).isEqualTo(hash('a').hex());
        assertThat(datasets.findManifest(hash('0'))).isEmpty();
        assertThat(datasets.listManifests())
                .extracting(ManifestEntry::hash)
                .containsExactly(hash('a'), hash('b'), hash('c'), hash('d'), hash('e'), hash('f'));
    }

    /** The table of the datasets specification, section 7.3. */
    @Test
    void latestIsTheHighestReleaseAndDevTheLastRegistered() {
        datasets.register(version('a'), null);
        assertThat(List.of(dev(), latest())).containsExactly("a", "none");
        datasets.register(version('b'), semver("1.0.0"));
        assertThat(List.of(dev(), latest())).containsExactly("b", "b");
        datasets.register(version('c'), semver("0.9.0"));
        assertThat(List.of(dev(), latest())).containsExactly("c", "b");
        datasets.register(version('d'), semver("1.0.0"));
        assertThat(List.of(dev(), latest())).containsExactly("d", "d");
        datasets.register(version('d'), semver("1.1.0-rc.1"));
        assertThat(List.of(dev(), latest())).containsExactly("d", "d");
        datasets.register(version('b'), null);
        assertThat(List.of(dev(), latest())).containsExactly("b", "d");
        assertThat(resolved(new DatasetRevision.Tagged(semver("1.0.0")))).isEqualTo("d");
        assertThat(resolved(new DatasetRevision.Tagged(semver("2.0.0")))).isEqualTo("none");
        assertThat(tags()).containsExactly("1.1.0-rc.1", "1.0.0", "0.9.0");
    }

    @Test
    void versionsOrderByPrecedence() {
        datasets.register(version('a'), semver("1.10.0"));
        datasets.register(version('b'), semver("1.9.0"));
        datasets.register(version('c'), semver("1.10.0-rc.1"));

        assertThat(tags()).containsExactly("1.10.0", "1.10.0-rc.1", "1.9.0");
        assertThat(latest()).isEqualTo("a");
    }

    @Test
    void ofVersionsThatDifferInBuildOnlyTheLastUpdatedIsLatest() {
        datasets.register(version('a'), semver("1.0.0+zulu"));
        backend.advance(Duration.ofSeconds(1));
        datasets.register(version('b'), semver("1.0.0+alpha"));
        assertThat(latest()).isEqualTo("b");
        backend.advance(Duration.ofSeconds(1));
        datasets.register(version('c'), semver("1.0.0+zulu"));
        assertThat(latest()).isEqualTo("c");
    }

    @Test
    void retaggingMovesTheTagAndOnlyThenItsTime() {
        datasets.register(version('a'), semver("1.0.0"));
        backend.advance(Duration.ofSeconds(10));
        TagEntry before = datasets.listTags(DATASET).getFirst();
        assertThat(datasets.tag(version('a'), semver("1.0.0"))).contains(hash('a'));
        assertThat(datasets.listTags(DATASET)).containsExactly(before);

        datasets.link(version('b'));
        assertThat(datasets.tag(version('b'), semver("1.0.0"))).contains(hash('a'));
        TagEntry after = datasets.listTags(DATASET).getFirst();
        assertThat(after.hash()).isEqualTo(hash('b'));
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
        assertThat(datasets.tag(version('b'), semver("1.2.0"))).isEmpty();
    }

    @Test
    void removingATagRecomputesLatest() {
        datasets.register(version('a'), semver("1.0.0"));
        datasets.register(version('b'), semver("2.0.0"));

        assertThat(datasets.removeTag(DATASET, semver("2.0.0"))).isTrue();
        assertThat(datasets.removeTag(DATASET, semver("2.0.0"))).isFalse();
        assertThat(latest()).isEqualTo("a");
        assertThat(datasets.removeTag(DATASET, semver("1.0.0"))).isTrue();
        assertThat(latest()).isEqualTo("none");
        assertThat(datasets.exists(DATASET)).isTrue();
    }

    @Test
    void aHashResolvesOnlyForTheDatasetThatLinksIt() {
        datasets.link(version('a'));

        assertThat(datasets.resolve(DATASET, new DatasetRevision.Hashed(hash('a'))))
                .contains(hash('a'));
        assertThat(datasets.resolve(DATASET, new DatasetRevision.Hashed(hash('b'))))
                .isEmpty();
        assertThat(datasets.resolve(OTHER, new DatasetRevision.Hashed(hash('a'))))
                .isEmpty();
    }

    @Test
    void linkingTwiceIsHarmlessAndLinksAreListedNewestFirst() {
        assertThat(datasets.link(version('b'))).isTrue();
        backend.advance(Duration.ofSeconds(1));
        assertThat(datasets.link(version('a'))).isTrue();
        assertThat(datasets.link(version('b'))).isFalse();

        assertThat(dev()).isEqualTo("b");
        assertThat(datasets.listLinks(DATASET)).containsExactly(hash('a'), hash('b'));
        assertThat(datasets.listLinks(OTHER)).isEmpty();
    }

    @Test
    void whatIsNotThereCannotBeLinkedOrTagged() {
        assertFails(DatasetError.MANIFEST_NOT_FOUND, () -> datasets.link(version('0')));
        assertFails(DatasetError.MANIFEST_NOT_FOUND, () -> datasets.register(version('0'), semver("1.0.0")));
        assertFails(DatasetError.DATASET_NOT_FOUND, () -> datasets.tag(version('a'), semver("1.0.0")));
        assertThat(datasets.exists(DATASET)).isFalse();
        assertThat(tags()).isEmpty();
    }

    @Test
    void datasetsWithoutReleaseAreListed() {
        datasets.link(version('a'));
        datasets.link(new DatasetVersion(OTHER, hash('a')));
        datasets.link(new DatasetVersion(new DatasetName("_", "zeta"), hash('b')));

        assertThat(datasets.listDatasets()).containsExactly(new DatasetName("_", "zeta"), OTHER, DATASET);
    }

    @Test
    void unlinkingNamesTheManifestsLeftWithoutDataset() {
        datasets.register(version('a'), semver("1.0.0"));
        datasets.register(version('b'), null);
        datasets.link(new DatasetVersion(OTHER, hash('b')));

        assertThat(datasets.unlinkAll(DATASET)).containsExactly(hash('a'));
        assertThat(datasets.exists(DATASET)).isFalse();
        assertThat(List.of(dev(), latest())).containsExactly("none", "none");
        assertThat(datasets.unlinkAll(DATASET)).isEmpty();
    }

    @Test
    void onlyUnlinkedManifestsCanBeRemoved() {
        datasets.link(version('a'));

        assertThat(datasets.removeManifest(hash('a'))).isFalse();
        assertThat(datasets.findManifest(hash('a'))).isPresent();
        datasets.unlinkAll(DATASET);
        assertThat(datasets.removeManifest(hash('a'))).isTrue();
        assertThat(datasets.removeManifest(hash('a'))).isFalse();
        assertThat(datasets.findManifest(hash('a'))).isEmpty();
    }

    @Test
    void usesAndCountsOfManifests() {
        datasets.register(version('a'), semver("1.9.0"));
        datasets.register(version('a'), semver("1.10.0"));
        datasets.register(new DatasetVersion(OTHER, hash('a')), semver("0.1.0"));
        datasets.register(new DatasetVersion(OTHER, hash('b')), null);

        assertThat(datasets.usesOf(hash('a')))
                .containsExactly(
                        new ManifestUse(OTHER, semver("0.1.0")),
                        new ManifestUse(DATASET, semver("1.10.0")),
                        new ManifestUse(DATASET, semver("1.9.0")));
        assertThat(datasets.usesOf(hash('b'))).isEmpty();
        assertThat(datasets.linkCounts())
                .containsEntry(hash('a'), 2)
                .containsEntry(hash('b'), 1)
                .containsEntry(hash('c'), 0)
                .hasSize(6);
    }

    @Test
    void concurrentRegistrationsAllCountForLatest() throws Exception {
        List<Callable<Void>> registrations = IntStream.range(0, 12)
                .<Callable<Void>>mapToObj(i -> () -> {
                    datasets.register(version((char) ('a' + i % 6)), semver("1." + i + ".0"));
                    return null;
                })
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : threads.invokeAll(registrations)) {
                done.get();
            }
        }

        assertThat(tags()).hasSize(12).startsWith("1.11.0", "1.10.0", "1.9.0");
        assertThat(latest()).isEqualTo("f");
    }
}
