package io.amp.adapters.query.function;

import io.amp.adapters.query.function.AggregateBuilder.Bound;
import io.amp.adapters.query.plan.AggregateFunction;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Decimal;
import io.amp.adapters.query.type.Types;
import io.amp.adapters.query.type.WorkingType;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BiConsumer;

/** Aggregates (query specification, section 1.9). */
final class AggregateFunctions {
    private static final int SUM_DIGITS = 10;
    private static final int AVERAGE_DIGITS = 4;

    private AggregateFunctions() {}

    static void register(BiConsumer<String, AggregateBuilder> catalog) {
        catalog.accept("count", (call, window) -> count(call));
        catalog.accept("sum", (call, window) -> sum(call));
        catalog.accept("avg", (call, window) -> average(call));
        catalog.accept("mean", (call, window) -> average(call));
        catalog.accept("min", (call, window) -> extreme(call, "min"));
        catalog.accept("max", (call, window) -> extreme(call, "max"));
        catalog.accept("array_agg", (call, window) -> {
            call.requireSize(1, 1);
            return new Bound(new EngineAggregate("array_agg"), call.arguments(), SqlType.listOf(call.type(0)), true);
        });
        catalog.accept("first_value", (call, window) -> chosen(call, window, "first_value", "first"));
        catalog.accept("last_value", (call, window) -> chosen(call, window, "last_value", "last"));
        catalog.accept("any_value", (call, window) -> chosen(call, false, "any_value", "any_value"));
        catalog.accept("nth_value", (call, window) -> nth(call, window));
        catalog.accept("string_agg", (call, window) -> {
            call.requireSize(1, 2);
            return new Bound(
                    new EngineAggregate("string_agg"),
                    List.of(call.as(0, Types.TEXT), call.asOr(1, Types.TEXT, Exprs.text(""))),
                    Types.TEXT,
                    true);
        });
        for (String name : List.of("bit_and", "bit_or", "bit_xor")) {
            catalog.accept(name, (call, window) -> {
                call.requireSize(1, 1);
                if (!call.type(0).isInteger()) {
                    throw call.noMatch();
                }
                return new Bound(new EngineAggregate(name), call.arguments(), call.type(0), true);
            });
        }
        for (String name : List.of("bool_and", "bool_or")) {
            catalog.accept(name, (call, window) -> {
                call.requireSize(1, 1);
                return new Bound(new EngineAggregate(name), List.of(call.as(0, Types.BOOL)), Types.BOOL, true);
            });
        }
        registerStatistics(catalog);
    }

    private static void registerStatistics(BiConsumer<String, AggregateBuilder> catalog) {
        statistic(catalog, List.of("stddev", "stddev_samp"), "stddev_samp", 1);
        statistic(catalog, List.of("stddev_pop"), "stddev_pop", 1);
        statistic(catalog, List.of("var", "var_samp", "var_sample", "variance"), "var_samp", 1);
        statistic(catalog, List.of("var_pop", "var_population"), "var_pop", 1);
        statistic(catalog, List.of("corr"), "corr", 2);
        statistic(catalog, List.of("covar", "covar_samp"), "covar_samp", 2);
        statistic(catalog, List.of("covar_pop"), "covar_pop", 2);
        for (String name : List.of(
                "regr_slope",
                "regr_intercept",
                "regr_r2",
                "regr_avgx",
                "regr_avgy",
                "regr_sxx",
                "regr_syy",
                "regr_sxy")) {
            statistic(catalog, List.of(name), name, 2);
        }
        catalog.accept("regr_count", (call, window) -> {
            call.requireSize(2, 2);
            return new Bound(
                    new EngineAggregate("regr_count", "CAST({0} AS UBIGINT)"),
                    List.of(call.as(0, Types.FLOAT64), call.as(1, Types.FLOAT64)),
                    Types.UINT64,
                    true);
        });
        catalog.accept("approx_distinct", (call, window) -> {
            call.requireSize(1, 1);
            return new Bound(
                    new EngineAggregate("approx_distinct", "approx_count_distinct", "CAST({0} AS UBIGINT)"),
                    call.arguments(),
                    Types.UINT64,
                    false);
        });
        catalog.accept("median", (call, window) -> quantile(call, 1, "median", "median"));
        catalog.accept("approx_median", (call, window) -> quantile(call, 1, "approx_median", "median"));
        for (String name : List.of("approx_percentile_cont", "percentile_cont", "quantile_cont")) {
            catalog.accept(name, (call, window) -> quantile(call, 2, name, "quantile_cont"));
        }
    }

