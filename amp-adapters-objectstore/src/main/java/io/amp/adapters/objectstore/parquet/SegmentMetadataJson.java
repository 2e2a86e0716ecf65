package io.amp.adapters.objectstore.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentMetadataObject;
import io.amp.ports.storage.StorageError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The footer's key-value entries (jobs-and-storage specification, section 4.4). */
final class SegmentMetadataJson {
    static final String METADATA = "nozzle_metadata";
    static final String PARENTS = "parent_file_ids";
    static final String GENERATION = "generation";
    static final String WRITER = "amp_writer";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);

    private SegmentMetadataJson() {}

    /** The object as one line without spaces. */
    static String encode(SegmentMetadata metadata) {
        return print(SegmentMetadataObject.of(metadata).fields());
    }

    /** All entries of a file but the Arrow schema. */
    static Map<String, String> entries(SegmentMetadata metadata) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(METADATA, encode(metadata));
        entries.put(PARENTS, print(metadata.parentFileIds()));
        entries.put(GENERATION, Integer.toString(metadata.generation()));
        if (metadata.writer() != null) {
            entries.put(WRITER, metadata.writer());
        }
        return entries;
    }

    /**
     * @param entries all key-value entries of the footer; null when it has none
     * @throws AmpException {@link StorageError#INVALID_SEGMENT} naming the file
     */
    static SegmentMetadata decode(String fileName, @Nullable Map<String, String> entries) {
        if (entries == null) {
            throw invalid(fileName, "the footer has no key-value entries", null);
        }
        String json = required(fileName, entries, METADATA);
        List<Long> parents = parse(fileName, PARENTS, required(fileName, entries, PARENTS), new TypeReference<>() {});
        if (parents.stream().anyMatch(Objects::isNull)) {
            throw invalid(fileName, "the footer entry '" + PARENTS + "' holds a null", null);
        }
        int generation = generation(fileName, required(fileName, entries, GENERATION));
        Map<String, Object> object = parse(fileName, METADATA, json, new TypeReference<>() {});
        return new SegmentMetadataObject(object).toMetadata(fileName, generation, parents, entries.get(WRITER));
    }

    private static String required(String fileName, Map<String, String> entries, String key) {
        String value = entries.get(key);
        if (value == null) {
            throw invalid(fileName, "the footer has no entry '" + key + "'", null);
        }
        if (value.isBlank()) {
            throw invalid(fileName, "the footer entry '" + key + "' is empty", null);
        }
        return value;
    }

    private static int generation(String fileName, String text) {
        try {
            int generation = Integer.parseInt(text.strip());
            if (generation >= 0) {
                return generation;
            }
        } catch (NumberFormatException e) {
            throw invalid(fileName, "the footer entry '" + GENERATION + "' is no number", e);
        }
        throw invalid(fileName, "the footer entry '" + GENERATION + "' is negative", null);
    }

    private static <T> T parse(String fileName, String key, String json, TypeReference<T> type) {
        try {
            T value = JSON.readValue(json, type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            throw invalid(fileName, "the footer entry '" + key + "' is no valid JSON of its kind", e);
        }
        throw invalid(fileName, "the footer entry '" + key + "' is null", null);
    }

    private static String print(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and lists of texts and numbers can always be printed", e);
        }
    }

    private static AmpException invalid(String fileName, String problem, @Nullable Throwable cause) {
        return new AmpException(StorageError.INVALID_SEGMENT, "segment file '" + fileName + "': " + problem, cause);
    }
}
