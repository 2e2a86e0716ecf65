package io.amp.core.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain values as JSON, in the order of the maps given. Strings escape only what JSON demands, so equal values give equal bytes
 * (datasets specification, section 2.4).
 */
public final class JsonWriter {
    /** Order of keys by their UTF-8 bytes, which differs from {@link String#compareTo} beyond the basic plane. */
    public static final Comparator<String> KEY_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(1024);
    private final boolean indented;

    private JsonWriter(boolean indented) {
        this.indented = indented;
    }

    /** Without any white space. */
    public static String compact(@Nullable Object value) {
        var writer = new JsonWriter(false);
        writer.value(value, 0);
        return writer.out.toString();
    }

    /** Two blanks per level, without a final line break. */
    public static String indented(@Nullable Object value) {
        var writer = new JsonWriter(true);
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text);
            case Boolean flag -> out.append(flag);
            case Integer number -> out.append(number);
            case Long number -> out.append(number);
            case BigInteger number -> out.append(number);
            case BigDecimal number -> out.append(number);
            case Map<?, ?> object -> object(object, depth);
            case List<?> array -> array(array, depth);
            default -> throw new IllegalArgumentException("no JSON form for " + value.getClass());
        }
    }

    private void object(Map<?, ?> object, int depth) {
        out.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = object.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            lineBreak(depth + 1);
            string((String) entry.getKey());
            out.append(indented ? ": " : ":");
            value(entry.getValue(), depth + 1);
            if (entries.hasNext()) {
                out.append(',');
            }
        }
        if (!object.isEmpty()) {
            lineBreak(depth);
        }
        out.append('}');
    }

    private void array(List<?> array, int depth) {
        out.append('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            lineBreak(depth + 1);
            value(array.get(i), depth + 1);
        }
        if (!array.isEmpty()) {
            lineBreak(depth);
        }
        out.append(']');
    }

    private void lineBreak(int depth) {
        if (indented) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xf]);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
