package io.amp.adapters.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.amp.ports.job.ErrorDetail;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON columns and notification payloads. */
final class JsonColumns {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    private JsonColumns() {}

    static String write(Map<String, ?> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON value", e);
        }
    }

    /** @throws IllegalArgumentException when the text is no JSON object */
    static Map<String, Object> object(String json) {
        try {
            return MAPPER.readValue(json, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON object", e);
        }
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON", e);
        }
    }

    /** The form in which clients see it (jobs-and-storage specification, section 3.6). */
    static String write(ErrorDetail error) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("error_code", error.code());
        object.put("error_message", error.message());
        if (!error.context().isEmpty()) {
            object.put("error_context", error.context());
        }
        return write(object);
    }

    /** Null for a column that is empty or holds something else: a listing must not fail for one bad row. */
    static @Nullable ErrorDetail error(@Nullable String json) {
        if (json == null) {
            return null;
        }
        JsonNode node = tree(json);
        if (!node.path("error_code").isTextual()) {
            return null;
        }
        Map<String, Object> context = node.path("error_context").isObject()
                ? MAPPER.convertValue(node.path("error_context"), OBJECT)
                : Map.of();
        context.values().removeIf(value -> value == null);
        return new ErrorDetail(
                node.path("error_code").asText(), node.path("error_message").asText(), context);
    }

    static Map<String, String> texts(String json) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree(json)
                .properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }
}