    private static Bound count(FunctionCall call) {
        if (call.size() <= 1) {
            return new Bound(new EngineAggregate("count"), call.arguments(), Types.INT64, false);
        }
        return new Bound(COUNT_ROWS, call.arguments(), Types.INT64, false);
    }

    /** Rows in which no argument is NULL. */
    private static final AggregateFunction COUNT_ROWS = new AggregateFunction() {
        @Override
        public String name() {
            return "count";
        }

        @Override
        public String emit(
                List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call) {
            String complete = String.join(" IS NOT NULL AND ", arguments) + " IS NOT NULL";
            return "count(" + (distinct ? "DISTINCT " : "") + "CASE WHEN " + complete + " THEN row("
                    + String.join(", ", arguments) + ") END" + suffix + ")" + tail;
        }
    };

    private static Bound sum(FunctionCall call) {
        call.requireSize(1, 1);
        return switch (call.type(0)) {
            case SqlType.Int type -> {
                SqlType result = type.signed() ? Types.INT64 : Types.UINT64;
                yield new Bound(
                        new EngineAggregate("sum", "CAST({0} AS " + WorkingType.of(result) + ")"),
                        call.arguments(),
                        result,
                        true);
            }
            case SqlType.Floating ignored ->
                new Bound(new EngineAggregate("sum"), List.of(call.as(0, Types.FLOAT64)), Types.FLOAT64, true);
            case SqlType.Null ignored ->
                new Bound(
                        new EngineAggregate("sum", "CAST({0} AS BIGINT)"),
                        List.of(call.as(0, Types.INT64)),
                        Types.INT64,
                        true);
            case Decimal type -> {
                Decimal result = widened(type, SUM_DIGITS, 0);
                yield new Bound(
                        type.isWide() || result.isWide()
                                ? new WideSum(type, result)
                                : new EngineAggregate("sum", "CAST({0} AS " + WorkingType.of(result) + ")"),
                        call.arguments(),
                        result,
                        true);
            }
            default -> throw call.noMatch();
        };
    }

    private static Decimal widened(Decimal type, int digits, int scale) {
        int max = type.bits() == 256 ? Decimal.MAX_WIDE : Decimal.MAX_NARROW;
        return new Decimal(type.bits(), Math.min(max, type.precision() + digits), Math.min(max, type.scale() + scale));
    }

    /** The engine adds unbounded integers, so unscaled values go there and back as text. */
    private record WideSum(Decimal type, Decimal result) implements AggregateFunction {
        @Override
        public String name() {
            return "sum";
        }

        @Override
        public String emit(
                List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call) {
            Decimal unscaled = new Decimal(256, type.precision(), 0);
            String value = type.isWide()
                    ? WideDecimals.print(arguments.getFirst(), unscaled)
                    : "CAST(CAST(" + arguments.getFirst() + " * " + BigInteger.TEN.pow(type.scale())
                            + " AS HUGEINT) AS VARCHAR)";
            String sum = "sum(" + (distinct ? "DISTINCT " : "") + "CAST(" + value + " AS BIGNUM)" + suffix + ")" + tail;
            return WideDecimals.parse("CAST(" + sum + " AS VARCHAR)", new Decimal(256, result.precision(), 0), false);
        }
    }

    private static Bound average(FunctionCall call) {
        call.requireSize(1, 1);
        if (call.type(0) instanceof Decimal type) {
            return new Bound(
                    new DecimalAverage(type, widened(type, AVERAGE_DIGITS, AVERAGE_DIGITS)),
                    call.arguments(),
                    widened(type, AVERAGE_DIGITS, AVERAGE_DIGITS),
                    true);
        }
        return new Bound(new EngineAggregate("avg"), List.of(call.as(0, Types.FLOAT64)), Types.FLOAT64, true);
    }

