package io.amp.adapters.query.emit;

import io.amp.adapters.query.function.WideDecimals;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Decimal;
import io.amp.adapters.query.type.Types;
import io.amp.adapters.query.type.WorkingType;
import java.util.StringJoiner;
import org.apache.arrow.vector.types.TimeUnit;

/**
 * Conversions in the engine's SQL. Where the engine's own cast means something else than Arrow's (rounding, escapes in binaries, texts of
 * timestamps) it is spelled out.
 */
final class CastEmitter {
    private int lambdas;

    /** @param safe NULL instead of an error */
    String cast(String sql, SqlType from, SqlType to, boolean safe) {
        if (from.isNull()) {
            return "CAST(NULL AS " + WorkingType.of(to) + ")";
        }
        return switch (to) {
            case SqlType.Text ignored -> toText(sql, from, safe);
            case SqlType.Binary ignored -> from.isText() ? "encode(" + sql + ")" : sql;
            case SqlType.FixedBinary target ->
                toFixedBinary(from.isText() ? "encode(" + sql + ")" : sql, from, target, safe);
            case SqlType.Int ignored -> toInteger(sql, from, to, safe);
            case Decimal target -> toDecimal(sql, from, target, safe);
            case SqlType.Floating ignored
            when from instanceof Decimal decimal && decimal.isWide() ->
                plain(WideDecimals.print(sql, decimal), to, safe);
            case SqlType.Date target -> toDate(sql, from, target, safe);
            case SqlType.Time target -> toTime(sql, from, target, safe);
            case SqlType.Timestamp target -> toTimestamp(sql, from, target, safe);
            case SqlType.Duration target -> toDuration(sql, from, target);
            case SqlType.ListOf target -> toList(sql, (SqlType.ListOf) from, target, safe);
            case SqlType.Struct target -> toStruct(sql, (SqlType.Struct) from, target, safe);
            default -> plain(sql, to, safe);
        };
    }

    private static String plain(String sql, SqlType to, boolean safe) {
        return plain(sql, WorkingType.of(to), safe);
    }

    private static String plain(String sql, String type, boolean safe) {
        return (safe ? "TRY_CAST(" : "CAST(") + sql + " AS " + type + ")";
    }

    // Texts and binaries.

    private String toText(String sql, SqlType from, boolean safe) {
        return switch (from) {
            case SqlType.Text ignored -> sql;
            case SqlType.Binary ignored -> decoded(sql, safe);
            case SqlType.FixedBinary ignored -> decoded(sql, safe);
            case Decimal decimal when decimal.isWide() -> WideDecimals.print(sql, decimal);
            case SqlType.Timestamp type -> timestampText(naive(sql, type), type.zone() == null ? "" : "Z");
            case SqlType.Date date when date.bits() == 64 -> "strftime(" + sql + ", '%Y-%m-%dT%H:%M:%S')";
            default -> plain(sql, Types.TEXT, safe);
        };
    }

    private static String decoded(String sql, boolean safe) {
        return safe ? "TRY(decode(" + sql + "))" : "decode(" + sql + ")";
    }

    /** A fraction of 0, 3 or 6 digits, as needed. */
    private static String timestampText(String sql, String zone) {
        return "(strftime(" + sql + ", '%Y-%m-%dT%H:%M:%S') || CASE WHEN epoch_us(" + sql
                + ") % 1000000 = 0 THEN '' WHEN epoch_us("
                + sql + ") % 1000 = 0 THEN strftime(" + sql + ", '.%g') ELSE strftime(" + sql + ", '.%f') END || '"
                + zone
                + "')";
    }

    private static String toFixedBinary(String sql, SqlType from, SqlType.FixedBinary to, boolean safe) {
        if (from instanceof SqlType.FixedBinary same && same.size() == to.size()) {
            return sql;
        }
        String otherwise = safe
                ? "NULL"
                : "error('Failed to convert to FixedSizeBinary(" + to.size() + "): value has ' || octet_length(" + sql
                        + ") || ' bytes')";
        return "(CASE WHEN " + sql + " IS NULL OR octet_length(" + sql + ") = " + to.size() + " THEN " + sql + " ELSE "
                + otherwise + " END)";
    }

