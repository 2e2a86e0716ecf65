package io.amp.ports.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file's footer says about its rows, parsed. */
public record SegmentFooter(List<RowGroup> rowGroups) {
    public SegmentFooter {
        rowGroups = List.copyOf(rowGroups);
    }

    /** Rows of all row groups. */
    public long rowCount() {
        return rowGroups.stream().mapToLong(RowGroup::rowCount).sum();
    }

    /** Encoded size before compression, of all row groups. */
    public long uncompressedBytes() {
        return rowGroups.stream().mapToLong(RowGroup::uncompressedBytes).sum();
    }

    /**
     * A horizontal slice of the file.
     *
     * @param columns leaf columns by their path, parts joined by dots
     */
    public record RowGroup(long rowCount, long uncompressedBytes, long compressedBytes, Map<String, Column> columns) {
        public RowGroup {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * One leaf column of one row group.
     *
     * @param nullCount -1 when unknown
     * @param bounds null when unknown, or when every value is null
     * @param bloomFilterOffset position of its Bloom filter in the file, -1 without one
     */
    public record Column(long nullCount, @Nullable Bounds bounds, long bloomFilterOffset) {}

    /**
     * Values between which all values of the column lie, both possible, encoded as plain Parquet values (little-endian numbers, bytes as they
     * are), long ones shortened.
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by what they bound, never with one another
    public record Bounds(byte[] min, byte[] max) {}
}
