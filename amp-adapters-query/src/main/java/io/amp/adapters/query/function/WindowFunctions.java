package io.amp.adapters.query.function;

import io.amp.adapters.query.function.AggregateBuilder.Bound;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.List;
import java.util.function.BiConsumer;

/** Functions that exist with OVER only. */
final class WindowFunctions {
    private WindowFunctions() {}

    static void register(BiConsumer<String, AggregateBuilder> catalog) {
        for (String name : List.of("row_number", "rank", "dense_rank")) {
            catalog.accept(name, (call, window) -> {
                call.requireSize(0, 0);
                return new Bound(new EngineAggregate(name, "CAST({0} AS UBIGINT)"), List.of(), Types.UINT64, false);
            });
        }
        for (String name : List.of("percent_rank", "cume_dist")) {
            catalog.accept(name, (call, window) -> {
                call.requireSize(0, 0);
                return new Bound(new EngineAggregate(name), List.of(), Types.FLOAT64, false);
            });
        }
        catalog.accept("ntile", (call, window) -> {
            call.requireSize(1, 1);
            return new Bound(
                    new EngineAggregate("ntile", "CAST({0} AS UBIGINT)"),
                    List.of(call.as(0, Types.INT64)),
                    Types.UINT64,
                    false);
        });
        catalog.accept("lag", (call, window) -> neighbour(call));
        catalog.accept("lead", (call, window) -> neighbour(call));
    }

    private static Bound neighbour(FunctionCall call) {
        call.requireSize(1, 3);
        Expr value = call.argument(0);
        Expr offset = call.asOr(1, Types.INT64, Exprs.integer(1));
        if (call.size() < 3) {
            return new Bound(new EngineAggregate(call.name()), List.of(value, offset), value.type(), true);
        }
        SqlType common = Coercion.common(value.type(), call.type(2));
        if (common == null) {
            throw call.noMatch();
        }
        Expr otherwise = Coercion.cast(call.argument(2), value.type().isNull() ? common : value.type());
        return new Bound(new EngineAggregate(call.name()), List.of(value, offset, otherwise), value.type(), true);
    }
}
