package io.amp.core.query;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.chain.VisibleChain;
import io.amp.core.concurrent.SystemRandomness;
import io.amp.ports.job.Assignment;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentCatalog.SnapshotChange;
import io.amp.ports.storage.SegmentCatalog.SnapshotMark;
import io.amp.ports.storage.SegmentCatalog.TableSnapshot;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.runtime.WallClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotCacheTest {
    private static final TableKey BLOCKS = table(version("eth", 'a'), "blocks");
    private static final TableKey LOGS = table(version("eth", 'a'), "logs");

    private final InMemoryMetadataStore metadata = new InMemoryMetadataStore(new WallClock(), new SystemRandomness());
    private final SegmentCatalog catalog = metadata.segments();
    private Assignment writer = new Assignment(0, "", 0);

    @BeforeEach
    void startJob() throws Exception {
        metadata.workers().start("worker", Map.of(), Duration.ZERO);
        writer = metadata.jobs().schedule("key", BLOCKS.dataset(), "{}", null).assignment();
    }

    @Test
    void unchangedTablesKeepTheirChain() {
        TableRevision blocks = catalog.createActive(writer, BLOCKS, "blocks");
        catalog.commit(writer, List.of(written(blocks, 0, 9)));
        var cache = new SnapshotCache(catalog, 100);

        VisibleChain first = chain(cache, BLOCKS);
        assertThat(chain(cache, BLOCKS)).isSameAs(first);

        catalog.commit(writer, List.of(written(blocks, 10, 19)));
        assertThat(chain(cache, BLOCKS).segments()).hasSize(2);
    }

    @Test
    void tablesWithoutRevisionAreMissing() {
        assertThat(new SnapshotCache(catalog, 100).chains(starts(BLOCKS))).isEmpty();
    }

    @Test
    void anotherRevisionReplacesTheChain() {
        TableRevision first = catalog.createActive(writer, BLOCKS, "one");
        catalog.commit(writer, List.of(written(first, 0, 9)));
        var cache = new SnapshotCache(catalog, 100);
        assertThat(chain(cache, BLOCKS).segments()).hasSize(1);

        catalog.createActive(writer, BLOCKS, "two");
        assertThat(chain(cache, BLOCKS).segments()).isEmpty();
    }

    @Test
    void addedSegmentsJoinThoseKept() {
        TableRevision blocks = catalog.createActive(writer, BLOCKS, "blocks");
        catalog.commit(writer, List.of(written(blocks, 0, 9)));
        List<Map<TableKey, SnapshotMark>> asked = new ArrayList<>();
        var cache = new SnapshotCache(incremental(asked), 100);
        chain(cache, BLOCKS);
        catalog.commit(writer, List.of(written(blocks, 10, 19)));

        assertThat(chain(cache, BLOCKS).segments()).extracting(Segment::range).hasSize(2);
        chain(cache, BLOCKS);
        assertThat(asked).extracting(known -> known.get(BLOCKS).segments()).containsExactly(0, 1, 2);
    }

    @Test
    void theLeastUsedTableLeavesFirst() {
        TableRevision blocks = catalog.createActive(writer, BLOCKS, "blocks");
        TableRevision logs = catalog.createActive(writer, LOGS, "logs");
        catalog.commit(writer, List.of(written(blocks, 0, 9), written(blocks, 10, 19)));
        catalog.commit(writer, List.of(written(logs, 0, 9), written(logs, 10, 19)));
        List<Map<TableKey, SnapshotMark>> asked = new ArrayList<>();
        var cache = new SnapshotCache(incremental(asked), 3);
        chain(cache, BLOCKS);
        chain(cache, LOGS);

        assertThat(chain(cache, BLOCKS).segments()).hasSize(2);
        assertThat(asked.getLast().get(BLOCKS)).isEqualTo(SnapshotMark.NOTHING);
    }

    @Test
    void tenThousandSegmentsAreBuiltOnceAndThenOnlyCompared() {
        TableRevision blocks = catalog.createActive(writer, BLOCKS, "blocks");
        List<WrittenSegment> files = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            files.add(written(blocks, i, i));
        }
        catalog.commit(writer, files);
        var cache = new SnapshotCache(catalog, 100_000);
        VisibleChain first = chain(cache, BLOCKS);

        assertThat(first.segments()).hasSize(10_000);
        for (int i = 0; i < 100; i++) {
            assertThat(chain(cache, BLOCKS)).isSameAs(first);
        }
    }

    private static VisibleChain chain(SnapshotCache cache, TableKey key) {
        VisibleChain chain = cache.chains(starts(key)).get(key);
        assertThat(chain).isNotNull();
        return chain;
    }

    private static Map<TableKey, @Nullable Long> starts(TableKey key) {
        Map<TableKey, @Nullable Long> starts = new HashMap<>();
        starts.put(key, 0L);
        return starts;
    }

    /** A catalogue that answers with additions where it can. */
    private SegmentCatalog incremental(List<Map<TableKey, SnapshotMark>> asked) {
        return (SegmentCatalog) Proxy.newProxyInstance(
                SegmentCatalog.class.getClassLoader(),
                new Class<?>[] {SegmentCatalog.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("snapshotChanges")) {
                        return method.invoke(catalog, arguments);
                    }
                    @SuppressWarnings("unchecked")
                    var known = (Map<TableKey, SnapshotMark>) arguments[0];
                    asked.add(Map.copyOf(known));
                    Map<TableKey, SnapshotChange> changes = new HashMap<>();
                    known.forEach((key, mark) -> {
                        long version = catalog.snapshotVersions(List.of(key)).get(key);
                        TableSnapshot snapshot = catalog.snapshot(List.of(key)).get(key);
                        changes.put(
                                key,
                                mark.version() == version
                                        ? new SnapshotChange.Unchanged()
                                        : mark.locationId()
                                                        == snapshot.revision().id()
                                                ? new SnapshotChange.Added(
                                                        version,
                                                        catalog.segmentsAfter(mark.locationId(), mark.lastFileId()))
                                                : new SnapshotChange.Replaced(version, snapshot));
                    });
                    return changes;
                });
    }
}
