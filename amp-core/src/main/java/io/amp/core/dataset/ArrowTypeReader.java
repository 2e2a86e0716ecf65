package io.amp.core.dataset;

import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks Arrow fields and types in JSON and brings them into canonical form: aliases spelled out, defaults written, keys in fixed order
 * (datasets specification, section 2.3). A canonical type is a string or a map with one key.
 *
 * <p>Trap: a nested field spells its type {@code data_type} and has six keys; an outer one spells it {@code type} and has three.
 */
final class ArrowTypeReader {
    static final Set<String> PLAIN = Set.of(
            "Null",
            "Boolean",
            "Int8",
            "Int16",
            "Int32",
            "Int64",
            "UInt8",
            "UInt16",
            "UInt32",
            "UInt64",
            "Float16",
            "Float32",
            "Float64",
            "Utf8",
            "LargeUtf8",
            "Utf8View",
            "Binary",
            "LargeBinary",
            "BinaryView",
            "Date32",
            "Date64");
    private static final Set<String> UNITS = Set.of("Second", "Millisecond", "Microsecond", "Nanosecond");
    private static final Set<String> COARSE_UNITS = Set.of("Second", "Millisecond");
    private static final Set<String> FINE_UNITS = Set.of("Microsecond", "Nanosecond");
    private static final Set<String> INTERVAL_UNITS = Set.of("YearMonth", "DayTime", "MonthDayNano");
    private static final Set<String> DICTIONARY_KEYS =
            Set.of("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64");
    private static final Set<String> RUN_ENDS = Set.of("Int16", "Int32", "Int64");

    private ArrowTypeReader() {}

    /** A column: {@code name}, {@code type}, {@code nullable}. */
    static Map<String, @Nullable Object> column(JsonNode node) {
        Map<String, @Nullable Object> column = new LinkedHashMap<>();
        column.put("name", node.required("name").string());
        column.put("type", type(node.required("type")));
        column.put("nullable", node.required("nullable").bool());
        return column;
    }

    static Object type(JsonNode node) {
        if (node.isString()) {
            String text = node.string();
            if (PLAIN.contains(text)) {
                return text;
            }
            Map<String, @Nullable Object> object =
                    ArrowTypeText.toObject(text).orElseThrow(() -> node.fault("unknown Arrow type '" + text + "'"));
            return parameterised(new JsonNode(node.path(), object, node.code()));
        }
        return parameterised(node);
    }

    private static Object parameterised(JsonNode node) {
        Map<String, JsonNode> fields = node.fields();
        if (fields.size() != 1) {
            throw node.fault("an Arrow type is a string or an object with one key");
        }
        String name = fields.keySet().iterator().next();
        JsonNode argument = fields.values().iterator().next();
        Object canonical = switch (name) {
            case "Timestamp" -> timestamp(argument);
            case "Time32" -> oneOf(argument, COARSE_UNITS);
            case "Time64" -> oneOf(argument, FINE_UNITS);
            case "Duration" -> oneOf(argument, UNITS);
            case "Interval" -> oneOf(argument, INTERVAL_UNITS);
            case "FixedSizeBinary" -> argument.integer(0, Integer.MAX_VALUE);
            case "Decimal32" -> decimal(argument, 9);
            case "Decimal64" -> decimal(argument, 18);
            case "Decimal128" -> decimal(argument, 38);
            case "Decimal256" -> decimal(argument, 76);
            case "List", "LargeList", "ListView", "LargeListView" -> inner(argument);
            case "FixedSizeList" -> {
                List<JsonNode> parts = parts(argument, 2);
                yield List.of(inner(parts.get(0)), parts.get(1).integer(0, Integer.MAX_VALUE));
            }
            case "Struct" ->
                argument.elements().stream().map(ArrowTypeReader::inner).toList();
            case "Map" -> map(argument);
            case "Dictionary" -> dictionary(argument);
            case "Union" -> union(argument);
            case "RunEndEncoded" -> runEndEncoded(argument);
            default -> throw node.fault("unknown Arrow type '" + name + "'");
        };
        Map<String, @Nullable Object> type = new LinkedHashMap<>();
        type.put(name, canonical);
        return type;
    }

