package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.adapters.objectstore.LocalObjectStore;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.FaultyObjectStore;
import io.amp.testkit.storage.FaultyObjectStore.Faults;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetSegmentWriterTest {
    private static final long SEED = Long.getLong("amp.seed", 17L);
    private static final String NAME = "000000001-0000000000000001.parquet";

    @TempDir
    Path directory;

    private BufferAllocator allocator;
    private RecordBatch logs;

    @BeforeEach
    void open() {
        allocator = new RootAllocator();
        logs = ArrowRows.batch(allocator, EvmTables.LOGS.arrow(), ChainData.MAINNET_15000000.expected("logs"));
    }

    @AfterEach
    void close() {
        logs.close();
        allocator.close();
    }

    @Test
    void rowGroupsEndAtTheirLimitOfRows() {
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            SegmentFormat format = SegmentFormat.defaults().withRowGroup(1000, 1 << 30);
            WrittenSegment written = fixture.write(format, EvmTables.LOGS, NAME, List.of(logs, logs, logs));

            assertThat(rowGroups(written)).containsExactly(1000L, 1000L, 157L);
        }
    }

    @Test
    void rowGroupsEndBeforeABatchPassesTheirLimitOfBytes() {
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            SegmentFormat format = SegmentFormat.defaults().withRowGroup(100_000, 1);
            WrittenSegment written = fixture.write(format, EvmTables.LOGS, NAME, List.of(logs, logs, logs));

            assertThat(rowGroups(written)).containsExactly(719L, 719L, 719L);
        }
    }

    @Test
    void defaultRowGroupHasAbout120ThousandRows() {
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            WrittenSegment written =
                    fixture.write(SegmentFormat.defaults(), EvmTables.LOGS, NAME, Collections.nCopies(180, logs));

            assertThat(rowGroups(written)).containsExactly(122_880L, 719L * 180 - 122_880);
        }
    }

    private static List<Long> rowGroups(WrittenSegment written) {
        return FooterBytes.ofCatalogue(written.footer(), NAME).metadata().getRow_groups().stream()
                .map(group -> group.getNum_rows())
                .toList();
    }

    @Test
    void bytesLeaveAsRowGroupsClose() {
        LocalObjectStore objects = new LocalObjectStore(directory.resolve("data"));
        try (SegmentFixture fixture = new SegmentFixture(directory, objects);
                SegmentWriter writer = fixture.store(SegmentFormat.defaults().withRowGroup(2_000, 1 << 30))
                        .create(SegmentFixture.REVISION, EvmTables.LOGS, NAME)) {
            writer.append(logs);
            writer.append(logs);
            assertThat(directory.resolve("data")).doesNotExist();
            writer.append(logs);
            assertThat(directory.resolve("data/" + SegmentFixture.REVISION.path()))
                    .isDirectoryContaining(file -> file.getFileName().toString().endsWith(".tmp")
                            && file.toFile().length() > 10_000);
            assertThat(objects.list("")).isEmpty();
            assertThat(writer.estimatedBytes()).isBetween(60_000L, 1_000_000L);
        }
        assertThat(objects.discardStaleUploads("", Instant.now().plusSeconds(60)))
                .isZero();
    }

    @Test
    void whateverFailsNothingHalfWrittenIsVisible() {
        for (int round = 0; round < 200; round++) {
            InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
            ObjectStore faulty = new FaultyObjectStore(
                    objects, new WallClock(), SEED + round, new Faults(0.1, 0.1, 0, 0.2, Duration.ZERO));
            boolean finished = false;
            try (SegmentFixture fixture = new SegmentFixture(directory, faulty);
                    SegmentWriter writer = fixture.store(
                                    SegmentFormat.defaults().withRowGroup(500, 1 << 30))
                            .create(SegmentFixture.REVISION, EvmTables.LOGS, NAME)) {
                writer.append(logs);
                writer.append(logs);
                writer.finish(SegmentFixture.metadata(NAME));
                finished = true;
            } catch (AmpException e) {
                assertThat(e.code()).isEqualTo(StorageError.OBJECT_STORE_UNAVAILABLE);
            }
            List<ObjectInfo> visible = objects.list("");
            assertThat(visible.size())
                    .as("round %d, -Damp.seed=%d", round, SEED)
                    .isLessThanOrEqualTo(1);
            if (finished) {
                assertThat(visible).hasSize(1);
            }
            // After a lost acknowledgement the object is there, and whole.
            for (ObjectInfo object : visible) {
                assertThat(FooterBytes.read(objects, object, NAME).rowCount()).isEqualTo(1438);
            }
            assertThat(objects.discardStaleUploads("", Instant.now().plusSeconds(60)))
                    .as("leftovers of round %d, -Damp.seed=%d", round, SEED)
                    .isZero();
        }
    }

    @Test
    void aWriterThatFailedTakesNoMore() {
        InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
        FaultyObjectStore faulty =
                new FaultyObjectStore(objects, new WallClock(), SEED, new Faults(1, 0, 0, 0, Duration.ZERO));
        try (SegmentFixture fixture = new SegmentFixture(directory, faulty);
                SegmentWriter writer = fixture.store(SegmentFormat.defaults().withRowGroup(500, 1 << 30))
                        .create(SegmentFixture.REVISION, EvmTables.LOGS, NAME)) {
            assertThatThrownBy(() -> writer.append(logs)).isInstanceOf(AmpException.class);
            faulty.inject(Faults.NONE);
            assertThatThrownBy(() -> writer.append(logs)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> writer.finish(SegmentFixture.metadata(NAME)))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void nullDeepInsideIsRefusedToo() throws Exception {
        Field item = new Field("item", FieldType.notNullable(new ArrowType.Int(32, true)), null);
        TableSchema strict =
                TableSchema.of(List.of(new Field("list", FieldType.nullable(new ArrowType.List()), List.of(item))));
        ObjectNode row = (ObjectNode) new ObjectMapper().readTree("{\"list\":[1,null,3]}");
        try (SegmentFixture fixture = new SegmentFixture(directory);
                RecordBatch batch = ArrowRows.batch(allocator, strict.arrow(), List.of(row));
                SegmentWriter writer =
                        fixture.store(SegmentFormat.defaults()).create(SegmentFixture.REVISION, strict, NAME)) {
            assertThatThrownBy(() -> writer.append(batch))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'item'");
        }
    }

    @Test
    void typesWithoutAPlaceAreRefusedByName() {
        TableSchema schema = TableSchema.of(
                List.of(new Field("day", FieldType.nullable(new ArrowType.Date(DateUnit.MILLISECOND)), null)));
        try (SegmentFixture fixture = new SegmentFixture(directory)) {
            assertThatThrownBy(
                            () -> fixture.store(SegmentFormat.defaults()).create(SegmentFixture.REVISION, schema, NAME))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'day'");
        }
    }

    @Test
    void writersWaitForOneAnotherWithinTheParallelism() throws Exception {
        InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
        int writers = 8;
        CountDownLatch together = new CountDownLatch(writers);
        try (SegmentFixture fixture = new SegmentFixture(directory, objects);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ParquetSegmentStore store = fixture.store(SegmentFormat.defaults());
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                String name = "%09d-0000000000000001.parquet".formatted(i);
                results.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    try (SegmentWriter writer = store.create(SegmentFixture.REVISION, EvmTables.LOGS, name)) {
                        writer.append(logs);
                        return writer.finish(SegmentFixture.metadata(name)).rowCount();
                    }
                }));
            }
            for (Future<Long> result : results) {
                assertThat(result.get()).isEqualTo(719);
            }
        }
        assertThat(objects.list("")).hasSize(writers);
    }
}
