package io.amp.testkit.storage;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentMetadataObject;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.JsonTexts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.UInt8Vector;
import org.jspecify.annotations.Nullable;

/** Segment files whose content is the block number of each row; enough to see which rows are where, without an encoding. */
public final class InMemorySegmentStore implements SegmentStore {
    private final ObjectStore objects;
    private final Map<String, WrittenSegment> written = new HashMap<>();

    public InMemorySegmentStore(ObjectStore objects) {
        this.objects = objects;
    }

    /** Block numbers of a file's rows, in row order. */
    public List<Long> blockNumbers(String path) {
        ByteBuffer content = ByteBuffer.wrap(objects.read(path));
        List<Long> numbers = new ArrayList<>();
        while (content.hasRemaining()) {
            numbers.add(content.getLong());
        }
        return numbers;
    }

    @Override
    public SegmentWriter create(TableRevision revision, TableSchema schema, String fileName) {
        return new Writer(revision, fileName);
    }

    @Override
    public synchronized WrittenSegment inspect(TableRevision revision, String fileName) {
        WrittenSegment segment = written.get(revision.path() + "/" + fileName);
        if (segment == null) {
            throw new AmpException(StorageError.OBJECT_NOT_FOUND, "no object " + fileName);
        }
        return segment;
    }

    @Override
    public LocalSegment open(Segment segment) {
        throw new AmpException(StorageError.INVALID_SEGMENT, segment.path() + " is in memory only");
    }

    private synchronized void remember(WrittenSegment segment) {
        written.put(segment.object().path(), segment);
    }

    private final class Writer implements SegmentWriter {
        private final TableRevision revision;
        private final String fileName;
        private final List<Long> rows = new ArrayList<>();
        private @Nullable ObjectUpload upload;

        Writer(TableRevision revision, String fileName) {
            this.revision = revision;
            this.fileName = fileName;
        }

        @Override
        public String fileName() {
            return fileName;
        }

        @Override
        public void append(RecordBatch batch) {
            UInt8Vector numbers = (UInt8Vector) batch.root().getVector("_block_num");
            for (int row = 0; row < batch.rowCount(); row++) {
                rows.add(numbers.get(row));
            }
        }

        @Override
        public long rowCount() {
            return rows.size();
        }

        @Override
        public long estimatedBytes() {
            return rows.size() * 8L;
        }

        @Override
        public WrittenSegment finish(SegmentMetadata metadata) {
            ByteBuffer content = ByteBuffer.allocate(rows.size() * 8);
            rows.forEach(content::putLong);
            ObjectUpload open = objects.upload(revision.path() + "/" + fileName);
            upload = open;
            try {
                open.stream().write(content.array());
            } catch (IOException e) {
                throw new AmpException(StorageError.OBJECT_STORE_UNAVAILABLE, "cannot write " + fileName, e);
            }
            ObjectInfo object = open.commit();
            WrittenSegment segment = new WrittenSegment(
                    revision,
                    metadata,
                    JsonTexts.write(SegmentMetadataObject.of(metadata).fields()),
                    object,
                    new byte[0],
                    rows.size());
            remember(segment);
            return segment;
        }

        @Override
        public void close() {
            if (upload != null) {
                upload.close();
            }
        }
    }
}
