package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.Types;
import java.util.List;
import java.util.function.BiConsumer;

/** Functions that choose among their arguments. */
final class ConditionalFunctions {
    private static final ScalarFunction COALESCE = new Lazy("coalesce", "coalesce({*})");

    private ConditionalFunctions() {}

    /** Arguments that are not chosen are not evaluated. */
    private record Lazy(String name, String pattern) implements ScalarFunction {
        @Override
        public String emit(List<String> arguments, Expr.Call call) {
            return Template.fill(pattern, arguments);
        }

        @Override
        public boolean isLazy() {
            return true;
        }
    }

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("coalesce", call -> coalesce(call, 1, Integer.MAX_VALUE));
        catalog.accept("nvl", call -> coalesce(call, 2, 2));
        catalog.accept("ifnull", call -> coalesce(call, 2, 2));
        catalog.accept("greatest", call -> extreme(call, "greatest({*})"));
        catalog.accept("least", call -> extreme(call, "least({*})"));
        catalog.accept("nullif", call -> {
            call.requireSize(2, 2);
            List<Expr> values = unified(call);
            return FunctionCall.nullable(
                    new Template("nullif", "nullif({0}, {1})"),
                    values.getFirst().type(),
                    values);
        });
        catalog.accept("nvl2", call -> {
            call.requireSize(3, 3);
            List<Expr> values = Coercion.unify(call.arguments().subList(1, 3));
            if (values == null) {
                throw call.noMatch();
            }
            Expr isSet = Operators.call(Operators.IS_NOT_NULL, Types.BOOL, call.argument(0));
            return new Expr.Case(
                    List.of(new Expr.Branch(isSet, values.get(0))),
                    values.get(1),
                    values.get(0).type());
        });
    }

    private static List<Expr> unified(FunctionCall call) {
        List<Expr> values = Coercion.unify(call.arguments());
        if (values == null) {
            throw call.noMatch();
        }
        return values;
    }

    private static Expr coalesce(FunctionCall call, int min, int max) {
        call.requireSize(min, max);
        List<Expr> values = unified(call);
        return new Expr.Call(
                COALESCE, values, values.getFirst().type(), values.stream().allMatch(Expr::nullable));
    }

    /** NULLs are left out. */
    private static Expr extreme(FunctionCall call, String pattern) {
        call.requireSize(1, Integer.MAX_VALUE);
        List<Expr> values = unified(call);
        if (!values.getFirst().type().isOrderable()) {
            throw call.noMatch();
        }
        return new Expr.Call(
                new Template(call.name(), pattern),
                values,
                values.getFirst().type(),
                values.stream().allMatch(Expr::nullable));
    }
}
