package io.amp.adapters.query.type;

import io.amp.adapters.query.type.SqlType.Member;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a type from Arrow text, long ({@code Timestamp(Nanosecond, Some("+00:00"))}) or short ({@code Timestamp(ns, "+00:00")}). Views and
 * dictionaries become the plain type.
 */
public final class ArrowTextParser {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;
    private int depth;

    private ArrowTextParser(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException not a type, or one that results cannot have */
    public static SqlType parse(String text) {
        var parser = new ArrowTextParser(text);
        SqlType type = parser.type();
        parser.skipBlanks();
        if (parser.at < text.length()) {
            throw parser.error("unexpected text");
        }
        return type;
    }

    private SqlType type() {
        if (++depth > DEPTH_MAX) {
            throw new IllegalArgumentException("types are nested deeper than " + DEPTH_MAX);
        }
        SqlType type = named(word());
        depth--;
        return type;
    }

    private SqlType named(String name) {
        return switch (name) {
            case "Null" -> Types.NULL;
            case "Boolean" -> Types.BOOL;
            case "Int8", "Int16", "Int32", "Int64" -> new SqlType.Int(Integer.parseInt(name.substring(3)), true);
            case "UInt8", "UInt16", "UInt32", "UInt64" -> new SqlType.Int(Integer.parseInt(name.substring(4)), false);
            case "Float16", "Float32", "Float64" -> new SqlType.Floating(Integer.parseInt(name.substring(5)));
            case "Utf8", "Utf8View" -> Types.TEXT;
            case "LargeUtf8" -> new SqlType.Text(true);
            case "Binary", "BinaryView" -> Types.BINARY;
            case "LargeBinary" -> new SqlType.Binary(true);
            case "FixedSizeBinary" -> {
                expect('(');
                int size = size();
                expect(')');
                yield new SqlType.FixedBinary(size);
            }
            case "Date32" -> Types.DATE32;
            case "Date64" -> new SqlType.Date(64);
            case "Time32", "Time64" -> time(name);
            case "Timestamp" -> timestamp();
            case "Duration" -> {
                expect('(');
                TimeUnit unit = unit();
                expect(')');
                yield new SqlType.Duration(unit);
            }
            case "Interval" -> interval();
            case "Decimal32", "Decimal64", "Decimal128" -> decimal(128);
            case "Decimal256" -> decimal(256);
            case "List", "ListView" -> list(false);
            case "LargeList", "LargeListView" -> list(true);
            case "FixedSizeList" -> fixedList();
            case "Dictionary" -> {
                expect('(');
                type();
                expect(',');
                SqlType value = type();
                expect(')');
                yield value;
            }
            case "Struct" -> struct();
            default -> throw new IllegalArgumentException("unknown type '" + name + "'");
        };
    }

    private SqlType time(String name) {
        expect('(');
        TimeUnit unit = unit();
        expect(')');
        boolean isShort = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
        if (isShort != name.equals("Time32")) {
            throw new IllegalArgumentException(name + " has no unit " + ArrowText.unit(unit));
        }
        return new SqlType.Time(unit);
    }

    private SqlType timestamp() {
        expect('(');
        TimeUnit unit = unit();
        String zone = null;
        if (accept(',')) {
            zone = zone();
        }
        expect(')');
        return new SqlType.Timestamp(unit, zone);
    }

    private @Nullable String zone() {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '"') {
            return utc(quoted());
        }
        return switch (word()) {
            case "None" -> null;
            case "Some" -> {
                expect('(');
                String zone = quoted();
                expect(')');
                yield utc(zone);
            }
            default -> throw error("a time zone was expected");
        };
    }

    /** Only UTC is carried; its other names become the one that results have. */
    private static String utc(String zone) {
        return switch (zone) {
            case "+00:00", "UTC", "Z", "Etc/UTC", "+00", "GMT" -> Types.UTC;
            default -> throw new IllegalArgumentException("time zone '" + zone + "' is not supported, only +00:00");
        };
    }

    private SqlType interval() {
        expect('(');
        String unit = word();
        expect(')');
        return switch (unit) {
            case "MonthDayNano" -> Types.INTERVAL;
            case "YearMonth" -> new SqlType.Interval(IntervalUnit.YEAR_MONTH);
            case "DayTime" -> new SqlType.Interval(IntervalUnit.DAY_TIME);
            default -> throw new IllegalArgumentException("unknown interval unit '" + unit + "'");
        };
    }

    private SqlType decimal(int bits) {
        expect('(');
        int precision = number();
        expect(',');
        int scale = number();
        expect(')');
        if (scale < 0) {
            throw new IllegalArgumentException("negative decimal scales are not supported");
        }
        if (scale > precision) {
            throw new IllegalArgumentException("scale " + scale + " is greater than precision " + precision);
        }
        return new SqlType.Decimal(bits, precision, scale);
    }

    private SqlType list(boolean large) {
        expect('(');
        boolean nullable = nullability();
        SqlType element = type();
        expect(')');
        return new SqlType.ListOf(element, nullable, -1, large);
    }

    private SqlType fixedList() {
        expect('(');
        int size = size();
        if (!accept(',')) {
            if (!word().equals("x")) {
                throw error("',' or 'x' was expected");
            }
        }
        boolean nullable = nullability();
        SqlType element = type();
        expect(')');
        return new SqlType.ListOf(element, nullable, size, false);
    }

    private SqlType struct() {
        expect('(');
        List<Member> members = new ArrayList<>();
        if (!accept(')')) {
            do {
                String name = quoted();
                expect(':');
                boolean nullable = nullability();
                members.add(new Member(name, type(), nullable));
            } while (accept(','));
            expect(')');
        }
        return new SqlType.Struct(members);
    }

    private boolean nullability() {
        skipBlanks();
        if (text.startsWith("non-null ", at)) {
            at += "non-null ".length();
            return false;
        }
        return true;
    }

    private TimeUnit unit() {
        String unit = word();
        return switch (unit) {
            case "Second", "s" -> TimeUnit.SECOND;
            case "Millisecond", "ms" -> TimeUnit.MILLISECOND;
            case "Microsecond", "us", "µs", "μs" -> TimeUnit.MICROSECOND;
            case "Nanosecond", "ns" -> TimeUnit.NANOSECOND;
            default -> throw new IllegalArgumentException("unknown time unit '" + unit + "'");
        };
    }

    private String word() {
        skipBlanks();
        int start = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw error("a name was expected");
        }
        return text.substring(start, at);
    }

    private int size() {
        int size = number();
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
        return size;
    }

    private int number() {
        skipBlanks();
        int start = at;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        try {
            return Integer.parseInt(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw error("a number was expected");
        }
    }

    private String quoted() {
        expect('"');
        var content = new StringBuilder();
        while (true) {
            int end = text.indexOf('"', at);
            if (end < 0) {
                throw error("'\"' is missing");
            }
            content.append(text, at, end);
            at = end + 1;
            if (at >= text.length() || text.charAt(at) != '"') {
                return content.toString();
            }
            content.append('"');
            at++;
        }
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw error("'" + c + "' was expected");
        }
    }

    private boolean accept(char c) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IllegalArgumentException error(String message) {
        return new IllegalArgumentException(message + " at position " + at);
    }
}
