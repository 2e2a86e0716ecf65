package io.amp.adapters.query.duckdb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of SQL written in Java, called for up to 2048 rows at once, by several threads at a time.
 *
 * <p>Nulls reach the body: it decides. Whatever the body or the binder throws fails the statement with that message, and is the cause of the
 * {@link DuckException}.
 *
 * @param varargs type of any number of further arguments, or null
 * @param isVolatile whether equal arguments may give different results, so that it runs for every row and is never folded
 * @param binder called when a statement that uses the function is planned, or null
 */
public record ScalarFunction(
        String name,
        List<DuckType> parameters,
        @Nullable DuckType varargs,
        DuckType result,
        boolean isVolatile,
        @Nullable Binder binder,
        Body body) {

    /**
     * Computes the rows of one chunk. Runs on a thread of the engine or on the one that reads the result, and must not use that connection:
     * the engine holds it. An interrupt takes effect when the body returns.
     */
    @FunctionalInterface
    public interface Body {
        /** Sets every row of {@code output} from 0 to {@code input.size()}, or makes it null. */
        void apply(InputChunk input, OutputVector output) throws Exception;
    }

    /** Looks at the arguments of one use of the function while the statement is planned. */
    @FunctionalInterface
    public interface Binder {
        /** @return what {@link InputChunk#bound()} gives the body; shared by all threads */
        @Nullable
        Object bind(List<Argument> arguments) throws Exception;
    }

    /**
     * An argument at the time of planning.
     *
     * @param constant whether its value is known already
     * @param value when constant: null, {@code byte[]} for a BLOB, else the text of the value
     */
    public record Argument(
            DuckType type, boolean constant, @Nullable Object value) {}

    public ScalarFunction {
        parameters = List.copyOf(parameters);
    }

    /** A function of fixed arguments whose result depends on nothing else. */
    public static ScalarFunction of(String name, List<DuckType> parameters, DuckType result, Body body) {
        return new ScalarFunction(name, parameters, null, result, false, null, body);
    }

    public ScalarFunction withVarargs(DuckType type) {
        return new ScalarFunction(name, parameters, type, result, isVolatile, binder, body);
    }

    public ScalarFunction asVolatile() {
        return new ScalarFunction(name, parameters, varargs, result, true, binder, body);
    }

    public ScalarFunction withBinder(Binder planned) {
        return new ScalarFunction(name, parameters, varargs, result, isVolatile, planned, body);
    }
}
