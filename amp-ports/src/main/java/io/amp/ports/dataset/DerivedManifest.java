package io.amp.ports.dataset;

import io.amp.ports.batch.TableSchema;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A dataset computed by SQL over other datasets.
 *
 * @param dependencies alias to pinned reference (version or hash)
 * @param queries SQL by table name, same keys as {@code tables}
 * @param startBlock null: inherit from the sources
 */
public record DerivedManifest(
        SortedMap<String, DatasetReference> dependencies,
        SortedMap<String, TableDefinition> tables,
        SortedMap<String, String> queries,
        SortedMap<String, FunctionDefinition> functions,
        @Nullable Long startBlock)
        implements Manifest {
    public static final String KIND = "manifest";

    public DerivedManifest {
        dependencies = Collections.unmodifiableSortedMap(new TreeMap<>(dependencies));
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        queries = Collections.unmodifiableSortedMap(new TreeMap<>(queries));
        functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * A JavaScript function.
     *
     * @param inputs one field per argument, in order (field names carry no meaning)
     * @param output one field
     */
    public record FunctionDefinition(TableSchema inputs, TableSchema output, String source, String filename) {}
}
