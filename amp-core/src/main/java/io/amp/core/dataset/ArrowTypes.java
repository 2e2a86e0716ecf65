package io.amp.core.dataset;

import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Arrow schemas in the JSON of manifests and of the Admin API (datasets specification, section 2.3): between {@link Field} and the
 * canonical values that {@link ArrowTypeReader} makes.
 */
public final class ArrowTypes {
    private static final Map<String, ArrowType> PLAIN = new LinkedHashMap<>();
    private static final Map<ArrowType, String> PLAIN_NAMES = new LinkedHashMap<>();

    static {
        plain("Null", ArrowType.Null.INSTANCE);
        plain("Boolean", ArrowType.Bool.INSTANCE);
        for (int width = 8; width <= 64; width *= 2) {
            plain("Int" + width, new ArrowType.Int(width, true));
            plain("UInt" + width, new ArrowType.Int(width, false));
        }
        plain("Float16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF));
        plain("Float32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        plain("Float64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
        plain("Utf8", ArrowType.Utf8.INSTANCE);
        plain("LargeUtf8", ArrowType.LargeUtf8.INSTANCE);
        plain("Utf8View", ArrowType.Utf8View.INSTANCE);
        plain("Binary", ArrowType.Binary.INSTANCE);
        plain("LargeBinary", ArrowType.LargeBinary.INSTANCE);
        plain("BinaryView", ArrowType.BinaryView.INSTANCE);
        plain("Date32", new ArrowType.Date(DateUnit.DAY));
        plain("Date64", new ArrowType.Date(DateUnit.MILLISECOND));
    }

    private ArrowTypes() {}

    /**
     * Reads one type, canonical or alias.
     *
     * @throws io.amp.ports.error.AmpException {@link DatasetError#INVALID_MANIFEST}
     */
    public static Field readType(String name, @Nullable Object json, boolean nullable) {
        return field(name, ArrowTypeReader.type(new JsonNode("type", json, DatasetError.INVALID_MANIFEST)), nullable);
    }

    /**
     * Reads a {@code {"arrow": {"fields": […]}}} schema.
     *
     * @param code of the exceptions thrown
     */
    public static TableSchema readSchema(@Nullable Object json, ErrorCode code) {
        List<Field> fields = new ArrayList<>();
        for (JsonNode node : schemaFields(new JsonNode("schema", json, code))) {
            fields.add(column(ArrowTypeReader.column(node)));
        }
        return TableSchema.of(fields);
    }

    /** A schema as plain values, ready for {@link JsonWriter}. */
    public static Map<String, @Nullable Object> schemaJson(TableSchema schema) {
        return schemaJson(columnsJson(schema));
    }

    static List<@Nullable Object> columnsJson(TableSchema schema) {
        List<@Nullable Object> fields = new ArrayList<>();
        for (Field field : schema.fields()) {
            Map<String, @Nullable Object> column = new LinkedHashMap<>();
            column.put("name", field.getName());
            column.put("type", typeJson(field));
            column.put("nullable", field.isNullable());
            fields.add(column);
        }
        return fields;
    }

    /** The type of a field as plain values: a string or a map with one key. */
    public static Object typeJson(Field field) {
        DictionaryEncoding dictionary = field.getDictionary();
        if (dictionary == null) {
            return valueTypeJson(field);
        }
        return single("Dictionary", List.of(plainName(dictionary.getIndexType()), valueTypeJson(field)));
    }

    /** One line per type for messages and for clients that read no objects, e.g. {@code FixedSizeBinary(20)}. */
    public static String typeText(Field field) {
        Object json = typeJson(field);
        return ArrowTypeText.of(json).orElseGet(() -> JsonWriter.compact(json));
    }

    static Map<String, @Nullable Object> schemaJson(List<@Nullable Object> canonicalColumns) {
        return single("arrow", single("fields", canonicalColumns));
    }

    /** Schema objects come back from clients as they were served once: {@code arrow} may stand one level deeper. */
    static List<JsonNode> schemaFields(JsonNode schema) {
        JsonNode holder = schema.optional("arrow").isPresent()
                ? schema
                : schema.optional("schema").orElse(schema);
        return holder.required("arrow").required("fields").elements();
    }

    static Field column(Map<String, @Nullable Object> canonical) {
        return field(
                text(canonical.get("name")),
                value(canonical.get("type")),
                Boolean.TRUE.equals(canonical.get("nullable")));
    }

    static Field field(String name, Object canonicalType, boolean nullable) {
        return field(name, canonicalType, nullable, 0, false, null);
    }

    private static Field inner(Object canonical) {
        Map<?, ?> field = (Map<?, ?>) canonical;
        Map<String, String> metadata = new TreeMap<>();
        ((Map<?, ?>) value(field.get("metadata"))).forEach((key, text) -> metadata.put((String) key, (String) text));
        return field(
                text(field.get("name")),
                value(field.get("data_type")),
                Boolean.TRUE.equals(field.get("nullable")),
                number(field.get("dict_id")),
                Boolean.TRUE.equals(field.get("dict_is_ordered")),
                metadata.isEmpty() ? null : metadata);
    }

    private static Field field(
            String name,
            Object canonicalType,
            boolean nullable,
            long dictionaryId,
            boolean ordered,
            @Nullable Map<String, String> metadata) {
        if (canonicalType instanceof String plain) {
            return new Field(name, new FieldType(nullable, plainType(plain), null, metadata), List.of());
        }
        Map.Entry<?, ?> entry =
                ((Map<?, ?>) canonicalType).entrySet().iterator().next();
        Object argument = value(entry.getValue());
        List<?> parts = argument instanceof List<?> list ? list : List.of();
        if (entry.getKey().equals("Dictionary")) {
            Field content = field(name, value(parts.get(1)), nullable);
            var encoding = new DictionaryEncoding(dictionaryId, ordered, (ArrowType.Int) plainType(text(parts.get(0))));
            return new Field(
                    name, new FieldType(nullable, content.getType(), encoding, metadata), content.getChildren());
        }
        List<Field> children = List.of();
        ArrowType type;
        switch (text(entry.getKey())) {
            case "Timestamp" -> type = new ArrowType.Timestamp(unit(parts.get(0)), (String) parts.get(1));
            case "Time32" -> type = new ArrowType.Time(unit(argument), 32);
            case "Time64" -> type = new ArrowType.Time(unit(argument), 64);
            case "Duration" -> type = new ArrowType.Duration(unit(argument));
            case "Interval" -> type = new ArrowType.Interval(intervalUnit(text(argument)));
            case "FixedSizeBinary" -> type = new ArrowType.FixedSizeBinary((int) number(argument));
            case "Decimal32" -> type = decimal(parts, 32);
            case "Decimal64" -> type = decimal(parts, 64);
            case "Decimal128" -> type = decimal(parts, 128);
            case "Decimal256" -> type = decimal(parts, 256);
            case "List", "LargeList", "ListView", "LargeListView" -> {
                type = listType(text(entry.getKey()));
                children = List.of(inner(argument));
            }
            case "FixedSizeList" -> {
                type = new ArrowType.FixedSizeList((int) number(parts.get(1)));
                children = List.of(inner(value(parts.get(0))));
            }
            case "Struct" -> {
                type = ArrowType.Struct.INSTANCE;
                children = parts.stream().map(ArrowTypes::inner).toList();
            }
            case "Map" -> {
                type = new ArrowType.Map(Boolean.TRUE.equals(parts.get(1)));
                children = List.of(inner(value(parts.get(0))));
            }
            case "Union" -> {
                List<?> members = (List<?>) value(parts.get(0));
                int[] ids = members.stream()
                        .mapToInt(member -> (int) number(((List<?>) member).get(0)))
                        .toArray();
                type = new ArrowType.Union(
                        text(parts.get(1)).equals("Sparse") ? UnionMode.Sparse : UnionMode.Dense, ids);
                children = members.stream()
                        .map(member -> inner(value(((List<?>) member).get(1))))
                        .toList();
            }
            case "RunEndEncoded" -> {
                type = new ArrowType.RunEndEncoded();
                children = List.of(inner(value(parts.get(0))), inner(value(parts.get(1))));
            }
            default -> throw new IllegalArgumentException("not a canonical Arrow type: " + entry.getKey());
        }
        return new Field(name, new FieldType(nullable, type, null, metadata), children);
    }

    private static Object valueTypeJson(Field field) {
        ArrowType type = field.getType();
        String plain = PLAIN_NAMES.get(type);
        if (plain != null) {
            return plain;
        }
        List<Field> children = field.getChildren();
        return switch (type) {
            case ArrowType.Timestamp timestamp -> {
                List<@Nullable Object> parts = new ArrayList<>();
                parts.add(unitName(timestamp.getUnit()));
                parts.add(timestamp.getTimezone());
                yield single("Timestamp", parts);
            }
            case ArrowType.Time time -> single("Time" + time.getBitWidth(), unitName(time.getUnit()));
            case ArrowType.Duration duration -> single("Duration", unitName(duration.getUnit()));
            case ArrowType.Interval interval -> single("Interval", intervalName(interval.getUnit()));
            case ArrowType.FixedSizeBinary binary -> single("FixedSizeBinary", (long) binary.getByteWidth());
            case ArrowType.Decimal decimal ->
                single("Decimal" + decimal.getBitWidth(), List.of((long) decimal.getPrecision(), (long)
                        decimal.getScale()));
            case ArrowType.List list -> single("List", innerJson(children.getFirst()));
            case ArrowType.LargeList list -> single("LargeList", innerJson(children.getFirst()));
            case ArrowType.ListView list -> single("ListView", innerJson(children.getFirst()));
            case ArrowType.LargeListView list -> single("LargeListView", innerJson(children.getFirst()));
            case ArrowType.FixedSizeList list ->
                single("FixedSizeList", List.of(innerJson(children.getFirst()), (long) list.getListSize()));
            case ArrowType.Struct struct ->
                single("Struct", children.stream().map(ArrowTypes::innerJson).toList());
            case ArrowType.Map map -> single("Map", List.of(innerJson(children.getFirst()), map.getKeysSorted()));
            case ArrowType.Union union -> single("Union", unionJson(union, children));
            case ArrowType.RunEndEncoded encoded ->
                single("RunEndEncoded", List.of(innerJson(children.get(0)), innerJson(children.get(1))));
            default -> throw new IllegalArgumentException("no JSON form for Arrow type " + type);
        };
    }

    private static List<Object> unionJson(ArrowType.Union union, List<Field> children) {
        List<Object> members = new ArrayList<>();
        for (int i = 0; i < children.size(); i++) {
            int[] ids = union.getTypeIds();
            members.add(List.of((long) (ids == null ? i : ids[i]), innerJson(children.get(i))));
        }
        return List.of(members, union.getMode() == UnionMode.Sparse ? "Sparse" : "Dense");
    }

    private static Map<String, @Nullable Object> innerJson(Field field) {
        DictionaryEncoding dictionary = field.getDictionary();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", field.getName());
        json.put("data_type", typeJson(field));
        json.put("nullable", field.isNullable());
        json.put("dict_id", dictionary == null ? 0L : dictionary.getId());
        json.put("dict_is_ordered", dictionary != null && dictionary.isOrdered());
        Map<String, @Nullable Object> metadata = new TreeMap<>(JsonWriter.KEY_ORDER);
        metadata.putAll(field.getMetadata());
        json.put("metadata", metadata);
        return json;
    }

    private static void plain(String name, ArrowType type) {
        PLAIN.put(name, type);
        PLAIN_NAMES.put(type, name);
    }

    private static ArrowType plainType(String name) {
        ArrowType type = PLAIN.get(name);
        if (type == null) {
            throw new IllegalArgumentException("not a plain Arrow type: " + name);
        }
        return type;
    }

    private static String plainName(ArrowType type) {
        String name = PLAIN_NAMES.get(type);
        if (name == null) {
            throw new IllegalArgumentException("not a plain Arrow type: " + type);
        }
        return name;
    }

    private static ArrowType listType(String name) {
        return switch (name) {
            case "List" -> ArrowType.List.INSTANCE;
            case "LargeList" -> ArrowType.LargeList.INSTANCE;
            case "ListView" -> ArrowType.ListView.INSTANCE;
            default -> ArrowType.LargeListView.INSTANCE;
        };
    }

    private static ArrowType.Decimal decimal(List<?> parts, int bits) {
        return new ArrowType.Decimal((int) number(parts.get(0)), (int) number(parts.get(1)), bits);
    }

    private static TimeUnit unit(@Nullable Object name) {
        return switch (text(name)) {
            case "Second" -> TimeUnit.SECOND;
            case "Millisecond" -> TimeUnit.MILLISECOND;
            case "Microsecond" -> TimeUnit.MICROSECOND;
            default -> TimeUnit.NANOSECOND;
        };
    }

    private static String unitName(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "Second";
            case MILLISECOND -> "Millisecond";
            case MICROSECOND -> "Microsecond";
            case NANOSECOND -> "Nanosecond";
        };
    }

    private static IntervalUnit intervalUnit(String name) {
        return switch (name) {
            case "YearMonth" -> IntervalUnit.YEAR_MONTH;
            case "DayTime" -> IntervalUnit.DAY_TIME;
            default -> IntervalUnit.MONTH_DAY_NANO;
        };
    }

    private static String intervalName(IntervalUnit unit) {
        return switch (unit) {
            case YEAR_MONTH -> "YearMonth";
            case DAY_TIME -> "DayTime";
            case MONTH_DAY_NANO -> "MonthDayNano";
        };
    }

    private static Map<String, @Nullable Object> single(String key, Object value) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(key, value);
        return object;
    }

    private static Object value(@Nullable Object canonical) {
        if (canonical == null) {
            throw new IllegalArgumentException("not a canonical Arrow type: a part is missing");
        }
        return canonical;
    }

    private static String text(@Nullable Object canonical) {
        return (String) value(canonical);
    }

    private static long number(@Nullable Object canonical) {
        return (Long) value(canonical);
    }
}
