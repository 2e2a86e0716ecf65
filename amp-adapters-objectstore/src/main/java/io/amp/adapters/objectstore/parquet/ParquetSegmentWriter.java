package io.amp.adapters.objectstore.parquet;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. Memory of one writer: the compressed pages of one row group (about 10 MB of logs, 30 MB of transactions at the
 * default 122 880 rows), and per leaf column one page in progress of at most pageBytes, its dictionary of at most 1 MiB and its
 * Bloom filter (128 KiB). The upload opens when the first row group closes, or at the end.
 * Bloom filters and page indexes of all row groups stay until the end (2 bytes per row, twice while the footer is made).
 */

/** Writes one segment. */
final class ParquetSegmentWriter implements SegmentWriter {
    private final ObjectStore store;
    private final TableRevision revision;
    private final String fileName;
    private final List<Field> fields;
    private final SegmentLayout layout;
    private final SegmentFormat format;
    private final EncoderPermits permits;
    private final PageCompressor compressor;
    private final SegmentColumns columns;
    private @Nullable SegmentOutput output;
    private @Nullable ParquetFileWriter file;
    private @Nullable ColumnChunkPageWriteStore rowGroup;
    private long rowGroupRows;
    private long rows;
    private boolean usable = true;
    private boolean closed;

    ParquetSegmentWriter(
            ObjectStore store,
            TableRevision revision,
            TableSchema schema,
            String fileName,
            SegmentLayout layout,
            SegmentFormat format,
            EncoderPermits permits) {
        this.store = store;
        this.revision = revision;
        this.fileName = fileName;
        this.fields = schema.fields();
        this.layout = layout;
        this.format = format;
        this.permits = permits;
        this.columns = new SegmentColumns(schema.arrow(), layout.type(), format);
        this.compressor = PageCompressor.of(format.compression());
    }

    @Override
    public String fileName() {
        return fileName;
    }

    @Override
    public long rowCount() {
        return rows;
    }

    @Override
    public void append(RecordBatch batch) {
        checkUsable();
        List<FieldVector> vectors = batch.root().getFieldVectors();
        checkSchema(vectors);
        usable = false;
        permits.acquire();
        try {
            append(vectors, batch.rowCount());
            usable = true;
        } catch (IOException e) {
            throw unavailable(e);
        } finally {
            permits.release();
        }
    }

    private void append(List<FieldVector> vectors, int count) throws IOException {
        if (count == 0) {
            return;
        }
        long batchBytes = vectors.stream().mapToLong(FieldVector::getBufferSize).sum();
        if (rowGroupRows > 0 && openBytes() + batchBytes >= format.rowGroupBytes()) {
            endRowGroup();
        }
        for (int i = 0; i < vectors.size(); i++) {
            columns.columns().get(i).bind(vectors.get(i));
        }
        int from = 0;
        while (from < count) {
            int part = (int) Math.min(count - from, format.rowGroupRows() - rowGroupRows);
            startRowGroup();
            for (ColumnNode column : columns.columns()) {
                column.append(from, part);
            }
            rowGroupRows += part;
            rows += part;
            from += part;
            if (rowGroupRows == format.rowGroupRows()) {
                endRowGroup();
            }
        }
    }

    private void checkSchema(List<FieldVector> vectors) {
        if (vectors.size() != fields.size()) {
            throw new IllegalArgumentException("a batch of " + vectors.size() + " columns does not fit the "
                    + fields.size() + " columns of '" + fileName + "'");
        }
        for (int i = 0; i < fields.size(); i++) {
            Field expected = fields.get(i);
            Field actual = vectors.get(i).getField();
            if (!expected.getName().equals(actual.getName()) || !sameTypes(expected, actual)) {
                throw new IllegalArgumentException(
                        "column " + i + " of a batch is " + actual + ", but '" + fileName + "' has " + expected);
            }
        }
    }

    private static boolean sameTypes(Field expected, Field actual) {
        List<Field> children = expected.getChildren();
        if (!expected.getType().equals(actual.getType())
                || children.size() != actual.getChildren().size()) {
            return false;
        }
        for (int i = 0; i < children.size(); i++) {
            if (!sameTypes(children.get(i), actual.getChildren().get(i))) {
                return false;
            }
        }
        return true;
    }

