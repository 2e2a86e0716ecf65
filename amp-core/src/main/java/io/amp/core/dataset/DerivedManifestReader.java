package io.amp.core.dataset;

import io.amp.core.dataset.ManifestDocument.Embedded;
import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.DerivedManifest.FunctionDefinition;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Manifests of derived datasets (datasets specification, section 4). */
final class DerivedManifestReader {
    private final DependencyPins pins;
    private final DerivedChecks checks;
    private final boolean strict;

    /** @param strict for registration: pins dependencies and runs the checks */
    DerivedManifestReader(DependencyPins pins, DerivedChecks checks, boolean strict) {
        this.pins = pins;
        this.checks = checks;
        this.strict = strict;
    }

    ManifestDocument read(JsonNode document, Embedded embedded) {
        SortedMap<String, DatasetReference> dependencies = dependencies(document);
        SortedMap<String, TableDefinition> tables = new TreeMap<>();
        SortedMap<String, String> queries = new TreeMap<>();
        Map<String, Map<String, @Nullable Object>> schemas = new TreeMap<>(JsonWriter.KEY_ORDER);
        document.optional("tables")
                .ifPresent(nodes -> nodes.fields().forEach((name, node) -> {
                    if (!Identifiers.isTable(name)) {
                        throw node.fault("invalid table name '" + name + "'");
                    }
                    queries.put(
                            name,
                            node.required("input").required("sql").string().strip());
                    List<@Nullable Object> columns = new ArrayList<>();
                    List<Field> fields = new ArrayList<>();
                    node.optional("schema")
                            .ifPresent(schema -> ArrowTypes.schemaFields(schema).forEach(field -> {
                                Map<String, @Nullable Object> column = ArrowTypeReader.column(field);
                                columns.add(column);
                                fields.add(ArrowTypes.column(column));
                            }));
                    schemas.put(name, ArrowTypes.schemaJson(columns));
                    tables.put(name, definition(name, TableSchema.of(fields)));
                }));
        SortedMap<String, FunctionDefinition> functions = new TreeMap<>();
        Map<String, @Nullable Object> canonicalFunctions = new TreeMap<>(JsonWriter.KEY_ORDER);
        document.optional("functions")
                .ifPresent(nodes -> nodes.fields().forEach((name, node) -> {
                    if (!Identifiers.isFunction(name)) {
                        throw node.fault("invalid function name '" + name + "'");
                    }
                    var function = FunctionReader.read(node);
                    functions.put(name, function.definition());
                    canonicalFunctions.put(name, function.canonical());
                }));
        Long startBlock = document.optional("start_block")
                .map(node -> node.integer(0, Long.MAX_VALUE))
                .orElse(null);
        if (strict) {
            validate(queries, functions);
            var draft = new DerivedManifest(dependencies, tables, queries, functions, startBlock);
            checks.check(draft).forEach((name, inferred) -> {
                TableDefinition declared = tables.get(name);
                if (declared != null && declared.schema().fields().isEmpty()) {
                    tables.put(name, definition(name, inferred));
                    schemas.put(name, ArrowTypes.schemaJson(inferred));
                }
            });
        }

        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        canonical.put("kind", DerivedManifest.KIND);
        Map<String, @Nullable Object> canonicalDependencies = new TreeMap<>(JsonWriter.KEY_ORDER);
        dependencies.forEach((alias, reference) -> canonicalDependencies.put(alias, reference.toString()));
        canonical.put("dependencies", canonicalDependencies);
        Map<String, @Nullable Object> canonicalTables = new TreeMap<>(JsonWriter.KEY_ORDER);
        schemas.forEach((name, schema) -> {
            Map<String, @Nullable Object> input = new LinkedHashMap<>();
            input.put("sql", queries.get(name));
            Map<String, @Nullable Object> table = new LinkedHashMap<>();
            table.put("input", input);
            table.put("schema", schema);
            canonicalTables.put(name, table);
        });
        canonical.put("tables", canonicalTables);
        canonical.put("functions", canonicalFunctions);
        if (startBlock != null) {
            canonical.put("start_block", startBlock);
        }
        var manifest = new DerivedManifest(dependencies, tables, queries, functions, startBlock);
        return new ManifestDocument(manifest, canonical, embedded, List.of());
    }

    private static void validate(Map<String, String> queries, Map<String, FunctionDefinition> functions) {
        List<String> problems = new ArrayList<>();
        if (queries.isEmpty() && functions.isEmpty()) {
            problems.add("a derived dataset needs tables or functions");
        }
        queries.forEach((name, sql) -> {
            if (sql.isEmpty()) {
                problems.add("the SQL of table '" + name + "' is empty");
            }
        });
        if (!problems.isEmpty()) {
            throw ManifestReader.invalid(problems);
        }
    }

    private SortedMap<String, DatasetReference> dependencies(JsonNode document) {
        SortedMap<String, DatasetReference> dependencies = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        document.optional("dependencies")
                .ifPresent(nodes -> nodes.fields().forEach((alias, node) -> {
                    if (!Identifiers.isAlias(alias)) {
                        throw node.fault("invalid dependency alias '" + alias + "'");
                    }
                    DatasetReference written = node.isObject() ? required(alias, node, problems) : reference(node);
                    Optional<DatasetReference> pinned = strict ? pins.pin(written) : Optional.of(written);
                    pinned.ifPresentOrElse(
                            reference -> dependencies.put(alias, reference),
                            () -> problems.add("dependency '" + written + "' of alias '" + alias + "' not found"));
                }));
        if (strict && !problems.isEmpty()) {
            throw ManifestReader.invalid(problems);
        }
        return dependencies;
    }

    private static DatasetReference reference(JsonNode node) {
        try {
            return References.parse(node.string());
        } catch (AmpException e) {
            throw e.is(DatasetError.INVALID_REFERENCE) ? node.fault(e.getMessage()) : e;
        }
    }

    /** The dialect of the first generation: {@code {owner?, name, version}}, where the version is a requirement. */
    private DatasetReference required(String alias, JsonNode node, List<String> problems) {
        JsonNode nameNode = node.required("name");
        String name = nameNode.string();
        if (!DatasetName.isValidName(name)) {
            throw nameNode.fault("invalid dataset name '" + name + "'");
        }
        var dataset = new DatasetName(DatasetName.DEFAULT_NAMESPACE, name);
        Optional<String> owner = node.optional("owner").map(JsonNode::string).filter(DatasetName::isValidNamespace);
        if (owner.isPresent()) {
            var owned = new DatasetName(owner.get(), name);
            if (pins.pin(new DatasetReference(owned, null)).isPresent()) {
                dataset = owned;
            }
        }
        JsonNode versionNode = node.required("version");
        VersionRequirement requirement;
        try {
            requirement = VersionRequirement.parse(versionNode.string());
        } catch (IllegalArgumentException e) {
            throw versionNode.fault(e.getMessage() == null ? "invalid version requirement" : e.getMessage());
        }
        List<SemanticVersion> releases = pins.releases(dataset);
        Optional<SemanticVersion> best =
                releases.stream().filter(requirement::accepts).findFirst();
        if (best.isEmpty()) {
            problems.add("dependency alias '" + alias + "' asks for '" + dataset + "' " + requirement.text()
                    + ", known versions: " + (releases.isEmpty() ? "none" : releases));
            return new DatasetReference(dataset, null);
        }
        return new DatasetReference(dataset, new DatasetRevision.Tagged(best.get()));
    }

    private static TableDefinition definition(String name, TableSchema schema) {
        return new TableDefinition(name, schema, List.of("_block_num"));
    }
}
