package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FooterBytesTest {
    private static final long SEED = Long.getLong("amp.seed", 5L);
    private static final String NAME = "000000001-0000000000000001.parquet";

    @TempDir
    Path directory;

    private SegmentFixture fixture;
    private WrittenSegment written;

    @BeforeEach
    void writeLogs() {
        fixture = new SegmentFixture(directory);
        try (BufferAllocator allocator = new RootAllocator();
                RecordBatch batch = ArrowRows.batch(
                        allocator, EvmTables.LOGS.arrow(), ChainData.MAINNET_15000000.expected("logs"))) {
            // Many pages, so that footer and indexes are bigger than the first read.
            SegmentFormat format =
                    SegmentFormat.defaults().withRowGroup(50, 1 << 30).withPage(7, 1 << 20);
            written = fixture.write(format, EvmTables.LOGS, NAME, List.of(batch));
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void catalogueFormIsSelfContained() throws IOException {
        byte[] footer = written.footer();
        byte[] file = Files.readAllBytes(fixture.file(written));
        FooterBytes parsed = FooterBytes.ofCatalogue(footer, NAME);

        assertThat(parsed.rowCount()).isEqualTo(719);
        assertThat(parsed.selfContained()).isEqualTo(footer);
        assertThat(parsed.metadata().getRow_groups()).hasSize(15);
        int pages = 0;
        for (RowGroup group : parsed.metadata().getRow_groups()) {
            for (ColumnChunk chunk : group.getColumns()) {
                OffsetIndex offsets = Util.readOffsetIndex(
                        part(footer, chunk.getOffset_index_offset(), chunk.getOffset_index_length()));
                ColumnIndex values = Util.readColumnIndex(
                        part(footer, chunk.getColumn_index_offset(), chunk.getColumn_index_length()));
                assertThat(offsets.getPage_locations()).hasSize((int) (group.getNum_rows() + 6) / 7);
                assertThat(values.getNull_pages()).hasSameSizeAs(offsets.getPage_locations());
                // Positions of pages are those of the file.
                int at = (int) offsets.getPage_locations().getFirst().getOffset();
                PageHeader header = Util.readPageHeader(new ByteArrayInputStream(file, at, file.length - at));
                assertThat(header.isSetData_page_header()).isTrue();
                pages += offsets.getPage_locationsSize();
            }
        }
        assertThat(pages).isGreaterThan(1000);
        assertThat(footer.length).isGreaterThan(64 * 1024);
    }

    @Test
    void storedFileGivesTheSameBytes() {
        ObjectInfo object = fixture.objects().head(written.object().path()).orElseThrow();

        FooterBytes read = FooterBytes.read(fixture.objects(), object, NAME);

        assertThat(read.selfContained()).isEqualTo(written.footer());
        assertThat(read.entries()).containsKeys("nozzle_metadata", "generation", "parent_file_ids", "ARROW:schema");
    }

    @Test
    void hashColumnsHaveBloomFiltersAndTheRestHasNone() {
        RowGroup group = FooterBytes.ofCatalogue(written.footer(), NAME)
                .metadata()
                .getRow_groups()
                .getFirst();

        assertThat(group.getColumns().stream()
                        .map(ColumnChunk::getMeta_data)
                        .filter(ColumnMetaData::isSetBloom_filter_offset)
                        .map(meta -> meta.getPath_in_schema().getFirst()))
                .containsExactly("block_hash", "tx_hash", "address", "topic0", "topic1", "topic2", "topic3");
    }

    @Test
    void duckDbUsesTheBloomFilters() {
        String file = fixture.file(written).toString();
        List<String> hashes = ChainData.MAINNET_15000000.expected("logs").stream()
                .map(row -> row.get("tx_hash").textValue())
                .distinct()
                .toList();

        for (String hash : hashes) {
            assertThat(groupsNotExcluded(file, hash)).as(hash).isPositive();
        }
        assertThat(groupsNotExcluded(file, "ab".repeat(32))).isLessThan(5);
    }

    private static int groupsNotExcluded(String file, String hash) {
        String sql = "select count(*) from parquet_bloom_probe('" + file + "', 'tx_hash', unhex('" + hash
                + "')) where not bloom_filter_excludes";
        return Integer.parseInt(DuckDb.rows(sql).getFirst().getFirst());
    }

    @Test
    void damagedFilesAreNamedAndNeverCrash() {
        byte[] file = fixture.objects().read(written.object().path());
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = file.clone();
            switch (random.nextInt(3)) {
                case 0 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
                case 1 -> {
                    for (int i = 0; i < 1 + random.nextInt(20); i++) {
                        damaged[damaged.length - 1 - random.nextInt(Math.min(damaged.length, 2000))] =
                                (byte) random.nextInt(256);
                    }
                }
                default -> random.nextBytes(damaged = Arrays.copyOf(damaged, 1 + random.nextInt(5000)));
            }
            fixture.objects().put(SegmentFixture.REVISION.path() + "/damaged.parquet", damaged);
            try {
                fixture.store(SegmentFormat.defaults()).inspect(SegmentFixture.REVISION, "damaged.parquet");
            } catch (AmpException e) {
                assertThat(e.code()).as("round %d, -Damp.seed=%d", round, SEED).isEqualTo(StorageError.INVALID_SEGMENT);
                assertThat(e).hasMessageContaining("damaged.parquet");
            }
        }
    }

    @Test
    void encryptedOrOtherFilesAreRefused() {
        fixture.objects()
                .put(SegmentFixture.REVISION.path() + "/e.parquet", "12345678PARE".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> fixture.store(SegmentFormat.defaults()).inspect(SegmentFixture.REVISION, "e.parquet"))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.INVALID_SEGMENT));
    }

    private static ByteArrayInputStream part(byte[] bytes, long offset, int length) {
        return new ByteArrayInputStream(bytes, (int) offset, length);
    }
}