    private static Map<String, @Nullable Object> inner(JsonNode node) {
        Map<String, @Nullable Object> field = new LinkedHashMap<>();
        field.put("name", node.required("name").string());
        field.put("data_type", type(node.required("data_type")));
        field.put("nullable", node.required("nullable").bool());
        field.put(
                "dict_id",
                node.optional("dict_id")
                        .map(id -> id.integer(Long.MIN_VALUE, Long.MAX_VALUE))
                        .orElse(0L));
        field.put(
                "dict_is_ordered",
                node.optional("dict_is_ordered").map(JsonNode::bool).orElse(false));
        Map<String, @Nullable Object> metadata = new TreeMap<>(JsonWriter.KEY_ORDER);
        node.optional("metadata")
                .ifPresent(given -> given.fields().forEach((key, value) -> metadata.put(key, value.string())));
        field.put("metadata", metadata);
        return field;
    }

    private static List<@Nullable Object> timestamp(JsonNode argument) {
        List<JsonNode> parts = parts(argument, 2);
        List<@Nullable Object> canonical = new ArrayList<>();
        canonical.add(oneOf(parts.get(0), UNITS));
        canonical.add(parts.get(1).value() == null ? null : parts.get(1).string());
        return canonical;
    }

    private static List<Object> decimal(JsonNode argument, int digitsMax) {
        List<JsonNode> parts = parts(argument, 2);
        return List.of(parts.get(0).integer(1, digitsMax), parts.get(1).integer(-digitsMax, digitsMax));
    }

    private static List<Object> map(JsonNode argument) {
        List<JsonNode> parts = parts(argument, 2);
        Map<String, @Nullable Object> entries = inner(parts.get(0));
        if (!(entries.get("data_type") instanceof Map<?, ?> type)
                || !(type.get("Struct") instanceof List<?> children)
                || children.size() != 2) {
            throw parts.get(0).fault("the entries of a map are a struct with two fields");
        }
        return List.of(entries, parts.get(1).bool());
    }

    private static List<Object> dictionary(JsonNode argument) {
        List<JsonNode> parts = parts(argument, 2);
        return List.of(oneOf(parts.get(0), DICTIONARY_KEYS), type(parts.get(1)));
    }

    private static List<Object> union(JsonNode argument) {
        List<JsonNode> parts = parts(argument, 2);
        List<Object> members = new ArrayList<>();
        for (JsonNode member : parts.get(0).elements()) {
            List<JsonNode> pair = parts(member, 2);
            members.add(List.of(pair.get(0).integer(0, Byte.MAX_VALUE), inner(pair.get(1))));
        }
        return List.of(members, oneOf(parts.get(1), Set.of("Sparse", "Dense")));
    }

    private static List<Object> runEndEncoded(JsonNode argument) {
        List<JsonNode> parts = parts(argument, 2);
        Map<String, @Nullable Object> runEnds = inner(parts.get(0));
        if (!(runEnds.get("data_type") instanceof String type) || !RUN_ENDS.contains(type)) {
            throw parts.get(0).fault("run ends are Int16, Int32 or Int64");
        }
        return List.of(runEnds, inner(parts.get(1)));
    }

    private static String oneOf(JsonNode node, Set<String> allowed) {
        String text = node.string();
        if (!allowed.contains(text)) {
            throw node.fault(
                    "'" + text + "' is not one of " + allowed.stream().sorted().toList());
        }
        return text;
    }

    private static List<JsonNode> parts(JsonNode node, int count) {
        List<JsonNode> parts = node.elements();
        if (parts.size() != count) {
            throw node.fault("must be a list of " + count + ", not of " + parts.size());
        }
        return parts;
    }
}
