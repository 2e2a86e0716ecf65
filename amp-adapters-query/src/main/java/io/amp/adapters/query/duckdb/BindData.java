package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Java objects that the engine holds: it gets a number for a pointer, copies and deletes it through the callbacks here.
 *
 * <p>The engine owns as many numbers as it made copies, and deletes every one of them.
 */
final class BindData {
    private static final Map<Long, Optional<Object>> HELD = new ConcurrentHashMap<>();
    private static final AtomicLong LAST = new AtomicLong();

    private static final MemorySegment COPY;
    private static final MemorySegment DELETE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle copy =
                    lookup.findStatic(BindData.class, "copy", MethodType.methodType(long.class, long.class));
            MethodHandle delete =
                    lookup.findStatic(BindData.class, "delete", MethodType.methodType(void.class, long.class));
            COPY = Native.upcall(copy, Arena.global());
            DELETE = Native.upcall(delete, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private BindData() {}

    static void attach(long info, @Nullable Object value) {
        Native.SCALAR_SET_BIND_DATA.call(info, hold(Optional.ofNullable(value)), DELETE.address());
        Native.SCALAR_SET_BIND_DATA_COPY.call(info, COPY.address());
    }

    static @Nullable Object of(long number) {
        return HELD.getOrDefault(number, Optional.empty()).orElse(null);
    }

    /** How many the engine owns now. */
    static int held() {
        return HELD.size();
    }

    private static long hold(Optional<Object> value) {
        long number = LAST.incrementAndGet();
        HELD.put(number, value);
        return number;
    }

    static long copy(long number) {
        Optional<Object> value = HELD.get(number);
        return value == null ? 0 : hold(value);
    }

    static void delete(long number) {
        HELD.remove(number);
    }
}