    // Numbers.

    private static String toInteger(String sql, SqlType from, SqlType to, boolean safe) {
        return switch (from) {
            // The engine rounds where Arrow cuts.
            case SqlType.Floating ignored -> plain("trunc(" + sql + ")", to, safe);
            case Decimal decimal
            when decimal.isWide() -> plain("split_part(" + WideDecimals.print(sql, decimal) + ", '.', 1)", to, safe);
            case Decimal decimal when decimal.scale() > 0 -> plain("trunc(" + sql + ")", to, safe);
            case SqlType.Timestamp type -> plain(count("epoch_us(" + sql + ")", type.unit()), to, safe);
            case SqlType.Date date when date.bits() == 32 -> plain("(" + sql + " - DATE '1970-01-01')", to, safe);
            case SqlType.Date ignored -> plain("(epoch_us(" + sql + ") // 1000)", to, safe);
            case SqlType.Time type -> plain(count("epoch_us(" + sql + ")", type.unit()), to, safe);
            default -> plain(sql, to, safe);
        };
    }

    /** Microseconds as a count of a unit, rounded down. */
    private static String count(String micros, TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "CAST(floor(" + micros + " / 1000000) AS BIGINT)";
            case MILLISECOND -> "CAST(floor(" + micros + " / 1000) AS BIGINT)";
            case MICROSECOND -> micros;
            case NANOSECOND -> "(" + micros + " * 1000)";
        };
    }

    private static String micros(String count, TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "(" + count + " * 1000000)";
            case MILLISECOND -> "(" + count + " * 1000)";
            case MICROSECOND -> count;
            case NANOSECOND -> "CAST(floor(" + count + " / 1000) AS BIGINT)";
        };
    }

    private static String toDecimal(String sql, SqlType from, Decimal to, boolean safe) {
        boolean fromWide = from instanceof Decimal decimal && decimal.isWide();
        if (!to.isWide()) {
            return fromWide ? plain(WideDecimals.print(sql, (Decimal) from), to, safe) : plain(sql, to, safe);
        }
        if (fromWide && ((Decimal) from).scale() == to.scale() && ((Decimal) from).precision() <= to.precision()) {
            return sql;
        }
        String text = fromWide
                ? WideDecimals.print(sql, (Decimal) from)
                : from.isText() ? sql : "CAST(" + sql + " AS VARCHAR)";
        return WideDecimals.parse(text, to, safe);
    }

    // Times.

    /** A timestamp without zone with the same UTC clock. */
    static String naive(String sql, SqlType.Timestamp type) {
        return type.zone() == null ? sql : "make_timestamp(epoch_us(" + sql + "))";
    }

    private static String toDate(String sql, SqlType from, SqlType.Date to, boolean safe) {
        String date = switch (from) {
            case SqlType.Timestamp type -> plain(naive(sql, type), Types.DATE32, safe);
            case SqlType.Int ignored ->
                to.bits() == 32
                        ? "(DATE '1970-01-01' + CAST(" + sql + " AS INTEGER))"
                        : "make_timestamp(" + sql + " * 1000)";
            default -> plain(sql, Types.DATE32, safe);
        };
        return to.bits() == 32 ? date : "CAST(" + date + " AS TIMESTAMP)";
    }

    private static String toTime(String sql, SqlType from, SqlType.Time to, boolean safe) {
        return switch (from) {
            case SqlType.Timestamp type -> plain(naive(sql, type), to, safe);
            case SqlType.Int ignored -> "CAST(make_timestamp(" + micros(sql, to.unit()) + ") AS TIME)";
            default -> plain(sql, to, safe);
        };
    }

    private static String toTimestamp(String sql, SqlType from, SqlType.Timestamp to, boolean safe) {
        String naive = switch (from) {
            case SqlType.Timestamp type when to.zone() != null && type.zone() != null -> sql;
            case SqlType.Timestamp type -> naive(sql, type);
            case SqlType.Int ignored -> "make_timestamp(" + micros("CAST(" + sql + " AS BIGINT)", to.unit()) + ")";
            case SqlType.Text ignored when to.zone() != null -> plain(sql, "TIMESTAMPTZ", safe);
            default -> plain(sql, "TIMESTAMP", safe);
        };
        boolean isZoned =
                to.zone() != null && ((from instanceof SqlType.Timestamp t && t.zone() != null) || from.isText());
        String zoned = to.zone() == null || isZoned ? naive : "make_timestamptz(epoch_us(" + naive + "))";
        return isCoarser(from, to) ? truncated(zoned, to) : zoned;
    }

    /** True when digits of the source do not exist in the target. */
    private static boolean isCoarser(SqlType from, SqlType.Timestamp to) {
        boolean coarse = to.unit() == TimeUnit.SECOND || to.unit() == TimeUnit.MILLISECOND;
        return coarse
                && (from.isText()
                        || (from instanceof SqlType.Timestamp t && t.unit().compareTo(to.unit()) > 0));
    }

    private static String truncated(String sql, SqlType.Timestamp to) {
        String factor = to.unit() == TimeUnit.SECOND ? "1000000" : "1000";
        String make = to.zone() == null ? "make_timestamp" : "make_timestamptz";
        return make + "(CAST(floor(epoch_us(" + sql + ") / " + factor + ") AS BIGINT) * " + factor + ")";
    }

    private static String toDuration(String sql, SqlType from, SqlType.Duration to) {
        if (from instanceof SqlType.Duration duration) {
            long fromNanos = nanos(duration.unit());
            long toNanos = nanos(to.unit());
            return fromNanos >= toNanos
                    ? "(" + sql + " * " + fromNanos / toNanos + ")"
                    : "(" + sql + " // " + toNanos / fromNanos + ")";
        }
        return "CAST(" + sql + " AS BIGINT)";
    }

    private static long nanos(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000;
            case MILLISECOND -> 1_000_000;
            case MICROSECOND -> 1_000;
            case NANOSECOND -> 1;
        };
    }

    // Nested values.

    private String toList(String sql, SqlType.ListOf from, SqlType.ListOf to, boolean safe) {
        String name = "e" + ++lambdas;
        String element = from.element().equals(to.element()) ? name : cast(name, from.element(), to.element(), safe);
        String list = element.equals(name) ? sql : "list_transform(" + sql + ", lambda " + name + ": " + element + ")";
        if (!to.isFixed() || from.fixedSize() == to.fixedSize()) {
            return list;
        }
        String otherwise = safe
                ? "NULL"
                : "error('Cannot cast to FixedSizeList(" + to.fixedSize() + "): the list has ' || len(" + sql
                        + ") || ' elements')";
        return "(CASE WHEN " + sql + " IS NULL OR len(" + sql + ") = " + to.fixedSize() + " THEN " + list + " ELSE "
                + otherwise + " END)";
    }

    private String toStruct(String sql, SqlType.Struct from, SqlType.Struct to, boolean safe) {
        if (WorkingType.same(from, to)) {
            return sql;
        }
        var fields = new StringJoiner(", ", "struct_pack(", ")");
        for (int i = 0; i < to.members().size(); i++) {
            String member = WorkingType.member(i);
            String value = "struct_extract(" + sql + ", '" + member + "')";
            SqlType source = from.members().get(i).type();
            SqlType target = to.members().get(i).type();
            fields.add(member + " := " + (source.equals(target) ? value : cast(value, source, target, safe)));
        }
        return "(CASE WHEN " + sql + " IS NULL THEN NULL ELSE " + fields + " END)";
    }
}
