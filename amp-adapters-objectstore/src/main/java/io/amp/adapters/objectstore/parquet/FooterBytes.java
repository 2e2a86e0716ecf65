package io.amp.adapters.objectstore.parquet;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentFooter;
import io.amp.ports.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. The catalogue's form of a footer is a small Parquet tail of its own:
 *
 *   column indexes and offset indexes | file metadata | length of the metadata, 4 bytes | PAR1
 *
 * with the positions of the indexes relative to its first byte, while the positions of pages, dictionaries and Bloom filters stay those of
 * the file. So whoever has these bytes plans a scan without opening the object, and readers of Parquet tails understand them.
 */

/** A file's footer: read from a store by ranges, or taken from what a writer wrote last. */
final class FooterBytes {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TRAILER_BYTES = 8;
    private static final int FIRST_READ_BYTES = 64 * 1024;
    private static final int FOOTER_BYTES_MAX = 256 * 1024 * 1024;

    private final FileMetaData metadata;
    private final byte[] selfContained;

    private FooterBytes(FileMetaData metadata, byte[] selfContained) {
        this.metadata = metadata;
        this.selfContained = selfContained;
    }

    /** The file metadata with the positions of indexes inside {@link #selfContained()}. */
    FileMetaData metadata() {
        return metadata;
    }

    byte[] selfContained() {
        return selfContained;
    }

    long rowCount() {
        return metadata.getNum_rows();
    }

    /** Key-value entries; null when the footer has none at all. */
    @Nullable
    Map<String, String> entries() {
        List<KeyValue> keyValues = metadata.getKey_value_metadata();
        if (keyValues == null || keyValues.isEmpty()) {
            return null;
        }
        Map<String, String> entries = new HashMap<>();
        for (KeyValue entry : keyValues) {
            entries.put(entry.getKey(), entry.isSetValue() ? entry.getValue() : "");
        }
        return entries;
    }

    /** What readers plan with. */
    SegmentFooter parsed() {
        List<RowGroup> groups = metadata.getRow_groups();
        return new SegmentFooter(
                groups == null
                        ? List.of()
                        : groups.stream().map(FooterBytes::rowGroup).toList());
    }

    private static SegmentFooter.RowGroup rowGroup(RowGroup group) {
        long compressed = 0;
        Map<String, SegmentFooter.Column> columns = new HashMap<>();
        for (ColumnChunk chunk : Objects.requireNonNull(group.getColumns())) {
            ColumnMetaData column = Objects.requireNonNull(chunk.getMeta_data());
            compressed += column.getTotal_compressed_size();
            columns.put(String.join(".", Objects.requireNonNull(column.getPath_in_schema())), column(column));
        }
        return new SegmentFooter.RowGroup(group.getNum_rows(), group.getTotal_byte_size(), compressed, columns);
    }

    private static SegmentFooter.Column column(ColumnMetaData column) {
        Statistics statistics = column.getStatistics();
        byte[] min = statistics == null ? null : statistics.getMin_value();
        byte[] max = statistics == null ? null : statistics.getMax_value();
        return new SegmentFooter.Column(
                statistics != null && statistics.isSetNull_count() ? statistics.getNull_count() : -1,
                min != null && max != null ? new SegmentFooter.Bounds(min, max) : null,
                column.isSetBloom_filter_offset() ? column.getBloom_filter_offset() : -1);
    }

    /** Bytes of a file by position. */
    interface Ranges {
        byte[] read(long offset, int length) throws IOException;
    }

    /**
     * Reads the footer of a stored file: one ranged read, more when footer and indexes are bigger than it.
     *
     * @throws AmpException {@link StorageError#INVALID_SEGMENT} naming the file
     */
    static FooterBytes read(ObjectStore store, ObjectInfo object, String fileName) {
        int length = (int) Math.min(object.size(), FIRST_READ_BYTES);
        long start = object.size() - length;
        byte[] tail = store.read(object.path(), start, length);
        return read(
                (offset, count) -> offset >= start && offset + count <= start + tail.length
                        ? Arrays.copyOfRange(tail, (int) (offset - start), (int) (offset - start) + count)
                        : store.read(object.path(), offset, count),
                object.size(),
                fileName);
    }

