package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Stands between the engine and one {@link AggregateFunction}. As with scalar functions, nothing may leave an upcall. */
final class AggregateRegistration {
    private static final MethodHandle SIZE = find("size", MethodType.methodType(long.class, long.class));
    private static final MethodHandle INITIALIZE =
            find("initialize", MethodType.methodType(void.class, long.class, long.class));
    private static final MethodHandle UPDATE =
            find("update", MethodType.methodType(void.class, long.class, long.class, long.class));
    private static final MethodHandle COMBINE =
            find("combine", MethodType.methodType(void.class, long.class, long.class, long.class, long.class));
    private static final MethodHandle FINISH = find(
            "finish", MethodType.methodType(void.class, long.class, long.class, long.class, long.class, long.class));

    private final AggregateFunction function;

    private AggregateRegistration(AggregateFunction function) {
        this.function = function;
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.lookup().findVirtual(AggregateRegistration.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** @return a handle to be destroyed by the caller; what it points at lives as long as {@code arena} */
    static long create(AggregateFunction function, Arena arena) {
        AggregateRegistration registration = new AggregateRegistration(function);
        long handle = Native.CREATE_AGGREGATE.call();
        try (Arena call = Arena.ofConfined()) {
            Native.AGGREGATE_NAME.call(
                    handle, Native.cString(call, function.name()).address());
            for (DuckType parameter : function.parameters()) {
                ScalarRegistration.with(parameter, type -> Native.AGGREGATE_PARAMETER.call(handle, type));
            }
            ScalarRegistration.with(function.result(), type -> Native.AGGREGATE_RETURN.call(handle, type));
            Native.AGGREGATE_SPECIAL_NULLS.call(handle);
            Native.AGGREGATE_FUNCTIONS.call(
                    handle,
                    registration.upcall(SIZE, arena),
                    registration.upcall(INITIALIZE, arena),
                    registration.upcall(UPDATE, arena),
                    registration.upcall(COMBINE, arena),
                    registration.upcall(FINISH, arena));
            return handle;
        } catch (RuntimeException e) {
            Native.destroy(Native.DESTROY_AGGREGATE, handle);
            throw e;
        }
    }

    private long upcall(MethodHandle target, Arena arena) {
        return Native.upcall(target.bindTo(this), arena).address();
    }

    long size(long info) {
        return function.stateBytes();
    }

    void initialize(long info, long state) {
        try {
            function.steps().initialize(Memory.view(state, function.stateBytes()));
        } catch (Throwable e) {
            report(info, e);
        }
    }

    /** @param states the address of one pointer per row */
    void update(long info, long chunk, long states) {
        try {
            InputChunk input = ScalarRegistration.inputs(chunk, function.parameters(), null);
            for (int row = 0; row < input.size(); row++) {
                function.steps().update(input, row, state(states, row));
            }
        } catch (Throwable e) {
            report(info, e);
        }
    }

    void combine(long info, long sources, long targets, long count) {
        try {
            for (long i = 0; i < count; i++) {
                function.steps().combine(state(sources, i), state(targets, i));
            }
        } catch (Throwable e) {
            report(info, e);
        }
    }

    void finish(long info, long states, long output, long count, long offset) {
        try {
            OutputVector vector = new OutputVector(output, function.result());
            for (long i = 0; i < count; i++) {
                function.steps().finish(state(states, i), vector, Math.toIntExact(offset + i));
            }
        } catch (Throwable e) {
            report(info, e);
        }
    }

    private MemorySegment state(long pointers, long index) {
        return Memory.view(Memory.getLong(pointers + index * Long.BYTES), function.stateBytes());
    }

    private static void report(long info, Throwable failure) {
        ScalarRegistration.report(Native.AGGREGATE_ERROR, info, failure);
    }
}
