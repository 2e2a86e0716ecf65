package io.amp.adapters.objectstore.parquet;

import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/** Segments as Parquet objects of one data store. */
public final class ParquetSegmentStore implements SegmentStore {
    private static final int LAYOUTS_MAX = 256;

    private final ObjectStore store;
    private final SegmentFormat format;
    private final SegmentFileCache cache;
    private final EncoderPermits permits;
    private final Map<Schema, SegmentLayout> layouts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Schema, SegmentLayout> eldest) {
            return size() > LAYOUTS_MAX;
        }
    };

    /**
     * @param cache local copies of objects of remote stores; not used for local ones
     * @param encoderParallelism threads that may encode at the same time, at least 1
     */
    public ParquetSegmentStore(
            ObjectStore store, SegmentFormat format, SegmentFileCache cache, int encoderParallelism) {
        this.store = store;
        this.format = format;
        this.cache = cache;
        this.permits = new EncoderPermits(encoderParallelism);
    }

    @Override
    public SegmentWriter create(TableRevision revision, TableSchema schema, String fileName) {
        return new ParquetSegmentWriter(store, revision, schema, fileName, layout(schema.arrow()), format, permits);
    }

    private SegmentLayout layout(Schema schema) {
        synchronized (layouts) {
            return layouts.computeIfAbsent(schema, SegmentLayout::of);
        }
    }

    @Override
    public WrittenSegment inspect(TableRevision revision, String fileName) {
        String path = revision.path() + "/" + fileName;
        ObjectInfo object = store.head(path)
                .orElseThrow(() ->
                        new AmpException(StorageError.OBJECT_NOT_FOUND, "segment file '" + path + "' does not exist"));
        FooterBytes footer = FooterBytes.read(store, object, path);
        Map<String, String> entries = footer.entries();
        SegmentMetadata metadata = named(fileName, SegmentMetadataJson.decode(path, entries));
        String json = entries == null ? "" : entries.getOrDefault(SegmentMetadataJson.METADATA, "");
        return new WrittenSegment(revision, metadata, json, object, footer.selfContained(), footer.rowCount());
    }

    /** The object's own name counts: a file copied by hand still says how it was called once. */
    private static SegmentMetadata named(String fileName, SegmentMetadata metadata) {
        return new SegmentMetadata(
                metadata.table(),
                fileName,
                metadata.createdAt(),
                metadata.ranges(),
                metadata.watermark(),
                metadata.scanned(),
                metadata.orderAt(),
                metadata.generation(),
                metadata.parentFileIds(),
                metadata.writer());
    }

    @Override
    public LocalSegment open(Segment segment) throws InterruptedException {
        Optional<Path> local = store.localFile(segment.path());
        if (local.isPresent()) {
            return new ObjectItself(local.get());
        }
        try {
            return cache.lease(store, segment);
        } catch (AmpException e) {
            if (e.is(StorageError.OBJECT_NOT_FOUND)) {
                throw new AmpException(
                        StorageError.SNAPSHOT_EXPIRED,
                        "snapshot expired: segment file '" + segment.path() + "' was removed meanwhile",
                        e);
            }
            throw e;
        }
    }

    private record ObjectItself(Path file) implements LocalSegment {
        @Override
        public void close() {
            // nothing is held
        }
    }
}
