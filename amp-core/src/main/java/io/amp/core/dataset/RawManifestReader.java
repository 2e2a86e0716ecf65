package io.amp.core.dataset;

import io.amp.core.dataset.ManifestDocument.Embedded;
import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Manifests of raw kinds (datasets specification, section 3). The built-in schema wins over what the document lists, while the document's
 * own list is what is stored and hashed.
 */
final class RawManifestReader {
    private final String kind;
    private final boolean strict;
    private final SortedMap<String, TableDefinition> builtIn;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param strict refuses what may not be registered; else only what cannot be decoded */
    RawManifestReader(String kind, boolean strict) {
        this.kind = kind;
        this.strict = strict;
        this.builtIn = BuiltInTables.of(kind);
    }

    ManifestDocument read(JsonNode document, Embedded embedded) {
        boolean substreams = kind.equals(BuiltInTables.SUBSTREAMS);
        JsonNode networkNode = document.required("network");
        String network = network(networkNode);
        Optional<Long> startBlock = document.optional("start_block").map(node -> node.integer(0, Long.MAX_VALUE));
        boolean finalizedOnly =
                document.optional("finalized_blocks_only").map(JsonNode::bool).orElse(false);
        Map<String, String> settings = new LinkedHashMap<>();
        if (substreams) {
            settings.put("manifest", document.required("manifest").string());
            settings.put("module", document.required("module").string());
        }
        Map<String, Given> given = tables(document, network);
        if (given.isEmpty()) {
            builtIn.forEach((name, table) ->
                    given.put(name, new Given(ArrowTypes.columnsJson(table.schema()), table.schema(), network)));
        }
        if (given.isEmpty()) {
            problems.add("kind '" + kind + "' needs 'tables': this build does not read packages");
        }
        if (strict && !problems.isEmpty()) {
            throw ManifestReader.invalid(problems);
        }

        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        canonical.put("kind", kind);
        canonical.put("network", network);
        if (!substreams || startBlock.isPresent()) {
            canonical.put("start_block", startBlock.orElse(0L));
        }
        canonical.put("finalized_blocks_only", finalizedOnly);
        canonical.putAll(settings);
        Map<String, @Nullable Object> tables = new TreeMap<>(JsonWriter.KEY_ORDER);
        given.forEach((name, table) -> tables.put(name, table.canonical()));
        canonical.put("tables", tables);
        var manifest = new RawManifest(
                kind,
                new NetworkId(network),
                startBlock.orElse(0L),
                finalizedOnly,
                substreams ? definitions(given) : builtIn,
                settings);
        return new ManifestDocument(manifest, canonical, embedded, warnings);
    }

    private Map<String, Given> tables(JsonNode document, String network) {
        Map<String, Given> tables = new TreeMap<>(JsonWriter.KEY_ORDER);
        Optional<JsonNode> given = document.optional("tables");
        if (given.isEmpty()) {
            return tables;
        }
        given.get().fields().forEach((name, node) -> {
            if (!Identifiers.isTable(name)) {
                throw node.fault("invalid table name '" + name + "'");
            }
            List<@Nullable Object> columns = new ArrayList<>();
            List<Field> fields = new ArrayList<>();
            for (JsonNode field : ArrowTypes.schemaFields(node.required("schema"))) {
                Map<String, @Nullable Object> column = ArrowTypeReader.column(field);
                columns.add(column);
                fields.add(ArrowTypes.column(column));
            }
            String tableNetwork =
                    node.optional("network").map(RawManifestReader::network).orElse(network);
            if (!tableNetwork.toLowerCase(Locale.ROOT).equals(network.toLowerCase(Locale.ROOT))) {
                problems.add("table '" + name + "' has network '" + tableNetwork + "', its dataset '" + network + "'");
            }
            compare(node, name, fields);
            tables.put(name, new Given(columns, TableSchema.of(fields), tableNetwork));
        });
        return tables;
    }

    private void compare(JsonNode node, String name, List<Field> fields) {
        if (kind.equals(BuiltInTables.SUBSTREAMS)) {
            Set<String> names = new HashSet<>();
            for (Field field : fields) {
                if (!names.add(field.getName())) {
                    throw node.fault("column '" + field.getName() + "' occurs twice");
                }
            }
            return;
        }
        TableDefinition table = builtIn.get(name);
        if (table == null) {
            problems.add("kind '" + kind + "' has no table '" + name + "'");
            return;
        }
        Map<String, Field> declared = fields.stream()
                .collect(
                        Collectors.toMap(Field::getName, field -> field, (first, second) -> first, LinkedHashMap::new));
        List<String> differences = new ArrayList<>();
        for (Field field : table.schema().fields()) {
            Field other = declared.remove(field.getName());
            if (other == null) {
                differences.add("'" + field.getName() + "' is not listed");
            } else if (!other.equals(field)) {
                differences.add("'" + field.getName() + "' is listed as " + text(other) + " but is " + text(field));
            }
        }
        declared.keySet().forEach(column -> differences.add("'" + column + "' does not exist"));
        if (!differences.isEmpty()) {
            warnings.add("table '" + name + "' has the built-in columns of kind '" + kind
                    + "', whatever the manifest says: " + String.join(", ", differences));
        }
    }

    private static String text(Field field) {
        return ArrowTypes.typeText(field) + (field.isNullable() ? " nullable" : " not null");
    }

    private static String network(JsonNode node) {
        String text = node.string();
        if (!NetworkId.isValid(text)) {
            throw node.fault("invalid network '" + text
                    + "': 1 to 64 characters without white space, quotes and control characters");
        }
        return text;
    }

    private static SortedMap<String, TableDefinition> definitions(Map<String, Given> given) {
        SortedMap<String, TableDefinition> tables = new TreeMap<>();
        given.forEach(
                (name, table) -> tables.put(name, new TableDefinition(name, table.schema(), List.of("_block_num"))));
        return tables;
    }

    /** A table as the document lists it. */
    private record Given(List<@Nullable Object> columns, TableSchema schema, String network) {
        Map<String, @Nullable Object> canonical() {
            Map<String, @Nullable Object> table = new LinkedHashMap<>();
            table.put("schema", ArrowTypes.schemaJson(columns));
            table.put("network", network);
            return table;
        }
    }
}
