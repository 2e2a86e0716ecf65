package io.amp.core.dataset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Types with parameters as one string, {@code FixedSizeBinary(20)} or {@code Timestamp(Nanosecond, Some("UTC"))}: accepted wherever a
 * manifest holds a type, and the only form some clients can read for function types (datasets specification, sections 2.3 and 2.6).
 */
final class ArrowTypeText {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9]+)\\s*\\((.*)\\)");
    private static final Pattern TIMESTAMP =
            Pattern.compile("(\\w+)\\s*,\\s*(?:(None)|Some\\(\"([^\"]*)\"\\)|\"([^\"]*)\")");
    private static final Pattern NUMBERS = Pattern.compile("(-?\\d{1,9})\\s*(?:,\\s*(-?\\d{1,9}))?");

    private ArrowTypeText() {}

    /** The JSON object form of an alias; empty when the text has no such form. Values are checked by the reader of that form. */
    static Optional<Map<String, @Nullable Object>> toObject(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String name = form.group(1);
        String arguments = form.group(2).strip();
        return switch (name) {
            case "Timestamp" -> timestamp(arguments);
            case "Time32", "Time64", "Duration", "Interval" -> Optional.of(single(name, arguments));
            case "FixedSizeBinary" ->
                numbers(arguments).filter(n -> n.size() == 1).map(n -> single(name, n.getFirst()));
            case "Decimal32", "Decimal64", "Decimal128", "Decimal256" ->
                numbers(arguments).filter(n -> n.size() == 2).map(n -> single(name, n));
            default -> Optional.empty();
        };
    }

    /** The alias of a canonical type; empty for nested types, which have none. */
    static Optional<String> of(Object canonical) {
        if (canonical instanceof String name) {
            return Optional.of(name);
        }
        Map.Entry<?, ?> entry = ((Map<?, ?>) canonical).entrySet().iterator().next();
        String name = (String) entry.getKey();
        return switch (name) {
            case "Timestamp" -> {
                List<?> parts = (List<?>) entry.getValue();
                String zone = parts.get(1) == null ? "None" : "Some(\"" + parts.get(1) + "\")";
                yield Optional.of("Timestamp(" + parts.get(0) + ", " + zone + ")");
            }
            case "Time32", "Time64", "Duration", "Interval", "FixedSizeBinary" ->
                Optional.of(name + "(" + entry.getValue() + ")");
            case "Decimal32", "Decimal64", "Decimal128", "Decimal256" -> {
                List<?> parts = (List<?>) entry.getValue();
                yield Optional.of(name + "(" + parts.get(0) + ", " + parts.get(1) + ")");
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Map<String, @Nullable Object>> timestamp(String arguments) {
        Matcher matcher = TIMESTAMP.matcher(arguments);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String zone = matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(matcher.group(1));
        parts.add(zone);
        return Optional.of(single("Timestamp", parts));
    }

    private static Optional<List<Long>> numbers(String arguments) {
        Matcher matcher = NUMBERS.matcher(arguments);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long first = Long.valueOf(matcher.group(1));
        return Optional.of(matcher.group(2) == null ? List.of(first) : List.of(first, Long.valueOf(matcher.group(2))));
    }

    private static Map<String, @Nullable Object> single(String name, Object value) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(name, value);
        return object;
    }
}
