package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.ArrowTextParser;
import io.amp.adapters.query.type.SqlType;
import java.util.function.BiConsumer;

/** Functions about types. */
final class TypeFunctions {
    private TypeFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("arrow_cast", call -> cast(call, false));
        catalog.accept("arrow_try_cast", call -> cast(call, true));
        catalog.accept("arrow_typeof", call -> {
            call.requireSize(1, 1);
            return Exprs.text(ArrowText.print(call.type(0)));
        });
        catalog.accept("version", call -> {
            call.requireSize(0, 0);
            String version = TypeFunctions.class.getPackage().getImplementationVersion();
            return Exprs.text("Amp " + (version == null ? "development" : version));
        });
    }

    private static Expr cast(FunctionCall call, boolean safe) {
        call.requireSize(2, 2);
        String text = call.constantText(1);
        if (text == null) {
            throw call.error(call.name() + " requires its second argument to be a non-empty constant string");
        }
        SqlType type;
        try {
            type = ArrowTextParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw call.error("Unsupported type '" + text + "': " + e.getMessage());
        }
        if (!Casts.isPossible(call.type(0), type)) {
            throw call.error("Unsupported CAST from " + ArrowText.print(call.type(0)) + " to " + ArrowText.print(type));
        }
        Expr value = call.argument(0);
        if (value.type().equals(type)) {
            return value;
        }
        return safe && !(value instanceof Literal literal && literal.value() == null)
                ? new Expr.Cast(value, type, true)
                : Coercion.cast(value, type);
    }
}
