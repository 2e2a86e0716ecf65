package io.amp.ports.storage;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object that a segment's footer and its catalogue row share (jobs-and-storage specification, section 4.4), as plain maps,
 * lists, strings and numbers in the order in which they are written. Ports know no JSON library: an adapter prints the map with its own
 * (compact, keys in map order) and parses text into a map, so that all of them agree on the form.
 *
 * @param fields top-level keys in their order; unknown ones are ignored
 */
public record SegmentMetadataObject(Map<String, Object> fields) {
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    public SegmentMetadataObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Generation, parents and writer are no part of the object: footers hold them under keys of their own. */
    public static SegmentMetadataObject of(SegmentMetadata metadata) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("table", metadata.table());
        fields.put("filename", metadata.fileName());
        fields.put("created_at", instant(metadata.createdAt()));
        fields.put(
                "ranges",
                metadata.ranges().stream().map(SegmentMetadataObject::range).toList());
        if (metadata.watermark() != null) {
            fields.put("watermark", metadata.watermark());
        }
        if (metadata.scanned() != null) {
            fields.put("scanned", interval(metadata.scanned()));
        }
        if (!metadata.orderAt().equals(metadata.createdAt())) {
            fields.put("order_at", instant(metadata.orderAt()));
        }
        return new SegmentMetadataObject(fields);
    }

    /**
     * @param fileName names the file in errors, and stands in when the object names none
     * @throws AmpException {@link StorageError#INVALID_SEGMENT} naming file and field
     */
    public SegmentMetadata toMetadata(
            String fileName, int generation, List<Long> parentFileIds, @Nullable String writer) {
        try {
            Instant createdAt = instant("created_at", required(fields, "created_at"));
            Object watermark = fields.get("watermark");
            Object scanned = fields.get("scanned");
            Object orderAt = fields.get("order_at");
            Object name = fields.get("filename");
            return new SegmentMetadata(
                    text("table", required(fields, "table")),
                    name == null ? fileName : text("filename", name),
                    createdAt,
                    ranges(required(fields, "ranges")),
                    watermark == null ? null : number("watermark", watermark),
                    scanned == null ? null : interval("scanned", scanned),
                    orderAt == null ? createdAt : instant("order_at", orderAt),
                    generation,
                    parentFileIds,
                    writer);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new AmpException(
                    StorageError.INVALID_SEGMENT,
                    "segment file '" + fileName + "': invalid metadata: " + e.getMessage(),
                    e);
        }
    }

    private static Map<String, Object> range(BlockRange range) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("numbers", interval(range.numbers()));
        object.put("network", range.network().value());
        object.put("hash", range.hash().toString());
        if (range.prevHash() != null) {
            object.put("prev_hash", range.prevHash().toString());
        }
        if (range.timestamp() != null) {
            object.put("timestamp", range.timestamp());
        }
        return Collections.unmodifiableMap(object);
    }

    private static Map<String, Object> interval(BlockInterval interval) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("start", interval.start());
        object.put("end", interval.end());
        return Collections.unmodifiableMap(object);
    }

    private static Map<String, Object> instant(Instant instant) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("secs", instant.getEpochSecond());
        object.put("nanos", instant.getNano());
        return Collections.unmodifiableMap(object);
    }

    private static List<BlockRange> ranges(Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException("'ranges' is no list with an entry");
        }
        List<BlockRange> ranges = new ArrayList<>();
        for (Object entry : list) {
            Map<?, ?> range = object("ranges", entry);
            Object prevHash = range.get("prev_hash");
            Object timestamp = range.get("timestamp");
            ranges.add(new BlockRange(
                    interval("numbers", required(range, "numbers")),
                    new NetworkId(text("network", required(range, "network"))),
                    BlockHash.parse(text("hash", required(range, "hash"))),
                    prevHash == null ? null : BlockHash.parse(text("prev_hash", prevHash)),
                    timestamp == null ? null : number("timestamp", timestamp)));
        }
        ranges.sort(Comparator.comparing(BlockRange::network));
        return ranges;
    }

    private static BlockInterval interval(String key, Object value) {
        Map<?, ?> object = object(key, value);
        return new BlockInterval(number("start", required(object, "start")), number("end", required(object, "end")));
    }

    private static Instant instant(String key, Object value) {
        Map<?, ?> object = object(key, value);
        return Instant.ofEpochSecond(
                number("secs", required(object, "secs")), number("nanos", required(object, "nanos")));
    }

    private static Object required(Map<?, ?> object, String key) {
        Object value = object.get(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return value;
    }

    private static Map<?, ?> object(String key, Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("'" + key + "' is no object");
    }

    private static String text(String key, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("'" + key + "' is no text");
    }

    private static long number(String key, Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof BigInteger) {
            BigInteger number = new BigInteger(value.toString());
            if (number.signum() >= 0 && number.compareTo(LONG_MAX) <= 0) {
                return number.longValueExact();
            }
        }
        throw new IllegalArgumentException("'" + key + "' is no whole number from 0 to 2^63-1");
    }
}
