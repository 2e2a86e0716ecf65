package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentFooter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FooterCacheTest {
    private static final long PLENTY = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicInteger lookUps = new AtomicInteger();
    private WrittenSegment written;

    @BeforeEach
    void writeLogs() {
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator();
                RecordBatch batch = ArrowRows.batch(
                        allocator, EvmTables.LOGS.arrow(), ChainData.MAINNET_15000000.expected("logs"))) {
            written = fixture.write(
                    SegmentFormat.defaults().withRowGroup(400, 1 << 30),
                    EvmTables.LOGS,
                    "000000001-0000000000000001.parquet",
                    List.of(batch));
        }
    }

    @Test
    void footerTellsRowsSizesBoundsAndFilters() {
        SegmentFooter footer = cache(PLENTY).footer(segment(1));

        assertThat(footer.rowCount()).isEqualTo(719);
        assertThat(footer.rowGroups())
                .extracting(SegmentFooter.RowGroup::rowCount)
                .containsExactly(400L, 319L);
        assertThat(footer.uncompressedBytes()).isGreaterThan(written.object().size());
        SegmentFooter.RowGroup second = footer.rowGroups().getLast();
        assertThat(second.compressedBytes()).isBetween(1_000L, written.object().size());
        SegmentFooter.Column number = second.columns().get("_block_num");
        assertThat(number.nullCount()).isZero();
        assertThat(PlainBytes.getLong(number.bounds().min(), 0)).isEqualTo(15_000_000);
        assertThat(PlainBytes.getInt(second.columns().get("log_index").bounds().min(), 0))
                .isEqualTo(400);
        assertThat(PlainBytes.getInt(second.columns().get("log_index").bounds().max(), 0))
                .isEqualTo(718);
        assertThat(second.columns().get("topic3").nullCount()).isPositive();
        assertThat(second.columns().get("data").bounds().max().length).isLessThanOrEqualTo(64);
        assertThat(second.columns().get("tx_hash").bloomFilterOffset())
                .isBetween(4L, written.object().size());
        assertThat(second.columns().get("tx_index").bloomFilterOffset()).isEqualTo(-1);
    }

    @Test
    void eachFileIsLookedUpOnce() {
        FooterCache cache = cache(PLENTY);
        for (int i = 0; i < 3; i++) {
            cache.footer(segment(1));
            cache.footer(segment(2));
        }

        assertThat(lookUps).hasValue(2);
        assertThat(cache.usage().hits()).isEqualTo(4);
        assertThat(cache.usage().misses()).isEqualTo(2);
        assertThat(cache.usage().bytes()).isBetween(2_000L, 100_000L);
    }

    @Test
    void budgetHoldsAndTheLeastRecentlyUsedGoes() {
        long one = sizeOfOne();
        FooterCache cache = cache(2 * one);
        cache.footer(segment(1));
        cache.footer(segment(2));
        cache.footer(segment(1));
        cache.footer(segment(3)); // out goes 2

        assertThat(cache.usage().bytes()).isEqualTo(2 * one);
        cache.footer(segment(1));
        assertThat(lookUps.getAndSet(0)).isEqualTo(1 + 3);
        cache.footer(segment(2));
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void footerBiggerThanTheBudgetIsAnsweredAndNotKept() {
        FooterCache cache = cache(10);

        assertThat(cache.footer(segment(1)).rowCount()).isEqualTo(719);
        assertThat(cache.usage().bytes()).isZero();
    }

    @Test
    void manyWhoMissCauseOneLookUp() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        FooterCache cache = new FooterCache(
                id -> {
                    lookUps.incrementAndGet();
                    try {
                        asked.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Optional.of(written.footer());
                },
                PLENTY);
        List<Future<SegmentFooter>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                answers.add(threads.submit(() -> cache.footer(segment(1))));
            }
            while (cache.usage().misses() < 10) {
                Thread.onSpinWait();
            }
            asked.countDown();
        }
        for (Future<SegmentFooter> answer : answers) {
            assertThat(answer.get()).isSameAs(answers.getFirst().get());
        }
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void failuresAreNotKept() {
        AtomicInteger calls = new AtomicInteger();
        FooterCache cache = new FooterCache(
                id -> switch (calls.getAndIncrement()) {
                    case 0 -> throw new AmpException(StorageError.METADATA_UNAVAILABLE, "no connection");
                    case 1 -> Optional.empty();
                    case 2 -> Optional.of(new byte[] {1, 2, 3});
                    default -> Optional.of(written.footer());
                },
                PLENTY);

        fails(cache, StorageError.METADATA_UNAVAILABLE);
        fails(cache, StorageError.SNAPSHOT_EXPIRED);
        fails(cache, StorageError.INVALID_SEGMENT);
        assertThat(cache.footer(segment(1)).rowCount()).isEqualTo(719);
    }

    private static void fails(FooterCache cache, StorageError code) {
        assertThatThrownBy(() -> cache.footer(segmentOf(1)))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private long sizeOfOne() {
        FooterCache cache = cache(PLENTY);
        cache.footer(segment(1));
        return cache.usage().bytes();
    }

    private FooterCache cache(long bytesMax) {
        return new FooterCache(
                id -> {
                    lookUps.incrementAndGet();
                    return Optional.of(written.footer());
                },
                bytesMax);
    }

    private Segment segment(long fileId) {
        return segmentOf(fileId);
    }

    private static Segment segmentOf(long fileId) {
        return new Segment(fileId, 1, "ns/d/t/u/x.parquet", 1, 1, SegmentFixture.metadata("x.parquet"));
    }
}
