package io.amp.core.dataset;

import io.amp.core.dataset.ManifestDocument.Embedded;
import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.dataset.StaticManifest.FileSource;
import io.amp.ports.dataset.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Manifests of static datasets: tables over files that do not change (datasets specification, section 5). */
final class StaticManifestReader {
    private static final Set<String> FORMATS = Set.of("csv", "parquet");

    private StaticManifestReader() {}

    static ManifestDocument read(JsonNode document, Embedded embedded) {
        JsonNode tablesNode = document.required("tables");
        SortedMap<String, TableDefinition> tables = new TreeMap<>();
        SortedMap<String, FileSource> files = new TreeMap<>();
        Map<String, @Nullable Object> canonicalTables = new TreeMap<>(JsonWriter.KEY_ORDER);
        tablesNode.fields().forEach((name, node) -> {
            if (!Identifiers.isTable(name)) {
                throw node.fault("invalid table name '" + name + "'");
            }
            table(name, node, tables, files, canonicalTables);
        });
        if (tables.isEmpty()) {
            throw tablesNode.fault("no tables");
        }
        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        canonical.put("kind", StaticManifest.KIND);
        canonical.put("tables", canonicalTables);
        return new ManifestDocument(new StaticManifest(tables, files), canonical, embedded, List.of());
    }

    private static void table(
            String name,
            JsonNode node,
            SortedMap<String, TableDefinition> tables,
            SortedMap<String, FileSource> files,
            Map<String, @Nullable Object> canonicalTables) {
        String path = path(node.required("path"));
        JsonNode formatNode = node.required("format");
        String format = formatNode.string();
        if (!FORMATS.contains(format)) {
            throw formatNode.fault("unsupported format '" + format + "', expected csv or parquet");
        }
        boolean csv = format.equals("csv");
        boolean hasHeader = csv && node.required("has_header").bool();
        JsonNode schemaNode = node.required("schema");
        List<@Nullable Object> columns = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode field : ArrowTypes.schemaFields(schemaNode)) {
            Map<String, @Nullable Object> column = ArrowTypeReader.column(field);
            columns.add(column);
            fields.add(ArrowTypes.column(column));
            if (!names.add(fields.getLast().getName())) {
                throw field.fault("column '" + fields.getLast().getName() + "' occurs twice");
            }
        }
        if (fields.isEmpty()) {
            throw schemaNode.fault("no columns");
        }
        Set<String> sortedBy = new TreeSet<>(JsonWriter.KEY_ORDER);
        node.optional("sorted_by")
                .ifPresent(list -> list.elements().forEach(element -> {
                    if (!names.contains(element.string())) {
                        throw element.fault("no column '" + element.string() + "'");
                    }
                    sortedBy.add(element.string());
                }));

        Map<String, @Nullable Object> canonical = new LinkedHashMap<>();
        canonical.put("path", path);
        canonical.put("format", format);
        if (csv) {
            canonical.put("has_header", hasHeader);
        }
        canonical.put("schema", ArrowTypes.schemaJson(columns));
        if (!sortedBy.isEmpty()) {
            canonical.put("sorted_by", List.copyOf(sortedBy));
        }
        canonicalTables.put(name, canonical);
        tables.put(name, new TableDefinition(name, TableSchema.of(fields), List.copyOf(sortedBy)));
        files.put(name, new FileSource(path, format, hasHeader));
    }

    private static String path(JsonNode node) {
        String path = node.string();
        if (path.isEmpty() || path.startsWith("/") || path.contains("\\")) {
            throw node.fault("must be a relative path with '/' between its parts");
        }
        String[] parts = path.split("/", -1);
        for (String part : parts) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw node.fault("may not have an empty part, '.' or '..'");
            }
        }
        String file = parts[parts.length - 1];
        int dot = file.lastIndexOf('.');
        if (dot <= 0 || dot == file.length() - 1) {
            throw node.fault("must end with a file name that has an extension");
        }
        return path;
    }
}
