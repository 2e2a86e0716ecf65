package io.amp.testkit.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.amp.ports.job.ErrorDetail;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON columns: compared as values, error details in the form that clients see. */
public final class JsonTexts {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private JsonTexts() {}

    /** Order of members and spelling of numbers do not matter. */
    static boolean sameValue(String left, String right) {
        return parse(left).equals(JsonTexts::compare, parse(right));
    }

    private static int compare(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue());
        }
        return left.equals(right) ? 0 : 1;
    }

    static String write(ErrorDetail error) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("error_code", error.code());
        members.put("error_message", error.message());
        if (!error.context().isEmpty()) {
            members.put("error_context", error.context());
        }
        return write(members);
    }

    /** Compact, members in the map's order. */
    public static String write(Map<String, Object> members) {
        try {
            return MAPPER.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + members, e);
        }
    }

    /** The detail as it is read back. */
    static ErrorDetail roundTrip(ErrorDetail error) {
        JsonNode node = parse(write(error));
        Map<String, Object> context = node.has("error_context")
                ? MAPPER.convertValue(node.get("error_context"), new TypeReference<Map<String, Object>>() {})
                : Map.of();
        return new ErrorDetail(error.code(), error.message(), context);
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("invalid JSON: " + json, e);
        }
    }
}
