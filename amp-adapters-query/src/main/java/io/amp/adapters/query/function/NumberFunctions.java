package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BiConsumer;

/** Mathematics. */
final class NumberFunctions {
    private static final String NOT_A_NUMBER = "CAST('NaN' AS DOUBLE)";
    private static final String MINUS_INFINITY = "CAST('-Infinity' AS DOUBLE)";

    private NumberFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        for (String name : List.of(
                "exp", "cbrt", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "degrees", "radians",
                "cot")) {
            floating(catalog, name, name + "({0})");
        }
        floating(catalog, "sqrt", "(CASE WHEN {0} < 0 THEN " + NOT_A_NUMBER + " ELSE sqrt({0}) END)");
        floating(catalog, "asin", within("asin({0})", "abs({0}) <= 1"));
        floating(catalog, "acos", within("acos({0})", "abs({0}) <= 1"));
        floating(catalog, "acosh", within("acosh({0})", "{0} >= 1"));
        floating(catalog, "atanh", within("atanh({0})", "abs({0}) < 1"));
        floating(catalog, "ln", logarithm("ln({0})"));
        floating(catalog, "log2", logarithm("log2({0})"));
        floating(catalog, "log10", logarithm("log10({0})"));
        floating(catalog, "floor", "floor({0})");
        floating(catalog, "ceil", "ceil({0})");
        floating(catalog, "signum", "CAST(sign({0}) AS DOUBLE)");
        floating(catalog, "iszero", "({0} = 0)", Types.BOOL);
        floating(catalog, "isnan", "isnan({0})", Types.BOOL);
        catalog.accept("abs", NumberFunctions::abs);
        catalog.accept("round", call -> rounding(call, "round"));
        catalog.accept("trunc", NumberFunctions::trunc);
        catalog.accept("power", NumberFunctions::power);
        catalog.accept("pow", NumberFunctions::power);
        catalog.accept("log", NumberFunctions::log);
        catalog.accept("atan2", call -> pair(call, "atan2({0}, {1})"));
        catalog.accept("nanvl", call -> pair(call, "(CASE WHEN isnan({0}) THEN {1} ELSE {0} END)"));
        catalog.accept("gcd", call -> integers(call, "gcd({0}, {1})"));
        catalog.accept("lcm", call -> integers(call, "lcm({0}, {1})"));
        catalog.accept("factorial", call -> {
            call.requireSize(1, 1);
            return call.call(
                    new Template(call.name(), "CAST(factorial(CAST({0} AS INTEGER)) AS BIGINT)"),
                    Types.INT64,
                    call.as(0, Types.INT64));
        });
        catalog.accept("pi", call -> {
            call.requireSize(0, 0);
            return call.call(new Template("pi", "pi()"), Types.FLOAT64);
        });
        catalog.accept("random", call -> {
            call.requireSize(0, 0);
            return call.call(new Template("random", "random()", false), Types.FLOAT64);
        });
    }

    private static String within(String sql, String domain) {
        return "(CASE WHEN " + domain + " THEN " + sql + " WHEN {0} IS NULL THEN NULL ELSE " + NOT_A_NUMBER + " END)";
    }

    private static String logarithm(String sql) {
        return "(CASE WHEN {0} > 0 THEN " + sql + " WHEN {0} = 0 THEN " + MINUS_INFINITY + " WHEN {0} < 0 THEN "
                + NOT_A_NUMBER + " END)";
    }

    private static void floating(BiConsumer<String, ScalarBuilder> catalog, String name, String pattern) {
        floating(catalog, name, pattern, Types.FLOAT64);
    }

    private static void floating(
            BiConsumer<String, ScalarBuilder> catalog, String name, String pattern, SqlType result) {
        ScalarFunction function = new Template(name, pattern);
        catalog.accept(name, call -> {
            call.requireSize(1, 1);
            return call.call(function, result, call.as(0, Types.FLOAT64));
        });
    }

    private static Expr abs(FunctionCall call) {
        call.requireSize(1, 1);
        Expr value = call.argument(0);
        if (!value.type().isNumeric() || (value.type() instanceof SqlType.Decimal decimal && decimal.isWide())) {
            throw call.noMatch();
        }
        return value.type().isUnsigned() ? value : call.call(new Template("abs", "abs({0})"), value.type(), value);
    }

    private static Expr rounding(FunctionCall call, String function) {
        call.requireSize(1, 2);
        Expr digits = call.asOr(1, Types.INT32, new Expr.Literal(BigInteger.ZERO, Types.INT32));
        return call.call(
                new Template(call.name(), function + "({0}, {1})"), Types.FLOAT64, call.as(0, Types.FLOAT64), digits);
    }

    private static Expr trunc(FunctionCall call) {
        call.requireSize(1, 2);
        Expr value = call.as(0, Types.FLOAT64);
        return call.size() == 1
                ? call.call(new Template("trunc", "trunc({0})"), Types.FLOAT64, value)
                : call.call(
                        new Template("trunc", "(trunc({0} * pow(10, {1})) / pow(10, {1}))"),
                        Types.FLOAT64,
                        value,
                        call.as(1, Types.INT32));
    }

    private static Expr power(FunctionCall call) {
        call.requireSize(2, 2);
        boolean integers = call.type(0).isInteger() && call.type(1).isInteger();
        return integers
                ? call.call(
                        new Template("power", "CAST(pow({0}, {1}) AS BIGINT)"),
                        Types.INT64,
                        call.as(0, Types.INT64),
                        call.as(1, Types.INT64))
                : pair(call, "pow({0}, {1})");
    }

    private static Expr log(FunctionCall call) {
        call.requireSize(1, 2);
        return call.size() == 1
                ? call.call(new Template("log", logarithm("log10({0})")), Types.FLOAT64, call.as(0, Types.FLOAT64))
                : pair(call, "(ln({1}) / ln({0}))");
    }

    private static Expr pair(FunctionCall call, String pattern) {
        call.requireSize(2, 2);
        return call.call(
                new Template(call.name(), pattern),
                Types.FLOAT64,
                call.as(0, Types.FLOAT64),
                call.as(1, Types.FLOAT64));
    }

    private static Expr integers(FunctionCall call, String pattern) {
        call.requireSize(2, 2);
        return call.call(
                new Template(call.name(), pattern), Types.INT64, call.as(0, Types.INT64), call.as(1, Types.INT64));
    }
}