    /** The parts of a footer that {@link #selfContained()} once gave. */
    static FooterBytes ofCatalogue(byte[] bytes, String fileName) {
        return read(
                (offset, count) -> Arrays.copyOfRange(bytes, (int) offset, (int) offset + count),
                bytes.length,
                fileName);
    }

    /** @param file at least its end, page indexes included */
    static FooterBytes read(Ranges file, long fileSize, String fileName) {
        try {
            int length = footerLength(file, fileSize);
            byte[] footer = file.read(fileSize - TRAILER_BYTES - length, length);
            FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer));
            return new FooterBytes(metadata, bundle(metadata, fileSize, file));
        } catch (IOException | IllegalArgumentException e) {
            throw new AmpException(
                    StorageError.INVALID_SEGMENT,
                    "segment file '" + fileName + "': no readable Parquet footer: " + e.getMessage(),
                    e);
        }
    }

    private static int footerLength(Ranges file, long fileSize) throws IOException {
        byte[] trailer = fileSize < TRAILER_BYTES ? new byte[0] : file.read(fileSize - TRAILER_BYTES, TRAILER_BYTES);
        if (trailer.length < TRAILER_BYTES
                || !Arrays.equals(trailer, TRAILER_BYTES - MAGIC.length, TRAILER_BYTES, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("the file does not end with PAR1");
        }
        int length = PlainBytes.getInt(trailer, 0);
        if (length < 1 || length > FOOTER_BYTES_MAX || length > fileSize - TRAILER_BYTES) {
            throw new IllegalArgumentException(
                    length + " is no length of a footer in a file of " + fileSize + " bytes");
        }
        return length;
    }

    /** Puts indexes and metadata together; moves the positions in the metadata. */
    private static byte[] bundle(FileMetaData metadata, long fileSize, Ranges ranges) throws IOException {
        List<RowGroup> rowGroups = metadata.getRow_groups();
        if (rowGroups == null) {
            throw new IllegalArgumentException("no list of row groups");
        }
        List<ColumnChunk> chunks = rowGroups.stream()
                .map(RowGroup::getColumns)
                .flatMap(List::stream)
                .toList();
        long start = Long.MAX_VALUE;
        long end = 0;
        for (ColumnChunk chunk : chunks) {
            if (!chunk.isSetMeta_data()) {
                throw new IllegalArgumentException("a column without metadata");
            }
            if (chunk.isSetColumn_index_offset()) {
                start = Math.min(start, chunk.getColumn_index_offset());
                end = Math.max(end, chunk.getColumn_index_offset() + chunk.getColumn_index_length());
            }
            if (chunk.isSetOffset_index_offset()) {
                start = Math.min(start, chunk.getOffset_index_offset());
                end = Math.max(end, chunk.getOffset_index_offset() + chunk.getOffset_index_length());
            }
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        if (end > 0) {
            if (start < 0 || end > fileSize || end - start > FOOTER_BYTES_MAX) {
                throw new IllegalArgumentException("page indexes at " + start + " to " + end);
            }
            bundle.writeBytes(ranges.read(start, (int) (end - start)));
            for (ColumnChunk chunk : chunks) {
                if (chunk.isSetColumn_index_offset()) {
                    chunk.setColumn_index_offset(chunk.getColumn_index_offset() - start);
                }
                if (chunk.isSetOffset_index_offset()) {
                    chunk.setOffset_index_offset(chunk.getOffset_index_offset() - start);
                }
            }
        }
        int indexes = bundle.size();
        Util.writeFileMetaData(metadata, bundle);
        byte[] length = new byte[4];
        PlainBytes.putInt(length, 0, bundle.size() - indexes);
        bundle.writeBytes(length);
        bundle.writeBytes(MAGIC);
        return bundle.toByteArray();
    }
}
