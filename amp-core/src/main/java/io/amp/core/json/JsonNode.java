package io.amp.core.json;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value inside a document together with the way to it, so that every complaint names where it stands ({@code
 * tables.blocks.schema.arrow.fields[2].type}). A null in an optional field counts as left out.
 *
 * @param path empty for the document itself
 * @param code of the exceptions thrown
 */
public record JsonNode(String path, @Nullable Object value, ErrorCode code) {
    /**
     * @throws AmpException with {@code code} when the text is not one JSON object
     */
    public static JsonNode document(String text, String what, ErrorCode code) {
        Object value;
        try {
            value = JsonReader.read(text);
        } catch (IllegalArgumentException e) {
            throw new AmpException(code, what + " is not valid JSON: " + e.getMessage(), e);
        }
        if (!(value instanceof Map<?, ?>)) {
            throw new AmpException(code, what + " must be a JSON object, not " + kindOf(value));
        }
        return new JsonNode("", value, code);
    }

    /** An exception about this value. */
    public AmpException fault(String message) {
        return new AmpException(code, path.isEmpty() ? message : path + ": " + message);
    }

    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    public boolean isString() {
        return value instanceof String;
    }

    /** A field that must be there and not null. */
    public JsonNode required(String key) {
        return optional(key).orElseThrow(() -> child(key, null).fault("missing"));
    }

    /** A field, when it is there and not null. */
    public Optional<JsonNode> optional(String key) {
        Object field = object().get(key);
        return field == null ? Optional.empty() : Optional.of(child(key, field));
    }

    /** Fields in document order. */
    public Map<String, JsonNode> fields() {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        object().forEach((key, field) -> fields.put((String) key, child(key, field)));
        return fields;
    }

    public List<JsonNode> elements() {
        if (!(value instanceof List<?> array)) {
            throw fault("must be a list, not " + kindOf(value));
        }
        List<JsonNode> elements = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            elements.add(new JsonNode(path + "[" + i + "]", array.get(i), code));
        }
        return elements;
    }

    public String string() {
        if (value instanceof String text) {
            return text;
        }
        throw fault("must be a string, not " + kindOf(value));
    }

    public boolean bool() {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw fault("must be true or false, not " + kindOf(value));
    }

    /** An integer written without fraction and exponent. */
    public long integer(long min, long max) {
        if (value instanceof Long number && number >= min && number <= max) {
            return number;
        }
        throw fault("must be an integer from " + min + " to " + max + ", not "
                + (value instanceof Number ? value : kindOf(value)));
    }

    private Map<?, ?> object() {
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw fault("must be an object, not " + kindOf(value));
    }

    private JsonNode child(Object key, @Nullable Object field) {
        return new JsonNode(path.isEmpty() ? (String) key : path + "." + key, field, code);
    }

    private static String kindOf(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> object -> "an object";
            case List<?> array -> "a list";
            case String text -> "a string";
            case Boolean flag -> "a boolean";
            default -> "a number";
        };
    }
}
