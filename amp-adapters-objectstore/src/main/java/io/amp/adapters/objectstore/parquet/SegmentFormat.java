package io.amp.adapters.objectstore.parquet;

/**
 * How segments are written (jobs-and-storage specification, section 4.3). The defaults differ from that table in two points, for the
 * reasons of decision record 010: row groups end after 122 880 rows instead of 1 048 576, and columns of hashes and addresses
 * have Bloom filters even when {@code bloom_filters} is off.
 *
 * @param bloomOnAllColumns {@code bloom_filters}: a filter on every column instead of hashes and addresses only
 * @param rowGroupRows rows after which a row group ends, at most {@value #ROW_GROUP_ROWS_MAX}
 * @param rowGroupBytes {@code max_row_group_mb} in bytes: a row group ends before the next batch would pass it
 * @param pageRows rows after which a page ends
 * @param pageBytes plain bytes after which a page ends
 */
public record SegmentFormat(
        Compression compression,
        boolean bloomOnAllColumns,
        int rowGroupRows,
        long rowGroupBytes,
        int pageRows,
        int pageBytes) {
    public static final int ROW_GROUP_ROWS_MAX = 1_048_576;

    private static final SegmentFormat DEFAULT =
            new SegmentFormat(Compression.DEFAULT, false, 122_880, 512L << 20, 20_000, 1 << 20);

    public SegmentFormat {
        if (rowGroupRows < 1 || rowGroupRows > ROW_GROUP_ROWS_MAX) {
            throw new IllegalArgumentException(
                    "row group rows must be 1 to " + ROW_GROUP_ROWS_MAX + ", not " + rowGroupRows);
        }
        if (rowGroupBytes < 1 || pageRows < 1 || pageBytes < 1) {
            throw new IllegalArgumentException("row group bytes, page rows and page bytes must be at least 1");
        }
    }

    public static SegmentFormat defaults() {
        return DEFAULT;
    }

    public SegmentFormat with(Compression other) {
        return new SegmentFormat(other, bloomOnAllColumns, rowGroupRows, rowGroupBytes, pageRows, pageBytes);
    }

    public SegmentFormat withBloomOnAllColumns(boolean all) {
        return new SegmentFormat(compression, all, rowGroupRows, rowGroupBytes, pageRows, pageBytes);
    }

    public SegmentFormat withRowGroup(int rows, long bytes) {
        return new SegmentFormat(compression, bloomOnAllColumns, rows, bytes, pageRows, pageBytes);
    }

    public SegmentFormat withPage(int rows, int bytes) {
        return new SegmentFormat(compression, bloomOnAllColumns, rowGroupRows, rowGroupBytes, rows, bytes);
    }
}
