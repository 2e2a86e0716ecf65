package io.amp.adapters.query.duckdb;

/**
 * How large an Arrow batch becomes; whichever limit is reached first ends it.
 *
 * @param rowsMax at least 1
 * @param bytesMax of values, before padding; a single larger row still makes a batch
 */
public record BatchLimits(int rowsMax, long bytesMax) {
    /** 16,384 rows or 2 MiB. */
    public static final BatchLimits DEFAULT = new BatchLimits(16_384, 2 << 20);

    public BatchLimits {
        if (rowsMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException(
                    "a batch needs at least one row and one byte: " + rowsMax + ", " + bytesMax);
        }
    }
}
