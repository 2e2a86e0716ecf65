package io.amp.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentStore.LocalSegment;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.batch.BatchRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SegmentStore} does. */
public abstract class SegmentStoreContract {
    protected static final TableSchema SCHEMA = TableSchema.of(List.of(
            new Field("_block_num", FieldType.notNullable(new ArrowType.Int(64, false)), null),
            new Field("hash", FieldType.notNullable(new ArrowType.FixedSizeBinary(32)), null),
            new Field("note", FieldType.nullable(new ArrowType.Utf8()), null)));

    protected static final TableRevision REVISION = new TableRevision(
            7,
            new TableKey(new DatasetVersion(new DatasetName("ns", "data"), new ManifestHash("ab".repeat(32))), "notes"),
            "ns/data/notes/01890a5d-ac96-774b-bcce-b302099a8057");

    private static final Instant CREATED = Instant.ofEpochSecond(1_760_000_000, 5_000_000);

    protected BufferAllocator allocator;
    protected ObjectStore objects;
    protected SegmentStore segments;

    /** A store without objects. */
    protected abstract ObjectStore openObjects();

    protected abstract SegmentStore openSegments(ObjectStore objects);

    /** The column {@code _block_num} of a file that the store lent, in the order of the file. */
    protected abstract List<Long> blockNumbers(Path file);

    @BeforeEach
    void openStores() {
        allocator = new RootAllocator();
        objects = openObjects();
        segments = openSegments(objects);
    }

    @AfterEach
    void closeStores() {
        objects.close();
        allocator.close(); // fails when a buffer leaks
    }

    @Test
    void finishedFileIsAnObjectWithItsFooter() {
        WrittenSegment written = write("000000005-00000000000000aa.parquet", 5, 3);

        assertThat(written.rowCount()).isEqualTo(3);
        assertThat(written.revision()).isEqualTo(REVISION);
        assertThat(written.metadata()).isEqualTo(metadata("000000005-00000000000000aa.parquet", 5, 7));
        assertThat(written.footer()).isNotEmpty();
        assertThat(objects.head(REVISION.path() + "/000000005-00000000000000aa.parquet")
                        .orElseThrow()
                        .etag())
                .isEqualTo(written.object().etag());
        assertThat(written.object().path()).isEqualTo(REVISION.path() + "/000000005-00000000000000aa.parquet");
    }

    @Test
    void metadataIsTheExactText() {
        WrittenSegment written = write("000000005-00000000000000aa.parquet", 5, 3);

        assertThat(written.metadataJson())
                .isEqualTo("{\"table\":\"notes\",\"filename\":\"000000005-00000000000000aa.parquet\","
                        + "\"created_at\":{\"secs\":1760000000,\"nanos\":5000000},"
                        + "\"ranges\":[{\"numbers\":{\"start\":5,\"end\":7},\"network\":\"mainnet\","
                        + "\"hash\":\"0x" + "0".repeat(62) + "07\",\"prev_hash\":\"0x" + "0".repeat(62) + "04\","
                        + "\"timestamp\":1438271100}]}");
    }

    @Test
    void inspectionGivesWhatTheWriterGave() {
        for (WrittenSegment written : List.of(
                write("000000005-00000000000000aa.parquet", 5, 3), write("000000009-00000000000000ab.parquet", 9, 0))) {
            WrittenSegment seen = segments.inspect(REVISION, written.metadata().fileName());

            assertThat(seen.metadata()).isEqualTo(written.metadata());
            assertThat(seen.metadataJson()).isEqualTo(written.metadataJson());
            assertThat(seen.footer()).isEqualTo(written.footer());
            assertThat(seen.rowCount()).isEqualTo(written.rowCount());
            assertThat(seen.object().size()).isEqualTo(written.object().size());
            assertThat(seen.object().etag()).isEqualTo(written.object().etag());
        }
    }

