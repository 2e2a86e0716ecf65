package io.amp.adapters.objectstore.parquet;

import io.amp.adapters.objectstore.LocalObjectStore;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Segments of any schema in a directory of this machine. */
final class SegmentFixture implements AutoCloseable {
    static final TableRevision REVISION = new TableRevision(
            1,
            new TableKey(new DatasetVersion(new DatasetName("ns", "data"), new ManifestHash("cd".repeat(32))), "t"),
            "ns/data/t/01890a5d-ac96-774b-bcce-b302099a8057");

    private final ObjectStore objects;
    private final SegmentFileCache cache;

    SegmentFixture(Path directory) {
        this(directory, new LocalObjectStore(directory.resolve("data")));
    }

    SegmentFixture(Path directory, ObjectStore objects) {
        this.objects = objects;
        this.cache = new SegmentFileCache(directory.resolve("cache"), 1 << 30);
    }

    ParquetSegmentStore store(SegmentFormat format) {
        return new ParquetSegmentStore(objects, format, cache, 2);
    }

    ObjectStore objects() {
        return objects;
    }

    WrittenSegment write(SegmentFormat format, TableSchema schema, String fileName, List<RecordBatch> batches) {
        try (SegmentWriter writer = store(format).create(REVISION, schema, fileName)) {
            batches.forEach(writer::append);
            return writer.finish(metadata(fileName));
        }
    }

    Path file(WrittenSegment written) {
        return objects.localFile(written.object().path()).orElseThrow();
    }

    static SegmentMetadata metadata(String fileName) {
        Instant now = Instant.ofEpochSecond(1_760_000_000);
        return new SegmentMetadata(
                "t",
                fileName,
                now,
                List.of(new BlockRange(
                        BlockInterval.of(1, 9), new NetworkId("mainnet"), BlockHash.ZERO, BlockHash.ZERO, null)),
                null,
                null,
                now,
                0,
                List.of(),
                "ampd/0.1.0");
    }

    @Override
    public void close() {
        cache.close();
        objects.close();
    }
}
