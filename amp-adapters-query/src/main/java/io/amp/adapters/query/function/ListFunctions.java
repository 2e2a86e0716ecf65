package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.adapters.query.type.WorkingType;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lists and maps. Positions start at 1, negative ones count from the end. */
public final class ListFunctions {
    private static final ScalarFunction MAKE = new ScalarFunction() {
        @Override
        public String name() {
            return "make_array";
        }

        @Override
        public String emit(List<String> arguments, Expr.Call call) {
            return "CAST([" + String.join(", ", arguments) + "] AS " + WorkingType.of(call.type()) + ")";
        }
    };

    private static final ScalarFunction ELEMENT = new Template("array_element", "list_extract({0}, {1})");
    private static final ScalarFunction MAP_VALUE = new Template("map_extract", "(map_extract({0}, {1})[1])");
    private static final ScalarFunction SLICE = new Template("array_slice", "array_slice({0}, {1}, {2})");
    private static final ScalarFunction STEPPED_SLICE = new Template("array_slice", "array_slice({0}, {1}, {2}, {3})");

    private ListFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        both(catalog, "make", call -> make(call.arguments(), call));
        catalog.accept("$list", call -> make(call.arguments(), call));
        both(catalog, "length", call -> measured(call, "CAST(len({0}) AS UBIGINT)"));
        catalog.accept("cardinality", call -> measured(call, "CAST(cardinality({0}) AS UBIGINT)"));
        catalog.accept("empty", call -> {
            call.requireSize(1, 1);
            return call.call(new Template("empty", "(len({0}) = 0)"), Types.BOOL, list(call, 0));
        });
        for (String name : List.of("contains", "has")) {
            both(catalog, name, call -> element(call, "list_contains({0}, {1})", Types.BOOL));
        }
        both(
                catalog,
                "position",
                call -> element(call, "CAST(nullif(list_position({0}, {1}), 0) AS UBIGINT)", Types.UINT64));
        both(
                catalog,
                "indexof",
                call -> element(call, "CAST(nullif(list_position({0}, {1}), 0) AS UBIGINT)", Types.UINT64));
        both(catalog, "has_all", call -> pair(call, "list_has_all({0}, {1})", Types.BOOL));
        both(catalog, "has_any", call -> pair(call, "list_has_any({0}, {1})", Types.BOOL));
        both(catalog, "append", call -> element(call, "list_append({0}, {1})", null));
        both(catalog, "push_back", call -> element(call, "list_append({0}, {1})", null));
        both(catalog, "remove_all", call -> element(call, "list_filter({0}, lambda e: e IS DISTINCT FROM {1})", null));
        both(catalog, "prepend", ListFunctions::prepend);
        both(catalog, "push_front", ListFunctions::prepend);
        both(catalog, "concat", call -> concat(call));
        both(catalog, "cat", call -> concat(call));
        both(catalog, "distinct", call -> same(call, "list_distinct({0})"));
        both(catalog, "reverse", call -> same(call, "list_reverse({0})"));
        both(catalog, "pop_back", call -> same(call, "array_slice({0}, 1, len({0}) - 1)"));
        both(catalog, "pop_front", call -> same(call, "array_slice({0}, 2, len({0}))"));
        both(catalog, "union", call -> pair(call, "list_distinct(list_concat({0}, {1}))", null));
        both(catalog, "intersect", call -> pair(call, "list_intersect({0}, {1})", null));
        both(
                catalog,
                "except",
                call -> pair(call, "list_filter(list_distinct({0}), lambda e: NOT list_contains({1}, e))", null));
        both(catalog, "sort", ListFunctions::sort);
        both(catalog, "max", call -> reduced(call, "list_max({0})"));
        both(catalog, "min", call -> reduced(call, "list_min({0})"));
        both(catalog, "any_value", call -> reduced(call, "list_any_value({0})"));
        both(catalog, "element", ListFunctions::elementAt);
        both(catalog, "extract", ListFunctions::elementAt);
        both(catalog, "slice", ListFunctions::slice);
        both(catalog, "to_string", ListFunctions::join);
        both(catalog, "join", ListFunctions::join);
        both(catalog, "repeat", call -> {
            call.requireSize(2, 2);
            Expr value = call.argument(0);
            return call.call(
                    new Template("array_repeat", "list_transform(range(greatest({1}, 0)), lambda i: {0})"),
                    SqlType.listOf(value.type()),
                    value,
                    call.as(1, Types.INT64));
        });
        catalog.accept("flatten", call -> {
            call.requireSize(1, 1);
            Expr value = list(call, 0);
            SqlType element = ((SqlType.ListOf) value.type()).element();
            return element instanceof SqlType.ListOf
                    ? call.call(new Template("flatten", "flatten({0})"), element, value)
                    : value;
        });
        catalog.accept("generate_series", call -> series(call, "generate_series", true));
        catalog.accept("range", call -> series(call, "range", false));
        registerMaps(catalog);
    }

    private static void registerMaps(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("map", call -> {
            call.requireSize(2, 2);
            SqlType keys = ((SqlType.ListOf) list(call, 0).type()).element();
            SqlType values = ((SqlType.ListOf) list(call, 1).type()).element();
            return call.call(
                    new Template("map", "map({0}, {1})"),
                    new SqlType.MapOf(keys, values, true),
                    list(call, 0),
                    list(call, 1));
        });
        catalog.accept("map_keys", call -> {
            SqlType.MapOf type = map(call);
            return call.call(
                    new Template("map_keys", "map_keys({0})"),
                    new SqlType.ListOf(type.key(), false, -1, false),
                    call.argument(0));
        });
        catalog.accept("map_values", call -> {
            SqlType.MapOf type = map(call);
            return call.call(
                    new Template("map_values", "map_values({0})"), SqlType.listOf(type.value()), call.argument(0));
        });
        for (String name : List.of("map_extract", "element_at")) {
            catalog.accept(name, call -> {
                call.requireSize(2, 2);
                if (!(call.type(0) instanceof SqlType.MapOf type)) {
                    throw call.noMatch();
                }
                return call.call(
                        new Template("map_extract", "map_extract({0}, {1})"),
                        SqlType.listOf(type.value()),
                        call.argument(0),
                        call.as(1, type.key()));
            });
        }
    }

    /** Registers {@code array_x} and {@code list_x}. */
    private static void both(BiConsumer<String, ScalarBuilder> catalog, String name, ScalarBuilder builder) {
        if (name.equals("make")) {
            catalog.accept("make_array", builder);
            catalog.accept("make_list", builder);
            return;
        }
        catalog.accept("array_" + name, builder);
        catalog.accept("list_" + name, builder);
    }

    private static SqlType.MapOf map(FunctionCall call) {
        call.requireSize(1, 1);
        if (!(call.type(0) instanceof SqlType.MapOf type)) {
            throw call.noMatch();
        }
        return type;
    }

    private static Expr list(FunctionCall call, int index) {
        if (index >= call.size() || !(call.type(index) instanceof SqlType.ListOf)) {
            throw call.noMatch();
        }
        return call.argument(index);
    }

    private static SqlType variable(SqlType type) {
        var list = (SqlType.ListOf) type;
        return new SqlType.ListOf(list.element(), list.elementNullable(), -1, list.large());
    }

    private static Expr make(List<Expr> elements, FunctionCall call) {
        List<Expr> unified = Coercion.unify(elements);
        if (unified == null) {
            throw call.noMatch();
        }
        SqlType element = unified.isEmpty() ? Types.NULL : unified.getFirst().type();
        return new Expr.Call(MAKE, unified, SqlType.listOf(element.isNull() ? Types.INT64 : element), false);
    }

    /** A list of one element. */
    public static Expr single(Expr element) {
        return new Expr.Call(MAKE, List.of(element), SqlType.listOf(element.type()), false);
    }

    /** Numbers from 1 to the length of the longest list. */
    public static Expr positions(List<Expr> lists) {
        StringJoiner lengths = new StringJoiner(", ", "greatest(", ")");
        for (int i = 0; i < lists.size(); i++) {
            lengths.add("coalesce(len({" + i + "}), 0)");
        }
        return Operators.call(
                new Template("ordinality", "generate_series(1, " + lengths + ")"), SqlType.listOf(Types.INT64), lists);
    }

    private static Expr measured(FunctionCall call, String pattern) {
        call.requireSize(1, 1);
        if (!(call.type(0) instanceof SqlType.ListOf) && !(call.type(0) instanceof SqlType.MapOf)) {
            throw call.noMatch();
        }
        return call.call(new Template(call.name(), pattern), Types.UINT64, call.argument(0));
    }

    /**
     * A list and a value of its element type.
     *
     * @param result null = the list's type
     */
    private static Expr element(FunctionCall call, String pattern, @Nullable SqlType result) {
        call.requireSize(2, 2);
        Expr list = list(call, 0);
        var type = (SqlType.ListOf) list.type();
        SqlType common = Coercion.common(type.element(), call.type(1));
        if (common == null) {
            throw call.noMatch();
        }
        SqlType listType = new SqlType.ListOf(common, true, -1, type.large());
        return FunctionCall.nullable(
                new Template(call.name(), pattern),
                result == null ? listType : result,
                List.of(Coercion.cast(list, listType), Coercion.cast(call.argument(1), common)));
    }

    private static Expr prepend(FunctionCall call) {
        call.requireSize(2, 2);
        var swapped =
                new FunctionCall(call.name(), List.of(call.argument(1), call.argument(0)), call.fold(), call.failure());
        return element(swapped, "list_prepend({1}, {0})", null);
    }

    private static Expr pair(FunctionCall call, String pattern, @Nullable SqlType result) {
        call.requireSize(2, 2);
        List<Expr> lists = Coercion.unify(List.of(list(call, 0), list(call, 1)));
        if (lists == null) {
            throw call.noMatch();
        }
        return Operators.call(
                new Template(call.name(), pattern),
                result == null ? variable(lists.getFirst().type()) : result,
                lists);
    }

    private static Expr concat(FunctionCall call) {
        for (int i = 0; i < Math.max(1, call.size()); i++) {
            list(call, i);
        }
        List<Expr> lists = Coercion.unify(call.arguments());
        if (lists == null) {
            throw call.noMatch();
        }
        return Operators.call(
                new Template("array_concat", "list_concat({*})"),
                variable(lists.getFirst().type()),
                lists);
    }

    private static Expr same(FunctionCall call, String pattern) {
        call.requireSize(1, 1);
        Expr list = list(call, 0);
        return call.call(new Template(call.name(), pattern), variable(list.type()), list);
    }

    private static Expr sort(FunctionCall call) {
        call.requireSize(1, 3);
        String direction = call.size() > 1 ? String.valueOf(call.constantText(1)) : "ASC";
        boolean descending = direction.equalsIgnoreCase("DESC");
        String nulls = call.size() > 2 ? String.valueOf(call.constantText(2)) : "NULLS FIRST";
        boolean last = nulls.equalsIgnoreCase("NULLS LAST");
        Expr list = list(call, 0);
        return call.call(
                new Template(
                        "array_sort",
                        "list_sort({0}, '" + (descending ? "DESC" : "ASC") + "', '"
                                + (last ? "NULLS LAST" : "NULLS FIRST") + "')"),
                variable(list.type()),
                list);
    }

    private static Expr reduced(FunctionCall call, String pattern) {
        call.requireSize(1, 1);
        Expr list = list(call, 0);
        SqlType element = ((SqlType.ListOf) list.type()).element();
        return FunctionCall.nullable(new Template(call.name(), pattern), element, List.of(list));
    }

    private static Expr elementAt(FunctionCall call) {
        call.requireSize(2, 2);
        return elementAt(list(call, 0), call.as(1, Types.INT64));
    }

    /** {@code list[position]}; NULL out of range. */
    public static Expr elementAt(Expr list, Expr position) {
        SqlType element = ((SqlType.ListOf) list.type()).element();
        return FunctionCall.nullable(ELEMENT, element, List.of(list, position));
    }

    /** {@code map[key]}; NULL when it is missing. */
    public static Expr valueOf(Expr map, Expr key) {
        return FunctionCall.nullable(MAP_VALUE, ((SqlType.MapOf) map.type()).value(), List.of(map, key));
    }

    private static Expr slice(FunctionCall call) {
        call.requireSize(3, 4);
        Expr step = call.size() == 4 ? call.as(3, Types.INT64) : null;
        return slice(list(call, 0), call.as(1, Types.INT64), call.as(2, Types.INT64), step);
    }

    /** {@code list[start:end:step]}, both ends included. */
    public static Expr slice(Expr list, Expr start, Expr end, @Nullable Expr step) {
        SqlType type = variable(list.type());
        return step == null
                ? Operators.call(SLICE, type, list, start, end)
                : Operators.call(STEPPED_SLICE, type, list, start, end, step);
    }

    private static Expr join(FunctionCall call) {
        call.requireSize(2, 3);
        Expr list = Coercion.cast(list(call, 0), SqlType.listOf(Types.TEXT));
        Expr separator = call.as(1, Types.TEXT);
        return call.size() == 2
                ? call.call(new Template("array_to_string", "array_to_string({0}, {1})"), Types.TEXT, list, separator)
                : call.call(
                        new Template(
                                "array_to_string",
                                "array_to_string(list_transform({0}, lambda e: coalesce(e, {2})), {1})"),
                        Types.TEXT,
                        list,
                        separator,
                        call.as(2, Types.TEXT));
    }

    private static Expr series(FunctionCall call, String function, boolean inclusive) {
        call.requireSize(inclusive ? 2 : 1, 3);
        if (call.type(0) instanceof SqlType.Timestamp || call.type(0) instanceof SqlType.Date) {
            return timeSeries(call, function);
        }
        var arguments = new ArrayList<Expr>();
        for (int i = 0; i < call.size(); i++) {
            arguments.add(call.as(i, Types.INT64));
        }
        return Operators.call(new Template(call.name(), function + "({*})"), SqlType.listOf(Types.INT64), arguments);
    }

    private static Expr timeSeries(FunctionCall call, String function) {
        call.requireSize(3, 3);
        SqlType type = call.type(0);
        var plain = new SqlType.Timestamp(TimeUnit.NANOSECOND, null);
        Expr list = call.call(
                new Template(call.name(), function + "({0}, {1}, {2})"),
                SqlType.listOf(plain),
                call.as(0, plain),
                call.as(1, plain),
                call.as(2, Types.INTERVAL));
        return Coercion.cast(list, SqlType.listOf(type));
    }
}