    private void startRowGroup() {
        if (rowGroup == null) {
            rowGroup = ColumnChunkPageWriteStore.builder()
                    .withCompressorProvider(column -> compressor)
                    .withSchema(layout.type())
                    .withAllocator(HeapByteBufferAllocator.getInstance())
                    .withColumnIndexTruncateLength(SegmentLayout.STATISTICS_BYTES_MAX)
                    .withPageWriteChecksumEnabled(false)
                    .build();
            for (ColumnChunkWriter leaf : columns.leaves()) {
                leaf.startRowGroup(rowGroup.getPageWriter(leaf.column()));
            }
        }
    }

    private void endRowGroup() throws IOException {
        ColumnChunkPageWriteStore pages = rowGroup;
        if (pages == null) {
            return;
        }
        try (pages) {
            Map<String, BloomFilter> filters = new LinkedHashMap<>();
            for (ColumnChunkWriter leaf : columns.leaves()) {
                BloomFilter filter = leaf.endRowGroup();
                if (filter != null) {
                    filters.put(String.join(".", leaf.column().getPath()), filter);
                }
            }
            ParquetFileWriter target = file();
            target.startBlock(rowGroupRows);
            // Not by way of the pages: those drop the filter of a column that is all dictionary, whose dictionary
            // engines do not look up.
            filters.forEach(target::addBloomFilter);
            pages.flushToFileWriter(target);
            target.endBlock();
            Objects.requireNonNull(output).flush();
        }
        rowGroup = null;
        rowGroupRows = 0;
    }

    private ParquetFileWriter file() throws IOException {
        if (file == null) {
            output = new SegmentOutput(store.upload(revision.path() + "/" + fileName));
            file = new ParquetFileWriter(
                    output,
                    layout.type(),
                    ParquetFileWriter.Mode.CREATE,
                    format.rowGroupBytes(),
                    0,
                    null,
                    ParquetProperties.builder()
                            .withAllocator(HeapByteBufferAllocator.getInstance())
                            .withStatisticsTruncateLength(SegmentLayout.STATISTICS_BYTES_MAX)
                            .withColumnIndexTruncateLength(SegmentLayout.STATISTICS_BYTES_MAX)
                            .withPageWriteChecksumEnabled(false)
                            .build());
            file.start();
        }
        return file;
    }

    private long openBytes() {
        ColumnChunkPageWriteStore pages = rowGroup;
        if (pages == null) {
            return 0;
        }
        long bytes = 0;
        for (ColumnChunkWriter leaf : columns.leaves()) {
            ColumnDescriptor column = leaf.column();
            bytes += pages.getPageWriter(column).getMemSize() + leaf.openBytes();
        }
        return bytes;
    }

    @Override
    public long estimatedBytes() {
        return (output == null ? 0 : output.position()) + openBytes();
    }

    @Override
    public WrittenSegment finish(SegmentMetadata metadata) {
        checkUsable();
        if (!metadata.fileName().equals(fileName)) {
            throw new IllegalArgumentException(
                    "metadata of '" + metadata.fileName() + "' cannot finish '" + fileName + "'");
        }
        usable = false;
        try {
            SegmentOutput out = encodeEnd(metadata);
            long size = out.position();
            ObjectInfo object = out.commit();
            FooterBytes footer = FooterBytes.read(out::read, size, fileName);
            return new WrittenSegment(
                    revision,
                    metadata,
                    SegmentMetadataJson.encode(metadata),
                    object,
                    footer.selfContained(),
                    footer.rowCount());
        } catch (IOException e) {
            throw unavailable(e);
        } finally {
            close();
        }
    }

    private SegmentOutput encodeEnd(SegmentMetadata metadata) throws IOException {
        permits.acquire();
        try {
            endRowGroup();
            ParquetFileWriter target = file();
            SegmentOutput out = Objects.requireNonNull(output);
            Map<String, String> entries = new LinkedHashMap<>(SegmentMetadataJson.entries(metadata));
            entries.put(SegmentLayout.ARROW_SCHEMA, layout.arrowSchema());
            out.keepTail();
            target.end(entries);
            return out;
        } finally {
            permits.release();
        }
    }

    private void checkUsable() {
        if (!usable) {
            throw new IllegalStateException("the writer of '" + fileName + "' has ended or failed");
        }
    }

    private AmpException unavailable(IOException e) {
        return e.getCause() instanceof AmpException cause
                ? cause
                : new AmpException(
                        StorageError.OBJECT_STORE_UNAVAILABLE, "cannot write segment file '" + fileName + "'", e);
    }

    @Override
    public void close() {
        usable = false;
        if (closed) {
            return;
        }
        closed = true;
        if (rowGroup != null) {
            rowGroup.close();
        }
        compressor.release();
        if (output != null) {
            output.close();
        }
    }
}
