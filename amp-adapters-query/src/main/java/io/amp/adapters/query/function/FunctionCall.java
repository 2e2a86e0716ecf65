package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.ports.error.AmpException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call while it is bound: checks arguments and makes the messages for wrong ones.
 *
 * @param name folded
 * @param fold evaluates constants while planning
 * @param failure makes an {@code INVALID_PLAN} error at the call's place
 */
public record FunctionCall(
        String name, List<Expr> arguments, ConstantFolder fold, Function<String, AmpException> failure) {
    public FunctionCall {
        arguments = List.copyOf(arguments);
    }

    public int size() {
        return arguments.size();
    }

    public Expr argument(int index) {
        return arguments.get(index);
    }

    public SqlType type(int index) {
        return arguments.get(index).type();
    }

    public AmpException error(String message) {
        return failure.apply(message);
    }

    /** The arguments do not fit in number or type. */
    public AmpException noMatch() {
        String types = arguments.stream()
                .map(argument -> ArrowText.print(argument.type()))
                .collect(Collectors.joining(", ", name + "(", ")"));
        String text = "No function matches the given name and argument types '" + types + "'";
        return error(arguments.isEmpty() ? "'" + name + "' does not support zero arguments. " + text : text);
    }

    public void requireSize(int min, int max) {
        if (size() < min || size() > max) {
            throw noMatch();
        }
    }

    /** The argument converted to a type that it may be implicitly; else the call does not match. */
    public Expr as(int index, SqlType type) {
        Expr converted = Coercion.implicit(argument(index), type);
        if (converted == null) {
            throw noMatch();
        }
        return converted;
    }

    /** Like {@link #as} with a literal of that type when the call has fewer arguments. */
    public Expr asOr(int index, SqlType type, Literal otherwise) {
        return index < size() ? as(index, type) : otherwise;
    }

    /** The constant text of an argument; null when it is not constant or not a text. */
    public @Nullable String constantText(int index) {
        Expr argument = argument(index);
        if (!Exprs.isConstant(argument) || !argument.type().isText()) {
            return null;
        }
        return fold.evaluate(argument).value() instanceof String text ? text : null;
    }

    /** NULL when an argument is. */
    public Expr call(ScalarFunction function, SqlType type, Expr... values) {
        return Operators.call(function, type, values);
    }

    /** A call that may be NULL although no argument is. */
    public static Expr nullable(ScalarFunction function, SqlType type, List<Expr> values) {
        return new Expr.Call(function, values, type, true);
    }
}
