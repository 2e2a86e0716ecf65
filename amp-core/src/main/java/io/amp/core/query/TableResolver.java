package io.amp.core.query;

import io.amp.core.dataset.BuiltInTables;
import io.amp.core.dataset.Identifiers;
import io.amp.core.dataset.References;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.TableKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the references of one statement into tables (query specification, section 1.3). Every dataset is resolved once, so several
 * spellings of it in one statement mean the same manifest.
 */
final class TableResolver {
    private final DatasetRegistry registry;
    private final @Nullable String defaultDataset;
    private final Map<DatasetReference, DatasetVersion> versions = new HashMap<>();

    /** @param defaultDataset dataset of unqualified tables; null = none */
    TableResolver(DatasetRegistry registry, @Nullable String defaultDataset) {
        this.registry = registry;
        this.defaultDataset = defaultDataset;
    }

    /**
     * A table with the block its dataset starts at.
     *
     * @param startBlock null = the lowest block stored
     */
    record Resolved(ResolvedTable table, @Nullable Long startBlock) {}

    Map<TableReference, Resolved> resolve(Collection<TableReference> references) {
        Map<TableReference, Resolved> resolved = new LinkedHashMap<>();
        references.forEach(reference -> resolved.put(reference, resolve(reference)));
        return resolved;
    }

    private Resolved resolve(TableReference table) {
        DatasetReference reference = dataset(table);
        DatasetVersion version = versions.computeIfAbsent(reference, this::version);
        Manifest manifest = registry.load(version.hash());
        TableDefinition definition = manifest.tables().get(table.table());
        if (definition == null) {
            throw new AmpException(
                    QueryError.TABLE_NOT_FOUND_ERROR,
                    "Table " + table.table() + " not found in dataset " + reference + position(table) + ", it has "
                            + manifest.tables().keySet());
        }
        return new Resolved(
                new ResolvedTable(new TableKey(version, table.table()), definition, version.toString()),
                startBlock(manifest, table));
    }

    private DatasetReference dataset(TableReference table) {
        String schema = table.schema() != null ? table.schema() : defaultDataset;
        if (schema == null) {
            throw unresolvable(table, "name its dataset: dataset." + table.table());
        }
        if (!Identifiers.isTable(table.table())) {
            throw unresolvable(table, "invalid table name '" + table.table() + "'");
        }
        try {
            return References.parse(schema);
        } catch (AmpException e) {
            throw unresolvable(table, e.getMessage());
        }
    }

    private DatasetVersion version(DatasetReference reference) {
        return registry.resolve(reference)
                .orElseThrow(() -> new AmpException(
                        QueryError.DATASET_NOT_FOUND, "Dataset not found: " + reference + hint(reference)));
    }

    private String hint(DatasetReference reference) {
        boolean onlyDev = reference.revision() instanceof DatasetRevision.Latest
                && registry.resolve(new DatasetReference(reference.name(), new DatasetRevision.Dev()))
                        .isPresent();
        return onlyDev ? " (the dataset has no version yet; try @dev)" : "";
    }

    private static @Nullable Long startBlock(Manifest manifest, TableReference table) {
        return switch (manifest) {
            // A substreams manifest without a start block means the module's first block, which only its data tell.
            case RawManifest raw ->
                raw.kind().equals(BuiltInTables.SUBSTREAMS) && raw.startBlock() == 0 ? null : raw.startBlock();
            case DerivedManifest derived -> derived.startBlock();
            case StaticManifest files ->
                throw new AmpException(
                        QueryError.UNSUPPORTED,
                        "Table " + table + " belongs to a dataset of kind 'static', which this build cannot query");
        };
    }

    private static AmpException unresolvable(TableReference table, String reason) {
        return new AmpException(
                QueryError.TABLE_REFERENCE_RESOLUTION,
                "Table reference " + table + position(table) + " cannot be resolved: " + reason);
    }

    private static String position(TableReference table) {
        return " (line " + table.line() + ", column " + table.column() + ")";
    }

    /** Failures of the registry as failures of a query. */
    static AmpException asQueryFailure(AmpException failure) {
        if (failure.code() instanceof QueryError) {
            return failure;
        }
        QueryError code = failure.is(DatasetError.MANIFEST_NOT_FOUND) || !failure.retryable()
                ? QueryError.PLANNING_ERROR
                : QueryError.CATALOG_SNAPSHOT_ERROR;
        return new AmpException(code, failure.getMessage(), failure);
    }
}
