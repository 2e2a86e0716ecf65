package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore.LocalSegment;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.FaultyObjectStore;
import io.amp.testkit.storage.FaultyObjectStore.Faults;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileCacheTest {
    private static final long SEED = Long.getLong("amp.seed", 3L);
    private static final int KIB = 1024;

    @TempDir
    Path directory;

    private final InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
    private final FaultyObjectStore store = new FaultyObjectStore(objects, new WallClock(), SEED, Faults.NONE);
    private SegmentFileCache cache;

    @BeforeEach
    void open() {
        cache = new SegmentFileCache(directory, 10 * KIB);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void copyHoldsTheObjectsBytes() throws Exception {
        Segment segment = segment("a", 3 * KIB);

        try (LocalSegment lease = cache.lease(store, segment)) {
            assertThat(Files.readAllBytes(lease.file())).isEqualTo(objects.read(segment.path()));
        }
        assertThat(cache.bytes()).isEqualTo(3 * KIB);
    }

    @Test
    void secondLeaseNeedsNoStore() throws Exception {
        Segment segment = segment("a", KIB);
        cache.lease(store, segment).close();
        store.inject(new Faults(1, 0, 0, 0, Duration.ZERO));

        try (LocalSegment lease = cache.lease(store, segment)) {
            assertThat(lease.file()).hasSize(KIB);
        }
    }

    @Test
    void leastRecentlyUsedCopyMakesRoom() throws Exception {
        Segment a = segment("a", 4 * KIB);
        Segment b = segment("b", 4 * KIB);
        Segment c = segment("c", 4 * KIB);
        Path fileA = use(a);
        Path fileB = use(b);
        use(a);

        Path fileC = use(c);

        assertThat(fileA).exists();
        assertThat(fileB).doesNotExist();
        assertThat(fileC).exists();
        assertThat(cache.bytes()).isEqualTo(8 * KIB);
    }

    @Test
    void leasedCopiesStayAndTheLimitHolds() throws Exception {
        Segment a = segment("a", 6 * KIB);
        Segment b = segment("b", 6 * KIB);
        LocalSegment lease = cache.lease(store, a);

        assertThatThrownBy(() -> cache.lease(store, b))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.SEGMENT_CACHE_FULL))
                .hasMessageContaining("10240");
        assertThat(lease.file()).exists();
        lease.close();
        lease.close();
        use(b);
        assertThat(lease.file()).doesNotExist();
        assertThatThrownBy(() -> cache.lease(store, segment("huge", 11 * KIB)))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.SEGMENT_CACHE_FULL));
    }

    @Test
    void manyReadersShareOneDownload() throws Exception {
        Segment segment = segment("a", 5 * KIB);
        store.inject(new Faults(0, 0, 1, 0, Duration.ofMillis(100)));
        List<Future<LocalSegment>> leases = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                leases.add(threads.submit(() -> cache.lease(store, segment)));
            }
        }
        for (Future<LocalSegment> lease : leases) {
            assertThat(lease.get().file()).hasSize(5 * KIB);
        }
        assertThat(store.injected()).isEqualTo(1); // each read of the store counts as slow
        for (Future<LocalSegment> lease : leases) {
            lease.get().close();
        }
        use(segment("b", 10 * KIB)); // no lease is left
    }

    @Test
    void failedDownloadLeavesNothingAndIsTriedAgain() throws Exception {
        Segment segment = segment("a", KIB);
        store.inject(new Faults(1, 0, 0, 0, Duration.ZERO));
        assertThatThrownBy(() -> cache.lease(store, segment))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.OBJECT_STORE_UNAVAILABLE));
        assertThat(cache.bytes()).isZero();
        assertThat(files()).isEmpty();

        store.inject(Faults.NONE);
        use(segment);
    }

    @Test
    void objectShorterThanCataloguedIsAnError() {
        Segment segment = segment("a", KIB);
        objects.put(segment.path(), new byte[KIB - 1]);

        assertThatThrownBy(() -> cache.lease(store, segment))
                .isInstanceOf(AmpException.class)
                .hasMessageContaining(segment.path());
        assertThat(files()).isEmpty();
    }

    @Test
    void nextProcessFindsTheCopies() throws Exception {
        Segment segment = segment("a", KIB);
        Path file = use(segment);
        Files.writeString(file.resolveSibling("0123.parquet.tmp"), "unfinished");
        cache.close();
        store.inject(new Faults(1, 0, 0, 0, Duration.ZERO));

        cache = new SegmentFileCache(directory, 10 * KIB);

        assertThat(cache.bytes()).isEqualTo(KIB);
        assertThat(use(segment)).isEqualTo(file);
        assertThat(files()).containsExactly(file.getFileName().toString());
    }

    @Test
    void smallerLimitDropsCopiesAtOpening() throws Exception {
        use(segment("a", 4 * KIB));
        use(segment("b", 4 * KIB));
        cache.close();

        cache = new SegmentFileCache(directory, 5 * KIB);

        assertThat(cache.bytes()).isEqualTo(4 * KIB);
    }

    @Test
    void damagedCopyIsReplaced() throws Exception {
        Segment segment = segment("a", 2 * KIB);
        Path file = use(segment);
        cache.close();
        Files.write(file, new byte[7]);

        cache = new SegmentFileCache(directory, 10 * KIB);

        assertThat(use(segment)).hasBinaryContent(objects.read(segment.path()));
        assertThat(cache.bytes()).isEqualTo(2 * KIB);
    }

    @Test
    void processesDoNotShareASlot() throws Exception {
        Segment segment = segment("a", KIB);
        try (SegmentFileCache other = new SegmentFileCache(directory, 10 * KIB);
                LocalSegment mine = cache.lease(store, segment);
                LocalSegment others = other.lease(store, segment)) {
            assertThat(mine.file()).isNotEqualTo(others.file());
        }
    }

    private Path use(Segment segment) throws InterruptedException {
        try (LocalSegment lease = cache.lease(store, segment)) {
            return lease.file();
        }
    }

    private Segment segment(String name, int size) {
        byte[] bytes = new byte[size];
        new Random(SEED + name.hashCode()).nextBytes(bytes);
        String path = "ns/d/t/u/" + name + ".parquet";
        objects.put(path, bytes);
        return new Segment(1, 1, path, size, 1, SegmentFixture.metadata(name + ".parquet"));
    }

    private List<String> files() {
        try (Stream<Path> found = Files.list(directory.resolve("0"))) {
            return found.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
