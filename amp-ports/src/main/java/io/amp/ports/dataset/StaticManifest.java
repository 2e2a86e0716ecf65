package io.amp.ports.dataset;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A dataset over files that do not change; it has no network, no blocks and no jobs.
 *
 * @param files where the rows of each table are, same keys as {@code tables}
 */
public record StaticManifest(SortedMap<String, TableDefinition> tables, SortedMap<String, FileSource> files)
        implements Manifest {
    public static final String KIND = "static";

    public StaticManifest {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * @param path relative to the root of a static provider, {@code /} as separator
     * @param format {@code csv} or {@code parquet}
     * @param hasHeader the first line holds names; false for parquet
     */
    public record FileSource(String path, String format, boolean hasHeader) {}
}
