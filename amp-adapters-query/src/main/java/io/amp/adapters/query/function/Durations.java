package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import org.apache.arrow.vector.types.TimeUnit;

/** Lengths of time: durations are counts of a unit, intervals have months and days. */
public final class Durations {
    private Durations() {}

    /** Difference of two timestamps of equal type. */
    public static Expr between(Expr later, Expr earlier, TimeUnit unit) {
        String micros = "(epoch_us({0}) - epoch_us({1}))";
        String sql = switch (unit) {
            case SECOND -> "(" + micros + " // 1000000)";
            case MILLISECOND -> "(" + micros + " // 1000)";
            case MICROSECOND -> micros;
            case NANOSECOND -> "(" + micros + " * 1000)";
        };
        return Operators.call(new Template("-", sql), new SqlType.Duration(unit), later, earlier);
    }

    public static Expr betweenDates(Expr later, Expr earlier) {
        return Operators.call(
                new Template("-", "((CAST({0} AS DATE) - CAST({1} AS DATE)) * 86400)"),
                new SqlType.Duration(TimeUnit.SECOND),
                later,
                earlier);
    }

    /** A duration as an interval. */
    public static Expr interval(Expr duration, TimeUnit unit) {
        String sql = switch (unit) {
            case SECOND -> "to_microseconds({0} * 1000000)";
            case MILLISECOND -> "to_microseconds({0} * 1000)";
            case MICROSECOND -> "to_microseconds({0})";
            case NANOSECOND -> "to_microseconds({0} // 1000)";
        };
        return Operators.call(new Template("interval", sql), Types.INTERVAL, duration);
    }

    /** A number of days as an interval. */
    public static Expr days(Expr count) {
        return Operators.call(
                new Template("interval", "to_days(CAST({0} AS INTEGER))"),
                Types.INTERVAL,
                Coercion.cast(count, Types.INT64));
    }

    public static Expr times(Expr interval, Expr factor) {
        return Operators.call(
                new Template("*", "({0} * {1})"), Types.INTERVAL, interval, Coercion.cast(factor, Types.INT64));
    }
}
