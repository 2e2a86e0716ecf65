package io.amp.testkit.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import io.amp.testkit.batch.BatchRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The twin of the Parquet segment store: an object is a JSON line with what a footer says, then the rows as an Arrow stream. Everything is
 * in the object store, so a second instance over the same one sees the same segments.
 */
public final class InMemorySegmentStore implements SegmentStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectStore store;
    private final BufferAllocator allocator;

    /** @param allocator for reading rows back */
    public InMemorySegmentStore(ObjectStore store, BufferAllocator allocator) {
        this.store = store;
        this.allocator = allocator;
    }

    @Override
    public SegmentWriter create(TableRevision revision, TableSchema schema, String fileName) {
        return new Writer(revision, schema, fileName);
    }

    @Override
    public WrittenSegment inspect(TableRevision revision, String fileName) {
        String path = revision.path() + "/" + fileName;
        ObjectInfo object = store.head(path)
                .orElseThrow(() ->
                        new AmpException(StorageError.OBJECT_NOT_FOUND, "segment file '" + path + "' does not exist"));
        return written(revision, fileName, object, header(path, store.read(path)));
    }

    @Override
    public LocalSegment open(Segment segment) {
        byte[] content;
        try {
            content = store.read(segment.path());
        } catch (AmpException e) {
            if (e.is(StorageError.OBJECT_NOT_FOUND)) {
                throw new AmpException(
                        StorageError.SNAPSHOT_EXPIRED, "snapshot expired: '" + segment.path() + "' was removed", e);
            }
            throw e;
        }
        try {
            return new TemporaryFile(Files.write(Files.createTempFile("segment", ".amp"), content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record TemporaryFile(Path file) implements LocalSegment {
        @Override
        public void close() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** All rows of a stored segment, as {@link BatchRows} gives them. */
    public List<Map<String, @Nullable Object>> rows(String path) {
        return rows(path, store.read(path));
    }

    /** All rows of a file that {@link #open} lent. */
    public List<Map<String, @Nullable Object>> rows(Path file) {
        try {
            return rows(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Map<String, @Nullable Object>> rows(String path, byte[] content) {
        int start = headerEnd(path, content) + 1;
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        try (var reader =
                new ArrowStreamReader(new ByteArrayInputStream(content, start, content.length - start), allocator)) {
            while (reader.loadNextBatch()) {
                rows.addAll(BatchRows.read(new RecordBatch(reader.getVectorSchemaRoot())));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Header(
            Map<String, Object> metadata,
            int generation,
            List<Long> parents,
            @Nullable String writer,
            long rows) {}

    private static int headerEnd(String path, byte[] content) {
        for (int i = 0; i < content.length && content[0] == '{'; i++) {
            if (content[i] == '\n') {
                return i;
            }
        }
        throw new AmpException(StorageError.INVALID_SEGMENT, "segment file '" + path + "' has no header");
    }

    private static Header header(String path, byte[] content) {
        try {
            return JSON.readValue(content, 0, headerEnd(path, content), new TypeReference<>() {});
        } catch (IOException e) {
            throw new AmpException(StorageError.INVALID_SEGMENT, "segment file '" + path + "' has no header", e);
        }
    }

    private static WrittenSegment written(TableRevision revision, String fileName, ObjectInfo object, Header header) {
        SegmentMetadata metadata = new SegmentMetadataObject(header.metadata())
                .toMetadata(fileName, header.generation(), header.parents(), header.writer());
        return new WrittenSegment(revision, metadata, text(header.metadata()), object, bytes(header), header.rows());
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Header header) {
        return text(header).getBytes(StandardCharsets.UTF_8);
    }

    private final class Writer implements SegmentWriter {
        private final TableRevision revision;
        private final Schema schema;
        private final String fileName;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final WriteChannel stream = new WriteChannel(Channels.newChannel(bytes));
        private long rows;
        private boolean ended;

        Writer(TableRevision revision, TableSchema schema, String fileName) {
            this.revision = revision;
            this.schema = schema.arrow();
            this.fileName = fileName;
            try {
                MessageSerializer.serialize(stream, this.schema);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String fileName() {
            return fileName;
        }

        @Override
        public void append(RecordBatch batch) {
            checkOpen();
            checkColumns(batch.root().getFieldVectors());
            try (ArrowRecordBatch message = new VectorUnloader(batch.root()).getRecordBatch()) {
                MessageSerializer.serialize(stream, message);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            rows += batch.rowCount();
        }

        private void checkColumns(List<FieldVector> vectors) {
            List<Field> fields = schema.getFields();
            if (fields.size() != vectors.size()) {
                throw new IllegalArgumentException("a batch of " + vectors.size() + " columns does not fit " + schema);
            }
            for (int i = 0; i < fields.size(); i++) {
                Field field = fields.get(i);
                FieldVector vector = vectors.get(i);
                if (!field.getName().equals(vector.getField().getName())
                        || !field.getType().equals(vector.getField().getType())) {
                    throw new IllegalArgumentException("column " + vector.getField() + " does not fit " + field);
                }
                if (!field.isNullable() && vector.getNullCount() > 0) {
                    throw new IllegalArgumentException("column '" + field.getName() + "' is not nullable");
                }
            }
        }

        @Override
        public long rowCount() {
            return rows;
        }

        @Override
        public long estimatedBytes() {
            return bytes.size();
        }

        @Override
        public WrittenSegment finish(SegmentMetadata metadata) {
            checkOpen();
            if (!metadata.fileName().equals(fileName)) {
                throw new IllegalArgumentException("'" + metadata.fileName() + "' is not '" + fileName + "'");
            }
            ended = true;
            Header header = new Header(
                    new LinkedHashMap<>(SegmentMetadataObject.of(metadata).fields()),
                    metadata.generation(),
                    metadata.parentFileIds(),
                    metadata.writer(),
                    rows);
            try (ObjectUpload upload = store.upload(revision.path() + "/" + fileName)) {
                upload.stream().write(bytes(header));
                upload.stream().write('\n');
                upload.stream().write(bytes.toByteArray());
                return written(revision, fileName, upload.commit(), header);
            } catch (IOException e) {
                throw new AmpException(
                        StorageError.OBJECT_STORE_UNAVAILABLE, "cannot write segment file '" + fileName + "'", e);
            }
        }

        private void checkOpen() {
            if (ended) {
                throw new IllegalStateException("the writer of '" + fileName + "' has ended");
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
