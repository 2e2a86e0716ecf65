package io.amp.adapters.query.type;

import java.util.stream.Collectors;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;

/** Types as text in the short Arrow spelling: {@code Timestamp(ns, "+00:00")}, {@code List(Int64)}. */
public final class ArrowText {
    private ArrowText() {}

    public static String print(SqlType type) {
        return switch (type) {
            case SqlType.Null ignored -> "Null";
            case SqlType.Bool ignored -> "Boolean";
            case SqlType.Int t -> (t.signed() ? "Int" : "UInt") + t.bits();
            case SqlType.Floating t -> "Float" + t.bits();
            case SqlType.Decimal t -> "Decimal" + t.bits() + "(" + t.precision() + ", " + t.scale() + ")";
            case SqlType.Text t -> t.large() ? "LargeUtf8" : "Utf8";
            case SqlType.Binary t -> t.large() ? "LargeBinary" : "Binary";
            case SqlType.FixedBinary t -> "FixedSizeBinary(" + t.size() + ")";
            case SqlType.Date t -> "Date" + t.bits();
            case SqlType.Time t ->
                (t.unit() == TimeUnit.SECOND || t.unit() == TimeUnit.MILLISECOND ? "Time32(" : "Time64(")
                        + unit(t.unit()) + ")";
            case SqlType.Timestamp t ->
                "Timestamp(" + unit(t.unit()) + (t.zone() == null ? "" : ", " + Quotes.name(t.zone())) + ")";
            case SqlType.Duration t -> "Duration(" + unit(t.unit()) + ")";
            case SqlType.Interval t -> "Interval(" + interval(t.unit()) + ")";
            case SqlType.ListOf t ->
                t.isFixed()
                        ? "FixedSizeList(" + t.fixedSize() + " x " + nested(t.element(), t.elementNullable()) + ")"
                        : (t.large() ? "LargeList(" : "List(") + nested(t.element(), t.elementNullable()) + ")";
            case SqlType.Struct t ->
                t.members().stream()
                        .map(m -> Quotes.name(m.name()) + ": " + nested(m.type(), m.nullable()))
                        .collect(Collectors.joining(", ", "Struct(", ")"));
            case SqlType.MapOf t ->
                "Map(\"entries\": non-null Struct(\"key\": non-null " + print(t.key()) + ", \"value\": "
                        + nested(t.value(), t.valueNullable()) + "), unsorted)";
        };
    }

    private static String nested(SqlType type, boolean nullable) {
        return nullable ? print(type) : "non-null " + print(type);
    }

    static String unit(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "s";
            case MILLISECOND -> "ms";
            case MICROSECOND -> "µs";
            case NANOSECOND -> "ns";
        };
    }

    static String interval(IntervalUnit unit) {
        return switch (unit) {
            case YEAR_MONTH -> "YearMonth";
            case DAY_TIME -> "DayTime";
            case MONTH_DAY_NANO -> "MonthDayNano";
        };
    }
}
