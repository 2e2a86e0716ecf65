package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Texts. Lengths and positions count characters, from 1. */
final class TextFunctions {
    private static final SqlType TEXTS = SqlType.listOf(Types.TEXT);

    private TextFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        unary(catalog, List.of("lower"), "lower({0})", Types.TEXT);
        unary(catalog, List.of("upper"), "upper({0})", Types.TEXT);
        unary(catalog, List.of("reverse"), "reverse({0})", Types.TEXT);
        unary(
                catalog,
                List.of("length", "char_length", "character_length"),
                "CAST(length({0}) AS INTEGER)",
                Types.INT32);
        unary(catalog, List.of("ascii"), "CAST(ascii({0}) AS INTEGER)", Types.INT32);
        unary(
                catalog,
                List.of("initcap"),
                "array_to_string(list_transform(regexp_extract_all({0}, '[A-Za-z0-9]+|[^A-Za-z0-9]+'), lambda w:"
                        + " upper(w[1]) || lower(w[2:])), '')",
                Types.TEXT);
        catalog.accept("octet_length", call -> sized(call, "CAST(octet_length({0}) AS INTEGER)"));
        catalog.accept("bit_length", call -> sized(call, "CAST(8 * octet_length({0}) AS INTEGER)"));
        texts(catalog, "replace", 3, "replace({0}, {1}, {2})", Types.TEXT);
        texts(catalog, "starts_with", 2, "starts_with({0}, {1})", Types.BOOL);
        texts(catalog, "ends_with", 2, "ends_with({0}, {1})", Types.BOOL);
        texts(catalog, "contains", 2, "contains({0}, {1})", Types.BOOL);
        texts(catalog, "strpos", 2, "CAST(strpos({0}, {1}) AS INTEGER)", Types.INT32);
        texts(catalog, "instr", 2, "CAST(strpos({0}, {1}) AS INTEGER)", Types.INT32);
        texts(catalog, "$position", 2, "CAST(strpos({1}, {0}) AS INTEGER)", Types.INT32);
        texts(catalog, "translate", 3, "translate({0}, {1}, {2})", Types.TEXT);
        texts(catalog, "levenshtein", 2, "CAST(levenshtein({0}, {1}) AS INTEGER)", Types.INT32);
        texts(
                catalog,
                "find_in_set",
                2,
                "CAST(coalesce(list_position(string_split({1}, ','), {0}), 0) AS INTEGER)",
                Types.INT32);
        catalog.accept("left", call -> counted(call, "left({0}, {1})"));
        catalog.accept("right", call -> counted(call, "right({0}, {1})"));
        catalog.accept("repeat", call -> counted(call, "repeat({0}, greatest({1}, 0))"));
        catalog.accept("split_part", call -> {
            call.requireSize(3, 3);
            return call.call(
                    new Template("split_part", "split_part({0}, {1}, {2})"),
                    Types.TEXT,
                    text(call, 0),
                    text(call, 1),
                    call.as(2, Types.INT64));
        });
        catalog.accept("lpad", call -> pad(call, "lpad"));
        catalog.accept("rpad", call -> pad(call, "rpad"));
        for (String name : List.of("substr", "substring", "$substring")) {
            catalog.accept(name, TextFunctions::substring);
        }
        catalog.accept("$overlay", TextFunctions::overlay);
        catalog.accept("overlay", TextFunctions::overlay);
        catalog.accept("$trim", TextFunctions::trimSyntax);
        for (String name : List.of("btrim", "ltrim", "rtrim")) {
            String function = name.equals("btrim") ? "trim" : name;
            catalog.accept(name, call -> {
                call.requireSize(1, 2);
                return trim(call, function, text(call, 0), call.asOr(1, Types.TEXT, Exprs.text(" ")));
            });
        }
        catalog.accept("concat", call -> variadic(call, "concat({*})", 0));
        catalog.accept("concat_ws", call -> variadic(call, "concat_ws({*})", 1));
        catalog.accept("chr", call -> {
            call.requireSize(1, 1);
            return call.call(new Template("chr", "chr(CAST({0} AS INTEGER))"), Types.TEXT, call.as(0, Types.INT64));
        });
        catalog.accept("to_hex", call -> {
            call.requireSize(1, 1);
            if (!call.type(0).isInteger()) {
                throw call.noMatch();
            }
            return call.call(new Template("to_hex", "lower(to_hex({0}))"), Types.TEXT, call.argument(0));
        });
        catalog.accept("string_to_array", call -> {
            call.requireSize(2, 2);
            return call.call(
                    new Template("string_to_array", "string_split({0}, {1})"), TEXTS, text(call, 0), text(call, 1));
        });
        catalog.accept("uuid", call -> {
            call.requireSize(0, 0);
            return call.call(new Template("uuid", "CAST(gen_random_uuid() AS VARCHAR)", false), Types.TEXT);
        });
        registerRegex(catalog);
    }

    private static void registerRegex(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("regexp_like", call -> regex(call, 2, Types.BOOL, "regexp_matches({0}, {1}, {2})"));
        catalog.accept(
                "regexp_count",
                call -> regex(call, 2, Types.INT64, "CAST(len(regexp_extract_all({0}, {1}, 0, {2})) AS BIGINT)"));
        catalog.accept(
                "regexp_match",
                call -> regex(
                        call,
                        2,
                        TEXTS,
                        "(CASE WHEN regexp_matches({0}, {1}, {2}) THEN [regexp_extract({0}, {1}, 0, {2})] END)"));
        catalog.accept("regexp_replace", call -> {
            call.requireSize(3, 4);
            return call.call(
                    new Template("regexp_replace", "regexp_replace({0}, {1}, {2}, {3})"),
                    Types.TEXT,
                    text(call, 0),
                    text(call, 1),
                    text(call, 2),
                    call.asOr(3, Types.TEXT, Exprs.text("")));
        });
    }

    private static Expr regex(FunctionCall call, int required, SqlType result, String pattern) {
        call.requireSize(required, required + 1);
        var call3 = new Template(call.name(), pattern);
        List<Expr> arguments = List.of(text(call, 0), text(call, 1), call.asOr(2, Types.TEXT, Exprs.text("")));
        return result.equals(TEXTS)
                ? FunctionCall.nullable(call3, result, arguments)
                : Operators.call(call3, result, arguments);
    }

    /** A text argument; other scalars are not converted. */
    private static Expr text(FunctionCall call, int index) {
        return call.as(index, Types.TEXT);
    }

    private static void unary(
            BiConsumer<String, ScalarBuilder> catalog, List<String> names, String pattern, SqlType result) {
        for (String name : names) {
            var function = new Template(name, pattern);
            catalog.accept(name, call -> {
                call.requireSize(1, 1);
                return call.call(function, result, text(call, 0));
            });
        }
    }

    private static void texts(
            BiConsumer<String, ScalarBuilder> catalog, String name, int count, String pattern, SqlType result) {
        var function = new Template(name.startsWith("$") ? name.substring(1) : name, pattern);
        catalog.accept(name, call -> {
            call.requireSize(count, count);
            var arguments = new ArrayList<Expr>();
            for (int i = 0; i < count; i++) {
                arguments.add(text(call, i));
            }
            return Operators.call(function, result, arguments);
        });
    }

    private static Expr sized(FunctionCall call, String pattern) {
        call.requireSize(1, 1);
        Expr value = call.type(0).isBinary() ? call.argument(0) : Coercion.cast(text(call, 0), Types.BINARY);
        return call.call(new Template(call.name(), pattern), Types.INT32, value);
    }

    private static Expr counted(FunctionCall call, String pattern) {
        call.requireSize(2, 2);
        return call.call(new Template(call.name(), pattern), Types.TEXT, text(call, 0), call.as(1, Types.INT64));
    }

    private static Expr pad(FunctionCall call, String function) {
        call.requireSize(2, 3);
        return call.call(
                new Template(function, function + "({0}, CAST(greatest({1}, 0) AS INTEGER), {2})"),
                Types.TEXT,
                text(call, 0),
                call.as(1, Types.INT64),
                call.asOr(2, Types.TEXT, Exprs.text(" ")));
    }

    /** Positions before the first character count, as in the SQL standard: {@code substr('abc', 0, 2)} is {@code 'a'}. */
    private static Expr substring(FunctionCall call) {
        call.requireSize(2, 3);
        boolean isBinary = call.type(0).isBinary();
        SqlType type = isBinary ? Types.BINARY : Types.TEXT;
        String open = isBinary ? "array_slice({0}, " : "substr({0}, ";
        Function<String, String> length = isBinary
                ? end -> "greatest({1}, 1), " + end + " - 1)"
                : end -> "greatest({1}, 1), greatest(" + end + " - greatest({1}, 1), 0))";
        Expr start = call.as(1, Types.INT64);
        return call.size() == 2
                ? call.call(
                        new Template("substr", open + "greatest({1}, 1)" + (isBinary ? ", NULL" : "") + ")"),
                        type,
                        call.as(0, type),
                        start)
                : call.call(
                        new Template("substr", open + length.apply("({1} + {2})")),
                        type,
                        call.as(0, type),
                        start,
                        call.as(2, Types.INT64));
    }

    private static Expr overlay(FunctionCall call) {
        call.requireSize(3, 4);
        Expr replacement = text(call, 1);
        Expr length = call.size() == 4
                ? call.as(3, Types.INT64)
                : call.call(new Template("length", "length({0})"), Types.INT64, replacement);
        return call.call(
                new Template("overlay", "(substr({0}, 1, {2} - 1) || {1} || substr({0}, {2} + {3}))"),
                Types.TEXT,
                text(call, 0),
                replacement,
                call.as(2, Types.INT64),
                length);
    }

    /** {@code $trim(side, [characters, $nothing,] text [, characters])} as the rewriting of TRIM makes it. */
    private static Expr trimSyntax(FunctionCall call) {
        call.requireSize(2, 4);
        String function = switch (Exprs.isNull(call.argument(0)) ? "BOTH" : String.valueOf(call.constantText(0))) {
            case "LEADING" -> "ltrim";
            case "TRAILING" -> "rtrim";
            default -> "trim";
        };
        if (call.size() == 4) {
            Expr characters = Exprs.isNull(call.argument(1)) ? Exprs.text(" ") : text(call, 1);
            return trim(call, function, text(call, 3), characters);
        }
        return trim(call, function, text(call, 1), call.asOr(2, Types.TEXT, Exprs.text(" ")));
    }

    private static Expr trim(FunctionCall call, String function, Expr text, Expr characters) {
        return call.call(new Template(function, function + "({0}, {1})"), Types.TEXT, text, characters);
    }

    /** Arguments of any type become text; NULLs are left out. */
    private static Expr variadic(FunctionCall call, String pattern, int required) {
        if (call.size() <= required) {
            throw call.noMatch();
        }
        List<Expr> arguments = call.arguments().stream()
                .map(argument -> Coercion.cast(argument, Types.TEXT))
                .toList();
        boolean nullable = required == 1 && arguments.getFirst().nullable();
        return new Expr.Call(new Template(call.name(), pattern), arguments, Types.TEXT, nullable);
    }
}