    @Test
    void everythingInTheMetadataSurvives() {
        SegmentMetadata plain = metadata("000000005-00000000000000ac.parquet", 5, 7);
        SegmentMetadata compacted = new SegmentMetadata(
                plain.table(),
                plain.fileName(),
                CREATED,
                plain.ranges(),
                null,
                BlockInterval.of(3, 9),
                CREATED.minusSeconds(5),
                4,
                List.of(11L, 12L),
                null);
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, plain.fileName())) {
            append(writer, 5, 3);
            writer.finish(compacted);
        }

        assertThat(segments.inspect(REVISION, plain.fileName()).metadata()).isEqualTo(compacted);
    }

    @Test
    void rowsAreLentAsALocalFile() throws Exception {
        Segment segment = catalogued(1, write("000000005-00000000000000aa.parquet", 5, 4));

        LocalSegment first = segments.open(segment);
        try (LocalSegment second = segments.open(segment)) {
            assertThat(Files.size(first.file())).isEqualTo(segment.sizeBytes());
            first.close();
            first.close();
            assertThat(blockNumbers(second.file())).containsExactly(5L, 6L, 7L, 8L);
        }
    }

    @Test
    void severalBatchesKeepTheirOrder() throws Exception {
        WrittenSegment written;
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet")) {
            append(writer, 1, 2);
            append(writer, 3, 0);
            append(writer, 3, 3);
            assertThat(writer.rowCount()).isEqualTo(5);
            written = writer.finish(metadata(writer.fileName(), 1, 5));
        }

        try (LocalSegment lease = segments.open(catalogued(1, written))) {
            assertThat(blockNumbers(lease.file())).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void fileWithoutRowsIsLegal() throws Exception {
        WrittenSegment written = write("000000005-00000000000000aa.parquet", 5, 0);

        assertThat(written.rowCount()).isZero();
        try (LocalSegment lease = segments.open(catalogued(1, written))) {
            assertThat(blockNumbers(lease.file())).isEmpty();
        }
    }

    @Test
    void nothingIsVisibleBeforeTheEnd() {
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet")) {
            assertThat(objects.list("")).isEmpty();
            append(writer, 1, 100);
            assertThat(objects.list("")).isEmpty();
        }
        assertThat(objects.list("")).isEmpty();
        assertThat(objects.listDirectories("")).isEmpty();
    }

    @Test
    void batchStaysTheCallers() {
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet");
                RecordBatch batch = batch(1, 3)) {
            List<Map<String, @Nullable Object>> before = BatchRows.read(batch);
            writer.append(batch);
            assertThat(BatchRows.read(batch)).isEqualTo(before);
        }
    }

    @Test
    void estimateGrowsWithTheRows() {
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet")) {
            append(writer, 1, 1000);
            long some = writer.estimatedBytes();
            append(writer, 1001, 30_000);
            assertThat(some).isGreaterThan(30_000L);
            assertThat(writer.estimatedBytes()).isGreaterThan(10 * some);
        }
    }

    @Test
    void batchesOfAnotherSchemaAreRefused() {
        TableSchema other = TableSchema.of(SCHEMA.fields().subList(0, 2));
        TableSchema renamed = TableSchema.of(List.of(
                SCHEMA.fields().get(0),
                SCHEMA.fields().get(1),
                new Field("memo", FieldType.nullable(new ArrowType.Utf8()), null)));
        for (TableSchema schema : List.of(other, renamed)) {
            try (SegmentWriter writer = segments.create(REVISION, schema, "000000001-0000000000000001.parquet");
                    RecordBatch batch = batch(1, 1)) {
                assertThatThrownBy(() -> writer.append(batch)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void nullInAColumnThatHasNoneIsRefused() {
        TableSchema lenient = TableSchema.of(SCHEMA.fields().stream()
                .map(field -> new Field(field.getName(), FieldType.nullable(field.getType()), null))
                .toList());
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet");
                RecordBatch batch = BatchRows.write(lenient, List.of(Map.of("_block_num", 1L)), allocator)) {
            assertThatThrownBy(() -> writer.append(batch))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'hash'");
        }
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void finishNeedsTheFilesOwnMetadata() {
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet")) {
            append(writer, 1, 1);
            assertThatThrownBy(() -> writer.finish(metadata("000000001-0000000000000002.parquet", 1, 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void finishedWriterTakesNoMore() {
        SegmentWriter writer = segments.create(REVISION, SCHEMA, "000000001-0000000000000001.parquet");
        append(writer, 1, 1);
        writer.finish(metadata(writer.fileName(), 1, 1));

        try (RecordBatch batch = batch(2, 1)) {
            assertThatThrownBy(() -> writer.append(batch)).isInstanceOf(IllegalStateException.class);
        }
        writer.close();
        writer.close();
        assertThat(objects.list("")).hasSize(1);
    }

    @Test
    void missingAndForeignFilesAreNamed() {
        objects.put(REVISION.path() + "/empty.parquet", new byte[0]);
        objects.put(REVISION.path() + "/text.parquet", "no segment at all".getBytes(StandardCharsets.UTF_8));

        fails(StorageError.OBJECT_NOT_FOUND, "gone.parquet", () -> segments.inspect(REVISION, "gone.parquet"));
        fails(StorageError.INVALID_SEGMENT, "empty.parquet", () -> segments.inspect(REVISION, "empty.parquet"));
        fails(StorageError.INVALID_SEGMENT, "text.parquet", () -> segments.inspect(REVISION, "text.parquet"));
    }

    @Test
    void collectedObjectMeansAnExpiredSnapshot() {
        Segment segment = catalogued(1, write("000000005-00000000000000aa.parquet", 5, 4));
        objects.delete(segment.path());

        fails(StorageError.SNAPSHOT_EXPIRED, segment.path(), () -> {
            try {
                segments.open(segment).close();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Writes blocks {@code start} and following, one row each. */
    protected WrittenSegment write(String fileName, long start, int rows) {
        try (SegmentWriter writer = segments.create(REVISION, SCHEMA, fileName)) {
            append(writer, start, rows);
            return writer.finish(metadata(fileName, start, start + Math.max(0, rows - 1)));
        }
    }

    protected void append(SegmentWriter writer, long start, int rows) {
        try (RecordBatch batch = batch(start, rows)) {
            writer.append(batch);
        }
    }

    protected RecordBatch batch(long start, int count) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (long number = start; number < start + count; number++) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("_block_num", number);
            row.put("hash", scrambled(number));
            row.put("note", number % 3 == 0 ? null : "note " + number);
            rows.add(row);
        }
        return BatchRows.write(SCHEMA, rows, allocator);
    }

    private static String scrambled(long number) {
        return "%016x".formatted(number * 0x9E3779B97F4A7C15L).repeat(4);
    }

    protected static SegmentMetadata metadata(String fileName, long start, long end) {
        return new SegmentMetadata(
                "notes",
                fileName,
                CREATED,
                List.of(new BlockRange(
                        BlockInterval.of(start, end),
                        new NetworkId("mainnet"),
                        new BlockHash(0, 0, 0, end),
                        new BlockHash(0, 0, 0, start - 1),
                        1_438_271_100L)),
                null,
                null,
                CREATED,
                0,
                List.of(),
                "ampd/0.1.0");
    }

    protected static Segment catalogued(long fileId, WrittenSegment written) {
        return new Segment(
                fileId,
                REVISION.id(),
                written.object().path(),
                written.object().size(),
                written.rowCount(),
                written.metadata());
    }

    private static void fails(ErrorCode code, String named, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(named);
    }
}
