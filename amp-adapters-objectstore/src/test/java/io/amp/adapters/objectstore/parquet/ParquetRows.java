package io.amp.adapters.objectstore.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of a Parquet file as DuckDB reads them, in one JSON form for comparing: binary as lower-case hex, decimals and 64-bit numbers as
 * texts, times as nanoseconds since 1970.
 */
final class ParquetRows {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private ParquetRows() {}

    static List<JsonNode> read(Path file, Schema schema) {
        String columns = schema.getFields().stream()
                .map(field -> quoted(field.getName()) + " := " + expression(field, quoted(field.getName()), 0))
                .collect(Collectors.joining(", "));
        String sql = "select to_json(struct_pack(" + columns + ")) from read_parquet('" + file
                + "', file_row_number = true) order by file_row_number";
        List<JsonNode> rows = new ArrayList<>();
        for (List<String> row : DuckDb.rows(sql)) {
            try {
                rows.add(JSON.readTree(row.getFirst()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
        return rows;
    }

    private static String expression(Field field, String value, int depth) {
        return switch (field.getType().getTypeID()) {
            case Binary, LargeBinary, FixedSizeBinary -> "lower(hex(" + value + "))";
            case Decimal, Int, FloatingPoint -> "cast(" + value + " as varchar)";
            case Timestamp -> "cast(epoch_ns(" + value + ") as varchar)";
            case List, LargeList, FixedSizeList -> {
                String item = "x" + depth;
                yield "list_transform(" + value + ", lambda " + item + ": "
                        + expression(field.getChildren().getFirst(), item, depth + 1) + ")";
            }
            case Struct ->
                "case when " + value + " is null then null else struct_pack("
                        + field.getChildren().stream()
                                .map(child -> quoted(child.getName()) + " := "
                                        + expression(child, value + "." + quoted(child.getName()), depth))
                                .collect(Collectors.joining(", "))
                        + ") end";
            default -> value;
        };
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    /** Expected rows, as the test data have them, in the same form. */
    static JsonNode normalised(Field field, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return JsonNodeFactory.instance.nullNode();
        }
        return switch (field.getType().getTypeID()) {
            case Timestamp -> {
                Instant time = Instant.parse(value.textValue());
                yield JsonNodeFactory.instance.textNode(Long.toString(
                        Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano())));
            }
            case Decimal, Int -> JsonNodeFactory.instance.textNode(value.asText());
            case List -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                value.forEach(item -> list.add(normalised(field.getChildren().getFirst(), item)));
                yield list;
            }
            case Struct -> object(field.getChildren(), value);
            default -> value;
        };
    }

    static ObjectNode object(List<Field> fields, JsonNode value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.forEach(field -> object.set(field.getName(), normalised(field, value.path(field.getName()))));
        return object;
    }
}
