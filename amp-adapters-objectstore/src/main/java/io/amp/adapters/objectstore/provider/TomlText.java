package io.amp.adapters.objectstore.provider;

import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Plain values to and from TOML: strings, longs, doubles, booleans, lists, and maps by string. */
final class TomlText {
    /** The parser forgets the order of keys, but not where it found them. */
    private static final Comparator<TomlPosition> BY_PLACE =
            Comparator.comparingInt(TomlPosition::line).thenComparingInt(TomlPosition::column);

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    private TomlText() {}

    /** @throws IllegalArgumentException with line and column, without the content, which may be secret */
    static Map<String, Object> parse(String text) {
        TomlParseResult result = Toml.parse(text);
        if (result.hasErrors()) {
            throw new IllegalArgumentException(
                    "not valid TOML at " + result.errors().getFirst().position());
        }
        return table(result);
    }

    private static Map<String, Object> table(TomlTable table) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> keys = new ArrayList<>(table.keySet());
        keys.sort(Comparator.comparing(key -> position(table, key), BY_PLACE));
        for (String key : keys) {
            Object value = table.get(List.of(key));
            if (value != null) {
                values.put(key, plain(value));
            }
        }
        return values;
    }

    private static TomlPosition position(TomlTable table, String key) {
        return Objects.requireNonNull(table.inputPositionOf(List.of(key)), "a key has a place in its file");
    }

    private static Object plain(Object value) {
        return switch (value) {
            case TomlTable table -> table(table);
            case TomlArray array -> {
                List<Object> items = new ArrayList<>();
                for (int i = 0; i < array.size(); i++) {
                    items.add(plain(array.get(i)));
                }
                yield items;
            }
            case String text -> text;
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag;
            default -> value.toString(); // dates and times, which no provider has
        };
    }

    /**
     * One line per key; maps are written inline, so that the order of keys stays.
     *
     * @throws AmpException {@link ProviderError#DATA_CONVERSION_ERROR} for a value that TOML cannot hold
     */
    static String write(Map<String, Object> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> {
            key(text, key);
            text.append(" = ");
            value(text, key, value);
            text.append('\n');
        });
        return text.toString();
    }

    private static void key(StringBuilder text, String key) {
        if (BARE_KEY.matcher(key).matches()) {
            text.append(key);
        } else {
            string(text, key);
        }
    }

    private static void value(StringBuilder text, String key, @Nullable Object value) {
        switch (value) {
            case String string -> string(text, string);
            case Map<?, ?> map -> {
                text.append('{');
                String separator = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    text.append(separator).append(' ');
                    key(text, String.valueOf(entry.getKey()));
                    text.append(" = ");
                    value(text, String.valueOf(entry.getKey()), entry.getValue());
                    separator = ",";
                }
                text.append(" }");
            }
            case Iterable<?> list -> {
                text.append('[');
                String separator = "";
                for (Object item : list) {
                    text.append(separator);
                    value(text, key, item);
                    separator = ", ";
                }
                text.append(']');
            }
            case Double number -> text.append(number(number));
            case Long number -> text.append(number.longValue());
            case Integer number -> text.append(number.intValue());
            case Boolean flag -> text.append(flag.booleanValue());
            case null -> throw unsupported(key, "null");
            default -> throw unsupported(key, value.getClass().getSimpleName());
        }
    }

    private static AmpException unsupported(String key, String what) {
        return new AmpException(
                ProviderError.DATA_CONVERSION_ERROR, "the value of '" + key + "' cannot be written as TOML: " + what);
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        return Double.isInfinite(number) ? (number > 0 ? "inf" : "-inf") : Double.toString(number);
    }

    private static void string(StringBuilder text, String value) {
        text.append('"');
        value.codePoints().forEach(c -> {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw unsupported("a text", "half of a surrogate pair");
            }
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7F) {
                        text.append(String.format("\\u%04X", c));
                    } else {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
        text.append('"');
    }
}
