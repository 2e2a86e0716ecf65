package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.IntervalText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.TimeText;
import io.amp.adapters.query.type.Types;
import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.apache.arrow.vector.types.TimeUnit;

/** Dates and times. Everything is UTC, so zoned timestamps are computed on as plain ones, which is much faster, and zoned again after. */
public final class TimeFunctions {
    private static final Map<String, String> TRUNCATIONS = Map.ofEntries(
            Map.entry("millennium", "millennium"),
            Map.entry("century", "century"),
            Map.entry("decade", "decade"),
            Map.entry("year", "year"),
            Map.entry("quarter", "quarter"),
            Map.entry("month", "month"),
            Map.entry("week", "week"),
            Map.entry("day", "day"),
            Map.entry("hour", "hour"),
            Map.entry("minute", "minute"),
            Map.entry("second", "second"),
            Map.entry("millisecond", "millisecond"),
            Map.entry("microsecond", "microsecond"));

    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("year", "year({0})"),
            Map.entry("isoyear", "isoyear({0})"),
            Map.entry("quarter", "quarter({0})"),
            Map.entry("month", "month({0})"),
            Map.entry("week", "week({0})"),
            Map.entry("day", "day({0})"),
            Map.entry("dow", "dayofweek({0})"),
            Map.entry("isodow", "(isodow({0}) - 1)"),
            Map.entry("doy", "dayofyear({0})"),
            Map.entry("hour", "hour({0})"),
            Map.entry("minute", "minute({0})"),
            Map.entry("second", "second({0})"),
            Map.entry("millisecond", "millisecond({0})"),
            Map.entry("microsecond", "microsecond({0})"),
            Map.entry("decade", "decade({0})"),
            Map.entry("century", "century({0})"),
            Map.entry("millennium", "millennium({0})"));

    private static final Literal EPOCH = new Literal(0L, Types.TIMESTAMP_NS);

    private TimeFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        for (String name : List.of("date_trunc", "datetrunc")) {
            catalog.accept(name, call -> {
                call.requireSize(2, 2);
                return truncate(call, constantField(call, 0), call.argument(1));
            });
        }
        catalog.accept("timestamp_trunc", call -> {
            call.requireSize(2, 2);
            return truncate(call, constantField(call, 1), call.argument(0));
        });
        for (String name : List.of("date_part", "datepart", "$extract")) {
            catalog.accept(name, call -> {
                call.requireSize(2, 2);
                return part(call, constantField(call, 0), call.argument(1));
            });
        }
        catalog.accept("date_bin", TimeFunctions::bin);
        catalog.accept("timestamp_add", call -> shift(call, "+"));
        catalog.accept("timestamp_sub", call -> shift(call, "-"));
        catalog.accept("date_add", call -> shift(call, "+"));
        catalog.accept("date_sub", call -> shift(call, "-"));
        catalog.accept("date", call -> castTo(call, Types.DATE32));
        catalog.accept("to_date", call -> castTo(call, Types.DATE32));
        catalog.accept("to_timestamp", call -> toTimestamp(call, TimeUnit.SECOND, TimeUnit.NANOSECOND));
        catalog.accept("to_timestamp_seconds", call -> toTimestamp(call, TimeUnit.SECOND, TimeUnit.SECOND));
        catalog.accept("to_timestamp_millis", call -> toTimestamp(call, TimeUnit.MILLISECOND, TimeUnit.MILLISECOND));
        catalog.accept("to_timestamp_micros", call -> toTimestamp(call, TimeUnit.MICROSECOND, TimeUnit.MICROSECOND));
        catalog.accept("to_timestamp_nanos", call -> toTimestamp(call, TimeUnit.NANOSECOND, TimeUnit.NANOSECOND));
        catalog.accept("from_unixtime", call -> toTimestamp(call, TimeUnit.SECOND, TimeUnit.SECOND));
        catalog.accept("to_unixtime", call -> {
            call.requireSize(1, 1);
            return call.call(
                    new Template("to_unixtime", "CAST(floor(epoch({0})) AS BIGINT)"),
                    Types.INT64,
                    naive(call, call.argument(0)));
        });
        catalog.accept("make_date", call -> {
            call.requireSize(3, 3);
            return call.call(
                    new Template("make_date", "make_date({0}, {1}, {2})"),
                    Types.DATE32,
                    call.as(0, Types.INT64),
                    call.as(1, Types.INT64),
                    call.as(2, Types.INT64));
        });
        for (String name : List.of("to_char", "date_format")) {
            catalog.accept(name, call -> {
                call.requireSize(2, 2);
                return call.call(
                        new Template("to_char", "strftime({0}, {1})"),
                        Types.TEXT,
                        naive(call, call.argument(0)),
                        call.as(1, Types.TEXT));
            });
        }
        registerLiterals(catalog);
        clock(catalog, List.of("now", "current_timestamp"), "now()", Types.TIMESTAMP_UTC);
        clock(catalog, List.of("current_date", "today"), "CAST(make_timestamp(epoch_us(now())) AS DATE)", Types.DATE32);
        clock(catalog, List.of("current_time"), "CAST(make_timestamp(epoch_us(now())) AS TIME)", Types.TIME_NS);
    }

    private static void registerLiterals(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept(Internal.DATE, call -> literal(call, Types.DATE32, TimeText::days));
        catalog.accept(Internal.TIME, call -> literal(call, Types.TIME_NS, TimeText::timeMicros));
        catalog.accept(Internal.TIMESTAMP, call -> literal(call, Types.TIMESTAMP_NS, TimeText::micros));
        catalog.accept(Internal.TIMESTAMP_ZONED, call -> literal(call, Types.TIMESTAMP_UTC, TimeText::micros));
        catalog.accept(Internal.INTERVAL, call -> {
            String unit = call.size() > 1 ? String.valueOf(call.constantText(1)) : "";
            return interval(String.valueOf(call.constantText(0)), unit, call);
        });
    }

    private static Expr literal(FunctionCall call, SqlType type, ToLongFunction<String> reader) {
        String text = String.valueOf(call.constantText(0));
        try {
            return new Literal(reader.applyAsLong(text), type);
        } catch (DateTimeException | ArithmeticException e) {
            throw call.error("'" + text + "' is not a valid " + ArrowText.print(type));
        }
    }

    private static Literal interval(String text, String unit, FunctionCall call) {
        try {
            IntervalText.Parts parts = IntervalText.parse(text, unit);
            return new Literal(new Expr.IntervalValue(parts.months(), parts.days(), parts.micros()), Types.INTERVAL);
        } catch (IllegalArgumentException e) {
            throw call.error("'" + text + "' is not a valid interval");
        }
    }

    private static void clock(BiConsumer<String, ScalarBuilder> catalog, List<String> names, String sql, SqlType type) {
        for (String name : names) {
            var function = new Template(name, sql, false);
            catalog.accept(name, call -> {
                call.requireSize(0, 0);
                return call.call(function, type);
            });
        }
    }

    private static String constantField(FunctionCall call, int index) {
        String field = call.constantText(index);
        if (field == null) {
            throw call.error(call.name() + ": expected a constant text that names a field of time");
        }
        String folded = field.toLowerCase(Locale.ROOT).strip();
        return folded.length() > 3 && folded.endsWith("s") ? folded.substring(0, folded.length() - 1) : folded;
    }

    /** A timestamp or date as a timestamp without zone. */
    private static Expr naive(FunctionCall call, Expr value) {
        return switch (value.type()) {
            case SqlType.Timestamp type -> Coercion.cast(value, new SqlType.Timestamp(type.unit(), null));
            case SqlType.Date ignored -> Coercion.cast(value, Types.TIMESTAMP_NS);
            case SqlType.Null ignored -> Coercion.cast(value, Types.TIMESTAMP_NS);
            case SqlType.Text ignored when value instanceof Literal -> Coercion.cast(value, Types.TIMESTAMP_NS);
            default -> throw call.noMatch();
        };
    }

    /** A timestamp without zone as one like {@code model}. */
    private static Expr like(Expr value, Expr model) {
        return model.type() instanceof SqlType.Timestamp ? Coercion.cast(value, model.type()) : value;
    }

    private static Expr truncate(FunctionCall call, String field, Expr value) {
        String unit = TRUNCATIONS.get(field);
        if (unit == null) {
            throw call.error("Unsupported date_trunc granularity: " + field);
        }
        Expr naive = naive(call, value);
        return like(
                call.call(new Template("date_trunc", "date_trunc('" + unit + "', {0})"), naive.type(), naive), value);
    }

    private static Expr part(FunctionCall call, String field, Expr value) {
        if (value.type() instanceof SqlType.Interval) {
            return intervalPart(call, field, value);
        }
        if (field.equals("epoch")) {
            return call.call(new Template("date_part", "epoch({0})"), Types.FLOAT64, naive(call, value));
        }
        String pattern = PARTS.get(field);
        if (pattern == null) {
            throw call.error("Date part '" + field + "' not supported");
        }
        Expr input = value.type() instanceof SqlType.Time ? value : naive(call, value);
        return call.call(new Template("date_part", "CAST(" + pattern + " AS INTEGER)"), Types.INT32, input);
    }

    private static Expr intervalPart(FunctionCall call, String field, Expr value) {
        boolean isEpoch = field.equals("epoch");
        if (!isEpoch && !PARTS.containsKey(field)) {
            throw call.error("Date part '" + field + "' not supported");
        }
        String sql = "date_part('" + field + "', {0})";
        return isEpoch
                ? call.call(new Template("date_part", sql), Types.FLOAT64, value)
                : call.call(new Template("date_part", "CAST(" + sql + " AS INTEGER)"), Types.INT32, value);
    }

    private static Expr bin(FunctionCall call) {
        call.requireSize(2, 3);
        Expr width = call.as(0, Types.INTERVAL);
        Expr value = naive(call, call.argument(1));
        Expr origin = call.size() == 3 ? naive(call, call.argument(2)) : EPOCH;
        return like(
                call.call(new Template("date_bin", "time_bucket({0}, {1}, {2})"), value.type(), width, value, origin),
                call.argument(1));
    }

    private static Expr shift(FunctionCall call, String operator) {
        call.requireSize(2, 2);
        Expr naive = naive(call, call.argument(0));
        return like(
                call.call(
                        new Template(call.name(), "({0} " + operator + " {1})"),
                        naive.type(),
                        naive,
                        call.as(1, Types.INTERVAL)),
                call.argument(0));
    }

    private static Expr castTo(FunctionCall call, SqlType type) {
        call.requireSize(1, 1);
        if (!Casts.isPossible(call.type(0), type)) {
            throw call.noMatch();
        }
        return Coercion.cast(call.argument(0), type);
    }

    private static Expr toTimestamp(FunctionCall call, TimeUnit from, TimeUnit to) {
        call.requireSize(1, 1);
        var type = new SqlType.Timestamp(to, null);
        SqlType given = call.type(0);
        if (given.isInteger() || given.isNull()) {
            return call.call(
                    new Template(call.name(), "make_timestamp(" + micros(from) + ")"), type, call.as(0, Types.INT64));
        }
        if (given.isFloating() || given.isDecimal()) {
            return call.call(
                    new Template(call.name(), "make_timestamp(CAST({0} * 1000000 AS BIGINT))"),
                    type,
                    call.as(0, Types.FLOAT64));
        }
        if (given instanceof SqlType.Timestamp || given instanceof SqlType.Date || given.isText()) {
            return Coercion.cast(call.argument(0), type);
        }
        throw call.noMatch();
    }

    private static String micros(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "{0} * 1000000";
            case MILLISECOND -> "{0} * 1000";
            case MICROSECOND -> "{0}";
            case NANOSECOND -> "CAST(floor({0} / 1000) AS BIGINT)";
        };
    }

    /** Fields of time that {@code TIMESTAMP_TRUNC(ts, HOUR)} may name without quotes. */
    public static boolean isField(String name) {
        return TRUNCATIONS.containsKey(name.toLowerCase(Locale.ROOT));
    }

    /** A timestamp, date or time plus or minus an interval or duration, as a value of the first one's type. */
    public static Expr shifted(Expr value, String operator, Expr amount) {
        Expr result = Operators.call(
                new Template(operator, "({0} " + operator + " {1})"), plain(value.type()), unzoned(value), amount);
        return Coercion.cast(result, value.type());
    }

    private static SqlType plain(SqlType type) {
        return switch (type) {
            case SqlType.Timestamp t -> new SqlType.Timestamp(t.unit(), null);
            case SqlType.Date ignored -> Types.TIMESTAMP_NS;
            default -> type;
        };
    }

    private static Expr unzoned(Expr value) {
        return Coercion.cast(value, plain(value.type()));
    }
}
