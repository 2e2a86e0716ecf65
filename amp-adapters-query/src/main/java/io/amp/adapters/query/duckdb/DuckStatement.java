package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared statement. Its result columns are known before it runs; it can run several times, one result open at a time. */
public final class DuckStatement implements AutoCloseable {
    /** {@code duckdb_statement_type}. */
    private static final int SELECT = 1;

    private static final int EXPLAIN = 4;

    private final DuckConnection connection;
    private long handle;
    private @Nullable List<DuckColumn> columns;
    private @Nullable DuckResult result;

    DuckStatement(DuckConnection connection, long handle) {
        this.connection = connection;
        this.handle = handle;
    }

    /** The columns of the result in order. A type that follows from
     * a parameter is not known yet ({@code INVALID}); {@link DuckResult#columns()} knows it. */
    public List<DuckColumn> columns() {
        acquire();
        try {
            List<DuckColumn> known = columns;
            if (known == null) {
                List<DuckColumn> read = new ArrayList<>();
                long count = Native.PREPARED_COLUMN_COUNT.call(handle);
                for (long i = 0; i < count; i++) {
                    String name = Native.takeText(Native.PREPARED_COLUMN_NAME.call(handle, i));
                    read.add(new DuckColumn(name, DuckType.take(Native.PREPARED_COLUMN_TYPE.call(handle, i))));
                }
                known = List.copyOf(read);
                columns = known;
            }
            return known;
        } finally {
            connection.release();
        }
    }

    /** Whether the statement only reads: {@code SELECT}, or {@code EXPLAIN} of anything. */
    public boolean isQuery() {
        acquire();
        try {
            int type = (int) Native.PREPARED_STATEMENT_TYPE.call(handle);
            return type == SELECT || type == EXPLAIN;
        } finally {
            connection.release();
        }
    }

    /** Number of parameters, {@code $1}, {@code ?} or {@code $name}. */
    public int parameterCount() {
        acquire();
        try {
            return Math.toIntExact(Native.PARAMETER_COUNT.call(handle));
        } finally {
            connection.release();
        }
    }

    /** The type the engine expects, {@code INVALID} or {@code SQLNULL} where it has no expectation. */
    public DuckType parameterType(int index) {
        acquire();
        try {
            long type = Native.PARAMETER_TYPE.call(handle, index);
            return type == 0 ? DuckType.plain(DuckType.Id.INVALID) : DuckType.take(type);
        } finally {
            connection.release();
        }
    }

    /**
     * Gives a parameter its value until the next {@code bind} or {@link #clearBindings()}.
     *
     * @param index from 1
     * @param value null, Boolean, Byte to Long, Float, Double, String, {@code byte[]}, BigInteger up to 64 bits unsigned; a larger BigInteger
     *     and a BigDecimal are bound as text for an explicit cast
     */
    public void bind(int index, @Nullable Object value) {
        acquire();
        long bound = 0;
        try {
            bound = create(value);
            if (Native.BIND_VALUE.call(handle, index, bound) != Native.SUCCESS) {
                String message = Memory.text(Native.PREPARE_ERROR.call(handle));
                throw new DuckException(
                        DuckError.INVALID_INPUT,
                        message.isEmpty() ? "no parameter " + index : DuckError.INVALID_INPUT.withoutPrefix(message));
            }
        } finally {
            Native.destroy(Native.DESTROY_VALUE, bound);
            connection.release();
        }
    }

    public void clearBindings() {
        acquire();
        try {
            Native.CLEAR_BINDINGS.call(handle);
        } finally {
            connection.release();
        }
    }

    private static long create(@Nullable Object value) {
        return switch (value) {
            case null -> Native.CREATE_NULL.call();
            case Boolean truth -> Native.CREATE_BOOL.call(truth ? 1 : 0);
            case Byte number -> Native.CREATE_INT64.call(number);
            case Short number -> Native.CREATE_INT64.call(number);
            case Integer number -> Native.CREATE_INT64.call(number);
            case Long number -> Native.CREATE_INT64.call(number);
            case Float number -> Native.createDouble(number);
            case Double number -> Native.createDouble(number);
            case String text -> sized(Native.CREATE_VARCHAR, text.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes -> sized(Native.CREATE_BLOB, bytes);
            case BigInteger number when number.bitLength() < Long.SIZE -> Native.CREATE_INT64.call(number.longValue());
            case BigInteger number
            when number.signum() > 0 && number.bitLength() == Long.SIZE ->
                Native.CREATE_UINT64.call(number.longValue());
            case BigInteger number -> create(number.toString());
            case BigDecimal number -> create(number.toPlainString());
            default ->
                throw new IllegalArgumentException(
                        "cannot bind a " + value.getClass().getName());
        };
    }

    private static long sized(Native.Call2 constructor, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            return constructor.call(copy.address(), bytes.length);
        }
    }

    /**
     * Starts the execution and returns when the first rows are there. An earlier result of the same connection is closed.
     *
     * @throws DuckException the execution failed before its first row, or was interrupted
     */
    public DuckResult execute() {
        acquire();
        try (Arena arena = Arena.ofConfined()) {
            connection.closeResults();
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            long state = Native.PENDING_STREAMING.call(handle, out.address());
            long pending = out.get(ValueLayout.JAVA_LONG, 0);
            try {
                if (state != Native.SUCCESS) {
                    String message = Memory.text(Native.PENDING_ERROR.call(pending));
                    throw connection.failure(DuckError.ofPrefix(message), message);
                }
                connection.checkInterruptAfterStart();
                DuckResult started = DuckResult.of(connection, pending);
                result = started;
                return started;
            } finally {
                Native.destroy(Native.DESTROY_PENDING, pending);
            }
        } finally {
            connection.release();
        }
    }

    private void acquire() {
        connection.acquire();
        if (handle == 0) {
            connection.release();
            throw new IllegalStateException("the statement is closed");
        }
    }

    void closeResult() {
        DuckResult open = result;
        if (open != null) {
            open.close();
            result = null;
        }
    }

    @Override
    public void close() {
        connection.acquireInterrupting();
        try {
            if (handle != 0) {
                closeResult();
                Native.destroy(Native.DESTROY_PREPARE, handle);
                handle = 0;
                connection.forget(this);
            }
        } finally {
            connection.release();
        }
    }
}
