package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the engine and one {@link ScalarFunction}.
 *
 * <p>Nothing may leave an upcall: an exception that does ends the process. So every callback catches everything.
 */
final class ScalarRegistration {
    private static final MethodHandle BIND;
    private static final MethodHandle BODY;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BIND = lookup.findVirtual(ScalarRegistration.class, "bind", MethodType.methodType(void.class, long.class));
            BODY = lookup.findVirtual(
                    ScalarRegistration.class,
                    "body",
                    MethodType.methodType(void.class, long.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ScalarFunction function;

    private ScalarRegistration(ScalarFunction function) {
        this.function = function;
    }

    /** @return a handle to be destroyed by the caller; what it points at lives as long as {@code arena} */
    static long create(ScalarFunction function, Arena arena) {
        ScalarRegistration registration = new ScalarRegistration(function);
        long handle = Native.CREATE_SCALAR.call();
        try (Arena call = Arena.ofConfined()) {
            Native.SCALAR_NAME.call(
                    handle, Native.cString(call, function.name()).address());
            for (DuckType parameter : function.parameters()) {
                with(parameter, type -> Native.SCALAR_PARAMETER.call(handle, type));
            }
            DuckType varargs = function.varargs();
            if (varargs != null) {
                with(varargs, type -> Native.SCALAR_VARARGS.call(handle, type));
            }
            with(function.result(), type -> Native.SCALAR_RETURN.call(handle, type));
            Native.SCALAR_SPECIAL_NULLS.call(handle);
            if (function.isVolatile()) {
                Native.SCALAR_VOLATILE.call(handle);
            }
            if (function.binder() != null) {
                Native.SCALAR_BIND.call(
                        handle, Native.upcall(BIND.bindTo(registration), arena).address());
            }
            Native.SCALAR_BODY.call(
                    handle, Native.upcall(BODY.bindTo(registration), arena).address());
            return handle;
        } catch (RuntimeException e) {
            Native.destroy(Native.DESTROY_SCALAR, handle);
            throw e;
        }
    }

    interface TypeUse {
        long with(long type);
    }

    static void with(DuckType type, TypeUse use) {
        long handle = type.create();
        try {
            use.with(handle);
        } finally {
            Native.destroy(Native.DESTROY_TYPE, handle);
        }
    }

    void bind(long info) {
        try {
            ScalarFunction.Binder binder = function.binder();
            if (binder != null) {
                BindData.attach(info, binder.bind(arguments(info)));
            }
        } catch (Throwable e) {
            report(Native.SCALAR_BIND_ERROR, info, e);
        }
    }

    private static List<ScalarFunction.Argument> arguments(long info) {
        List<ScalarFunction.Argument> arguments = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            Native.SCALAR_CLIENT_CONTEXT.call(info, out.address());
            long context = out.get(ValueLayout.JAVA_LONG, 0);
            try {
                long count = Native.SCALAR_BIND_ARGUMENT_COUNT.call(info);
                for (long i = 0; i < count; i++) {
                    long expression = Native.SCALAR_BIND_ARGUMENT.call(info, i);
                    try {
                        arguments.add(argument(context, expression, out));
                    } finally {
                        Native.destroy(Native.DESTROY_EXPRESSION, expression);
                    }
                }
            } finally {
                Native.destroy(Native.DESTROY_CLIENT_CONTEXT, context);
            }
        }
        return arguments;
    }

    private static ScalarFunction.Argument argument(long context, long expression, MemorySegment out) {
        DuckType type = DuckType.take(Native.EXPRESSION_TYPE.call(expression));
        if (Native.EXPRESSION_FOLDABLE.call(expression) == 0) {
            return new ScalarFunction.Argument(type, false, null);
        }
        out.set(ValueLayout.JAVA_LONG, 0, 0);
        long error = Native.EXPRESSION_FOLD.call(context, expression, out.address());
        long value = out.get(ValueLayout.JAVA_LONG, 0);
        try {
            if (error != 0 && Native.ERROR_DATA_HAS_ERROR.call(error) != 0) {
                String message = Memory.text(Native.ERROR_DATA_MESSAGE.call(error));
                throw DuckException.reported(DuckError.ofCode((int) Native.ERROR_DATA_TYPE.call(error)), message);
            }
            return new ScalarFunction.Argument(type, true, constant(type, value));
        } finally {
            Native.destroy(Native.DESTROY_ERROR_DATA, error);
            Native.destroy(Native.DESTROY_VALUE, value);
        }
    }

    private static @Nullable Object constant(DuckType type, long value) {
        if (Native.IS_NULL_VALUE.call(value) != 0) {
            return null;
        }
        return type.id() == DuckType.Id.BLOB ? Native.blobOf(value) : Native.takeText(Native.VALUE_TEXT.call(value));
    }

    void body(long info, long chunk, long output) {
        try {
            Object bound = function.binder() == null ? null : BindData.of(Native.SCALAR_GET_BIND_DATA.call(info));
            InputChunk input = inputs(chunk, function.parameters(), bound);
            function.body().apply(input, new OutputVector(output, function.result()));
        } catch (Throwable e) {
            report(Native.SCALAR_ERROR, info, e);
        }
    }

    /** The vectors of {@code chunk}, whose first types are known and whose others are asked for. */
    static InputChunk inputs(long chunk, List<DuckType> known, @Nullable Object bound) {
        int columns = (int) Native.CHUNK_COLUMN_COUNT.call(chunk);
        List<InputVector> vectors = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            long vector = Native.CHUNK_VECTOR.call(chunk, i);
            boolean certain = i < known.size() && known.get(i).isConcrete();
            vectors.add(
                    new InputVector(vector, certain ? known.get(i) : DuckType.take(Native.VECTOR_TYPE.call(vector))));
        }
        return new InputChunk((int) Native.CHUNK_SIZE.call(chunk), vectors, bound);
    }

    static void report(Native.Call2 setter, long info, Throwable failure) {
        try (Arena arena = Arena.ofConfined()) {
            setter.call(
                    info, Native.cString(arena, CallbackFailures.keep(failure)).address());
        } catch (Throwable worse) {
            setter.call(info, FALLBACK.address());
        }
    }

    private static final MemorySegment FALLBACK = Arena.global().allocateFrom("a function failed without a message");
}
