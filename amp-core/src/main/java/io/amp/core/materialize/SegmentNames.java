package io.amp.core.materialize;

import io.amp.ports.dataset.DatasetName;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/** Names of revision directories and segment files (jobs-and-storage specification, section 4.2). */
public final class SegmentNames {
    private static final Pattern FILE = Pattern.compile("\\d{9,}-[0-9a-f]{16}\\.parquet");

    private SegmentNames() {}

    /** {@code <start, at least 9 digits>-<16 hex digits>.parquet}. */
    public static String fileName(long startBlock, long random) {
        String digits = Long.toString(startBlock);
        return "0".repeat(Math.max(0, 9 - digits.length())) + digits + "-"
                + HexFormat.of().toHexDigits(random) + ".parquet";
    }

    /** True for names that {@link #fileName} makes. */
    public static boolean isFileName(String name) {
        return FILE.matcher(name).matches();
    }

    /** {@code <namespace>/<dataset>/<table>/<uuid>}. */
    public static String revisionPath(DatasetName dataset, String table, UUID id) {
        return dataset.namespace() + "/" + dataset.name() + "/" + table + "/" + id;
    }
}