    /** Exact quotient of sum and count, cut toward zero. */
    private record DecimalAverage(Decimal type, Decimal result) implements AggregateFunction {
        @Override
        public String name() {
            return "avg";
        }

        @Override
        public String emit(
                List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call) {
            Decimal sumType = widened(type, SUM_DIGITS, 0);
            String sum = type.isWide() || sumType.isWide()
                    ? new WideSum(type, sumType).emit(arguments, distinct, suffix, tail, call)
                    : "sum(" + (distinct ? "DISTINCT " : "") + arguments.getFirst() + suffix + ")" + tail;
            String count = "count(" + (distinct ? "DISTINCT " : "") + arguments.getFirst() + suffix + ")" + tail;
            Decimal counted = new Decimal(128, 20, 0);
            return Arithmetic.quotient(
                    "CAST(" + sum + " AS " + WorkingType.of(sumType) + ")",
                    sumType,
                    "CAST(nullif(" + count + ", 0) AS DECIMAL(20,0))",
                    counted,
                    result);
        }
    }

    private static Bound extreme(FunctionCall call, String function) {
        call.requireSize(1, 1);
        if (!call.type(0).isOrderable()) {
            throw call.noMatch();
        }
        return new Bound(new EngineAggregate(function), call.arguments(), call.type(0), true);
    }

    private static Bound chosen(FunctionCall call, boolean isWindow, String windowFunction, String aggregate) {
        call.requireSize(1, 1);
        return new Bound(
                new EngineAggregate(call.name(), isWindow ? windowFunction : aggregate, "{0}"),
                call.arguments(),
                call.type(0),
                true);
    }

    private static Bound nth(FunctionCall call, boolean isWindow) {
        call.requireSize(2, 2);
        Expr position = call.as(1, Types.INT64);
        return isWindow
                ? new Bound(new EngineAggregate("nth_value"), List.of(call.argument(0), position), call.type(0), true)
                : new Bound(NTH_OF_LIST, List.of(call.argument(0), position), call.type(0), true);
    }

    private static final AggregateFunction NTH_OF_LIST = new AggregateFunction() {
        @Override
        public String name() {
            return "nth_value";
        }

        @Override
        public String emit(
                List<String> arguments, boolean distinct, String suffix, String tail, Rel.AggregateCall call) {
            return "list_extract(array_agg(" + arguments.get(0) + suffix + ")" + tail + ", any_value("
                    + arguments.get(1) + ")" + tail + ")";
        }
    };

    private static void statistic(
            BiConsumer<String, AggregateBuilder> catalog, List<String> names, String function, int count) {
        for (String name : names) {
            catalog.accept(name, (call, window) -> {
                call.requireSize(count, count);
                List<Expr> arguments = count == 1
                        ? List.of(call.as(0, Types.FLOAT64))
                        : List.of(call.as(0, Types.FLOAT64), call.as(1, Types.FLOAT64));
                return new Bound(new EngineAggregate(name, function, "{0}"), arguments, Types.FLOAT64, true);
            });
        }
    }

    /** The result has the type of the values. */
    private static Bound quantile(FunctionCall call, int count, String name, String function) {
        call.requireSize(count, count);
        SqlType type = call.type(0);
        if (!type.isNumeric() || (type instanceof Decimal decimal && decimal.isWide())) {
            throw call.noMatch();
        }
        List<Expr> arguments = count == 1
                ? List.of(call.as(0, Types.FLOAT64))
                : List.of(call.as(0, Types.FLOAT64), call.as(1, Types.FLOAT64));
        String pattern = type.isFloating() ? "{0}" : "CAST(trunc({0}) AS " + WorkingType.of(type) + ")";
        return new Bound(
                new EngineAggregate(name, function, pattern),
                arguments,
                type.isFloating() ? Types.FLOAT64 : type,
                true);
    }
}
