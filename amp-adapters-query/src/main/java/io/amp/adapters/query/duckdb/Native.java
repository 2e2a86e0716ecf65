package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bound functions of the C interface.
 *
 * <p>Every argument and result is a {@code long}: handles and addresses as they are, narrower integers widened, truth values 0 or 1.
 * The descriptors keep the widths of the C declarations. A record in a static final field is a constant to the compiler, so a call
 * through it is as direct as a hand-written one.
 *
 * <p>{@code CRITICAL} calls keep the thread in Java state and hold up the garbage collector: only for functions that read or set a field
 * and can neither wait nor call back.
 */
final class Native {
    static final long SUCCESS = 0;

    private static final ValueLayout.OfLong PTR = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfBoolean BOOL = ValueLayout.JAVA_BOOLEAN;
    private static final @Nullable MemoryLayout VOID = null;
    private static final Linker.Option[] PLAIN = {};
    private static final Linker.Option[] CRITICAL = {Linker.Option.critical(true)};

    /** {@code duckdb_result}: six words, passed by value to the fetch. */
    static final StructLayout RESULT = MemoryLayout.structLayout(PTR, PTR, PTR, PTR, PTR, PTR);
    /** {@code duckdb_blob}: address and length, returned by value. */
    private static final StructLayout BLOB = MemoryLayout.structLayout(PTR, PTR);

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = NativeLibrary.load();

    // Database and connection
    static final Call4 OPEN_EXT = new Call4(bind("duckdb_open_ext", PLAIN, INT, PTR, PTR, PTR, PTR));
    static final Call1 CLOSE = new Call1(bind("duckdb_close", PLAIN, VOID, PTR));
    static final Call2 CONNECT = new Call2(bind("duckdb_connect", PLAIN, INT, PTR, PTR));
    static final Call1 DISCONNECT = new Call1(bind("duckdb_disconnect", PLAIN, VOID, PTR));
    static final Call1 INTERRUPT = new Call1(bind("duckdb_interrupt", PLAIN, VOID, PTR));
    static final Call0 LIBRARY_VERSION = new Call0(bind("duckdb_library_version", PLAIN, PTR));
    static final Call3 QUERY = new Call3(bind("duckdb_query", PLAIN, INT, PTR, PTR, PTR));
    static final Call1 FREE = new Call1(bind("duckdb_free", PLAIN, VOID, PTR));

    // Prepared statements and results
    static final Call3 PREPARE = new Call3(bind("duckdb_prepare", PLAIN, INT, PTR, PTR, PTR));
    static final Call1 DESTROY_PREPARE = new Call1(bind("duckdb_destroy_prepare", PLAIN, VOID, PTR));
    static final Call1 PREPARE_ERROR = new Call1(bind("duckdb_prepare_error", PLAIN, PTR, PTR));
    static final Call1 PREPARED_STATEMENT_TYPE = new Call1(bind("duckdb_prepared_statement_type", PLAIN, INT, PTR));
    static final Call1 PREPARED_COLUMN_COUNT =
            new Call1(bind("duckdb_prepared_statement_column_count", PLAIN, PTR, PTR));
    static final Call2 PREPARED_COLUMN_NAME =
            new Call2(bind("duckdb_prepared_statement_column_name", PLAIN, PTR, PTR, PTR));
    static final Call2 PREPARED_COLUMN_TYPE =
            new Call2(bind("duckdb_prepared_statement_column_logical_type", PLAIN, PTR, PTR, PTR));
    static final Call1 PARAMETER_COUNT = new Call1(bind("duckdb_nparams", PLAIN, PTR, PTR));
    static final Call2 PARAMETER_NAME = new Call2(bind("duckdb_parameter_name", PLAIN, PTR, PTR, PTR));
    static final Call2 PARAMETER_TYPE = new Call2(bind("duckdb_param_logical_type", PLAIN, PTR, PTR, PTR));
    static final Call3 BIND_VALUE = new Call3(bind("duckdb_bind_value", PLAIN, INT, PTR, PTR, PTR));
    static final Call1 CLEAR_BINDINGS = new Call1(bind("duckdb_clear_bindings", PLAIN, INT, PTR));
    static final Call2 PENDING_STREAMING = new Call2(bind("duckdb_pending_prepared_streaming", PLAIN, INT, PTR, PTR));
    static final Call1 PENDING_ERROR = new Call1(bind("duckdb_pending_error", PLAIN, PTR, PTR));
    static final Call2 EXECUTE_PENDING = new Call2(bind("duckdb_execute_pending", PLAIN, INT, PTR, PTR));
    static final Call1 DESTROY_PENDING = new Call1(bind("duckdb_destroy_pending", PLAIN, VOID, PTR));
    static final Call1 RESULT_COLUMN_COUNT = new Call1(bind("duckdb_column_count", PLAIN, PTR, PTR));
    static final Call2 RESULT_COLUMN_NAME = new Call2(bind("duckdb_column_name", PLAIN, PTR, PTR, PTR));
    static final Call2 RESULT_COLUMN_TYPE = new Call2(bind("duckdb_column_logical_type", PLAIN, PTR, PTR, PTR));
    static final Call1 RESULT_ERROR = new Call1(bind("duckdb_result_error", PLAIN, PTR, PTR));
    static final Call1 RESULT_ERROR_TYPE = new Call1(bind("duckdb_result_error_type", PLAIN, INT, PTR));
    static final Call1 DESTROY_RESULT = new Call1(bind("duckdb_destroy_result", PLAIN, VOID, PTR));
    static final Call1 CHUNK_SIZE = new Call1(bind("duckdb_data_chunk_get_size", CRITICAL, PTR, PTR));
    static final Call1 CHUNK_COLUMN_COUNT = new Call1(bind("duckdb_data_chunk_get_column_count", CRITICAL, PTR, PTR));
    static final Call2 CHUNK_VECTOR = new Call2(bind("duckdb_data_chunk_get_vector", CRITICAL, PTR, PTR, PTR));
    static final Call1 DESTROY_CHUNK = new Call1(bind("duckdb_destroy_data_chunk", PLAIN, VOID, PTR));

    // Vectors
    static final Call1 VECTOR_TYPE = new Call1(bind("duckdb_vector_get_column_type", PLAIN, PTR, PTR));
    static final Call1 VECTOR_DATA = new Call1(bind("duckdb_vector_get_data", CRITICAL, PTR, PTR));
    static final Call1 VECTOR_VALIDITY = new Call1(bind("duckdb_vector_get_validity", CRITICAL, PTR, PTR));
    static final Call1 VECTOR_ENSURE_VALIDITY =
            new Call1(bind("duckdb_vector_ensure_validity_writable", CRITICAL, VOID, PTR));
    static final Call2 STRUCT_CHILD = new Call2(bind("duckdb_struct_vector_get_child", CRITICAL, PTR, PTR, PTR));
    static final Call1 LIST_CHILD = new Call1(bind("duckdb_list_vector_get_child", CRITICAL, PTR, PTR));
    static final Call1 LIST_SIZE = new Call1(bind("duckdb_list_vector_get_size", CRITICAL, PTR, PTR));
    static final Call2 LIST_RESERVE = new Call2(bind("duckdb_list_vector_reserve", PLAIN, INT, PTR, PTR));
    static final Call2 LIST_SET_SIZE = new Call2(bind("duckdb_list_vector_set_size", PLAIN, INT, PTR, PTR));
    static final Call1 ARRAY_CHILD = new Call1(bind("duckdb_array_vector_get_child", CRITICAL, PTR, PTR));
    static final Call2 CREATE_VECTOR = new Call2(bind("duckdb_create_vector", PLAIN, PTR, PTR, PTR));
    static final Call1 DESTROY_VECTOR = new Call1(bind("duckdb_destroy_vector", PLAIN, VOID, PTR));
    static final Call1 CREATE_SELECTION = new Call1(bind("duckdb_create_selection_vector", PLAIN, PTR, PTR));
    static final Call1 SELECTION_DATA = new Call1(bind("duckdb_selection_vector_get_data_ptr", CRITICAL, PTR, PTR));
    static final Call1 DESTROY_SELECTION = new Call1(bind("duckdb_destroy_selection_vector", PLAIN, VOID, PTR));
    static final Call6 COPY_SELECTED =
            new Call6(bind("duckdb_vector_copy_sel", PLAIN, VOID, PTR, PTR, PTR, PTR, PTR, PTR));

    // Types
    static final Call1 CREATE_TYPE = new Call1(bind("duckdb_create_logical_type", PLAIN, PTR, INT));
    static final Call2 CREATE_DECIMAL = new Call2(bind("duckdb_create_decimal_type", PLAIN, PTR, BYTE, BYTE));
    static final Call1 CREATE_LIST = new Call1(bind("duckdb_create_list_type", PLAIN, PTR, PTR));
    static final Call2 CREATE_ARRAY = new Call2(bind("duckdb_create_array_type", PLAIN, PTR, PTR, PTR));
    static final Call2 CREATE_MAP = new Call2(bind("duckdb_create_map_type", PLAIN, PTR, PTR, PTR));
    static final Call3 CREATE_STRUCT = new Call3(bind("duckdb_create_struct_type", PLAIN, PTR, PTR, PTR, PTR));
    static final Call1 DESTROY_TYPE = new Call1(bind("duckdb_destroy_logical_type", PLAIN, VOID, PTR));
    static final Call1 TYPE_ID = new Call1(bind("duckdb_get_type_id", PLAIN, INT, PTR));
    static final Call1 TYPE_ALIAS = new Call1(bind("duckdb_logical_type_get_alias", PLAIN, PTR, PTR));
    static final Call1 DECIMAL_WIDTH = new Call1(bind("duckdb_decimal_width", PLAIN, BYTE, PTR));
    static final Call1 DECIMAL_SCALE = new Call1(bind("duckdb_decimal_scale", PLAIN, BYTE, PTR));
    static final Call1 ENUM_SIZE = new Call1(bind("duckdb_enum_dictionary_size", PLAIN, INT, PTR));
    static final Call2 ENUM_LABEL = new Call2(bind("duckdb_enum_dictionary_value", PLAIN, PTR, PTR, PTR));
    static final Call1 LIST_ELEMENT_TYPE = new Call1(bind("duckdb_list_type_child_type", PLAIN, PTR, PTR));
    static final Call1 ARRAY_ELEMENT_TYPE = new Call1(bind("duckdb_array_type_child_type", PLAIN, PTR, PTR));
    static final Call1 ARRAY_SIZE = new Call1(bind("duckdb_array_type_array_size", PLAIN, PTR, PTR));
    static final Call1 MAP_KEY_TYPE = new Call1(bind("duckdb_map_type_key_type", PLAIN, PTR, PTR));
    static final Call1 MAP_VALUE_TYPE = new Call1(bind("duckdb_map_type_value_type", PLAIN, PTR, PTR));
    static final Call1 STRUCT_CHILD_COUNT = new Call1(bind("duckdb_struct_type_child_count", PLAIN, PTR, PTR));
    static final Call2 STRUCT_CHILD_NAME = new Call2(bind("duckdb_struct_type_child_name", PLAIN, PTR, PTR, PTR));
    static final Call2 STRUCT_CHILD_TYPE = new Call2(bind("duckdb_struct_type_child_type", PLAIN, PTR, PTR, PTR));

    // Values
    static final Call0 CREATE_NULL = new Call0(bind("duckdb_create_null_value", PLAIN, PTR));
    static final Call1 CREATE_BOOL = new Call1(bind("duckdb_create_bool", PLAIN, PTR, BOOL));
    static final Call1 CREATE_INT64 = new Call1(bind("duckdb_create_int64", PLAIN, PTR, PTR));
    static final Call1 CREATE_UINT64 = new Call1(bind("duckdb_create_uint64", PLAIN, PTR, PTR));
    static final Call2 CREATE_VARCHAR = new Call2(bind("duckdb_create_varchar_length", PLAIN, PTR, PTR, PTR));
    static final Call2 CREATE_BLOB = new Call2(bind("duckdb_create_blob", PLAIN, PTR, PTR, PTR));
    static final Call1 DESTROY_VALUE = new Call1(bind("duckdb_destroy_value", PLAIN, VOID, PTR));
    static final Call1 IS_NULL_VALUE = new Call1(bind("duckdb_is_null_value", PLAIN, BOOL, PTR));
    static final Call1 VALUE_TYPE = new Call1(bind("duckdb_get_value_type", PLAIN, PTR, PTR));
    static final Call1 VALUE_TEXT = new Call1(bind("duckdb_get_varchar", PLAIN, PTR, PTR));

    // Scalar functions
    static final Call0 CREATE_SCALAR = new Call0(bind("duckdb_create_scalar_function", PLAIN, PTR));
    static final Call1 DESTROY_SCALAR = new Call1(bind("duckdb_destroy_scalar_function", PLAIN, VOID, PTR));
    static final Call2 SCALAR_NAME = new Call2(bind("duckdb_scalar_function_set_name", PLAIN, VOID, PTR, PTR));
    static final Call2 SCALAR_PARAMETER =
            new Call2(bind("duckdb_scalar_function_add_parameter", PLAIN, VOID, PTR, PTR));
    static final Call2 SCALAR_VARARGS = new Call2(bind("duckdb_scalar_function_set_varargs", PLAIN, VOID, PTR, PTR));
    static final Call2 SCALAR_RETURN = new Call2(bind("duckdb_scalar_function_set_return_type", PLAIN, VOID, PTR, PTR));
    static final Call1 SCALAR_SPECIAL_NULLS =
            new Call1(bind("duckdb_scalar_function_set_special_handling", PLAIN, VOID, PTR));
    static final Call1 SCALAR_VOLATILE = new Call1(bind("duckdb_scalar_function_set_volatile", PLAIN, VOID, PTR));
    static final Call2 SCALAR_BIND = new Call2(bind("duckdb_scalar_function_set_bind", PLAIN, VOID, PTR, PTR));
    static final Call2 SCALAR_BODY = new Call2(bind("duckdb_scalar_function_set_function", PLAIN, VOID, PTR, PTR));
    static final Call2 REGISTER_SCALAR = new Call2(bind("duckdb_register_scalar_function", PLAIN, INT, PTR, PTR));
    static final Call1 CREATE_SCALAR_SET = new Call1(bind("duckdb_create_scalar_function_set", PLAIN, PTR, PTR));
    static final Call1 DESTROY_SCALAR_SET = new Call1(bind("duckdb_destroy_scalar_function_set", PLAIN, VOID, PTR));
    static final Call2 ADD_SCALAR_TO_SET = new Call2(bind("duckdb_add_scalar_function_to_set", PLAIN, INT, PTR, PTR));
    static final Call2 REGISTER_SCALAR_SET =
            new Call2(bind("duckdb_register_scalar_function_set", PLAIN, INT, PTR, PTR));
    static final Call2 SCALAR_ERROR = new Call2(bind("duckdb_scalar_function_set_error", PLAIN, VOID, PTR, PTR));
    static final Call2 SCALAR_BIND_ERROR =
            new Call2(bind("duckdb_scalar_function_bind_set_error", PLAIN, VOID, PTR, PTR));
    static final Call1 SCALAR_BIND_ARGUMENT_COUNT =
            new Call1(bind("duckdb_scalar_function_bind_get_argument_count", PLAIN, PTR, PTR));
    static final Call2 SCALAR_BIND_ARGUMENT =
            new Call2(bind("duckdb_scalar_function_bind_get_argument", PLAIN, PTR, PTR, PTR));
    static final Call2 SCALAR_CLIENT_CONTEXT =
            new Call2(bind("duckdb_scalar_function_get_client_context", PLAIN, VOID, PTR, PTR));
    static final Call3 SCALAR_SET_BIND_DATA =
            new Call3(bind("duckdb_scalar_function_set_bind_data", PLAIN, VOID, PTR, PTR, PTR));
    static final Call2 SCALAR_SET_BIND_DATA_COPY =
            new Call2(bind("duckdb_scalar_function_set_bind_data_copy", PLAIN, VOID, PTR, PTR));
    static final Call1 SCALAR_GET_BIND_DATA =
            new Call1(bind("duckdb_scalar_function_get_bind_data", CRITICAL, PTR, PTR));
    static final Call1 DESTROY_CLIENT_CONTEXT = new Call1(bind("duckdb_destroy_client_context", PLAIN, VOID, PTR));
    static final Call1 EXPRESSION_FOLDABLE = new Call1(bind("duckdb_expression_is_foldable", PLAIN, BOOL, PTR));
    static final Call3 EXPRESSION_FOLD = new Call3(bind("duckdb_expression_fold", PLAIN, PTR, PTR, PTR, PTR));
    static final Call1 EXPRESSION_TYPE = new Call1(bind("duckdb_expression_return_type", PLAIN, PTR, PTR));
    static final Call1 DESTROY_EXPRESSION = new Call1(bind("duckdb_destroy_expression", PLAIN, VOID, PTR));
    static final Call1 ERROR_DATA_HAS_ERROR = new Call1(bind("duckdb_error_data_has_error", PLAIN, BOOL, PTR));
    static final Call1 ERROR_DATA_MESSAGE = new Call1(bind("duckdb_error_data_message", PLAIN, PTR, PTR));
    static final Call1 ERROR_DATA_TYPE = new Call1(bind("duckdb_error_data_error_type", PLAIN, INT, PTR));
    static final Call1 DESTROY_ERROR_DATA = new Call1(bind("duckdb_destroy_error_data", PLAIN, VOID, PTR));

    // Aggregate functions
    static final Call0 CREATE_AGGREGATE = new Call0(bind("duckdb_create_aggregate_function", PLAIN, PTR));
    static final Call1 DESTROY_AGGREGATE = new Call1(bind("duckdb_destroy_aggregate_function", PLAIN, VOID, PTR));
    static final Call2 AGGREGATE_NAME = new Call2(bind("duckdb_aggregate_function_set_name", PLAIN, VOID, PTR, PTR));
    static final Call2 AGGREGATE_PARAMETER =
            new Call2(bind("duckdb_aggregate_function_add_parameter", PLAIN, VOID, PTR, PTR));
    static final Call2 AGGREGATE_RETURN =
            new Call2(bind("duckdb_aggregate_function_set_return_type", PLAIN, VOID, PTR, PTR));
    static final Call6 AGGREGATE_FUNCTIONS =
            new Call6(bind("duckdb_aggregate_function_set_functions", PLAIN, VOID, PTR, PTR, PTR, PTR, PTR, PTR));
    static final Call1 AGGREGATE_SPECIAL_NULLS =
            new Call1(bind("duckdb_aggregate_function_set_special_handling", PLAIN, VOID, PTR));
    static final Call2 AGGREGATE_ERROR = new Call2(bind("duckdb_aggregate_function_set_error", PLAIN, VOID, PTR, PTR));
    static final Call2 REGISTER_AGGREGATE = new Call2(bind("duckdb_register_aggregate_function", PLAIN, INT, PTR, PTR));
    static final Call1 CREATE_AGGREGATE_SET = new Call1(bind("duckdb_create_aggregate_function_set", PLAIN, PTR, PTR));
    static final Call1 DESTROY_AGGREGATE_SET =
            new Call1(bind("duckdb_destroy_aggregate_function_set", PLAIN, VOID, PTR));
    static final Call2 ADD_AGGREGATE_TO_SET =
            new Call2(bind("duckdb_add_aggregate_function_to_set", PLAIN, INT, PTR, PTR));
    static final Call2 REGISTER_AGGREGATE_SET =
            new Call2(bind("duckdb_register_aggregate_function_set", PLAIN, INT, PTR, PTR));

    private static final MethodHandle FETCH_CHUNK =
            downcall("duckdb_fetch_chunk", FunctionDescriptor.of(PTR, RESULT), PLAIN);
    private static final MethodHandle CREATE_DOUBLE =
            downcall("duckdb_create_double", FunctionDescriptor.of(PTR, ValueLayout.JAVA_DOUBLE), PLAIN);
    private static final MethodHandle VALUE_BLOB = downcall("duckdb_get_blob", FunctionDescriptor.of(BLOB, PTR), PLAIN);
    private static final MethodHandle ASSIGN_STRING = downcall(
            "duckdb_unsafe_vector_assign_string_element_len",
            FunctionDescriptor.ofVoid(PTR, PTR, ValueLayout.ADDRESS, PTR),
            CRITICAL);

    private Native() {}

    record Call0(MethodHandle handle) {
        long call() {
            try {
                return (long) handle.invokeExact();
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    record Call1(MethodHandle handle) {
        long call(long a) {
            try {
                return (long) handle.invokeExact(a);
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    record Call2(MethodHandle handle) {
        long call(long a, long b) {
            try {
                return (long) handle.invokeExact(a, b);
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    record Call3(MethodHandle handle) {
        long call(long a, long b, long c) {
            try {
                return (long) handle.invokeExact(a, b, c);
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    record Call4(MethodHandle handle) {
        long call(long a, long b, long c, long d) {
            try {
                return (long) handle.invokeExact(a, b, c, d);
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    record Call6(MethodHandle handle) {
        long call(long a, long b, long c, long d, long e, long f) {
            try {
                return (long) handle.invokeExact(a, b, c, d, e, f);
            } catch (Throwable t) {
                throw failed(t);
            }
        }
    }

    /** @return the next chunk, 0 at the end and after an error alike */
    static long fetchChunk(MemorySegment result) {
        try {
            return (long) FETCH_CHUNK.invokeExact(result);
        } catch (Throwable t) {
            throw failed(t);
        }
    }

    static long createDouble(double value) {
        try {
            return (long) CREATE_DOUBLE.invokeExact(value);
        } catch (Throwable t) {
            throw failed(t);
        }
    }

    /** Copies {@code length} bytes into a text or binary vector. Text must be valid UTF-8. The bytes may be on the heap. */
    static void assignString(long vector, long row, MemorySegment bytes, long length) {
        try {
            ASSIGN_STRING.invokeExact(vector, row, bytes, length);
        } catch (Throwable t) {
            throw failed(t);
        }
    }

    static byte[] blobOf(long value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blob = (MemorySegment) VALUE_BLOB.invokeExact((SegmentAllocator) arena, value);
            long address = blob.get(PTR, 0);
            byte[] bytes = Memory.bytes(address, Math.toIntExact(blob.get(PTR, 8)));
            FREE.call(address);
            return bytes;
        } catch (Throwable t) {
            throw failed(t);
        }
    }

    /** Calls one of the destructors, which take the address of the handle. Does nothing for 0. */
    static void destroy(Call1 destructor, long handle) {
        if (handle != 0) {
            try (Arena arena = Arena.ofConfined()) {
                destructor.call(arena.allocateFrom(PTR, handle).address());
            }
        }
    }

    /** The text at {@code address}, which the engine gave away and which is freed here. */
    static String takeText(long address) {
        try {
            return Memory.text(address);
        } finally {
            if (address != 0) {
                FREE.call(address);
            }
        }
    }

    /** @throws DuckException when {@code text} holds a zero character, which would cut it silently */
    static MemorySegment cString(Arena arena, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new DuckException(
                    DuckError.INVALID_INPUT, "text with a zero character cannot be given to the engine");
        }
        return arena.allocateFrom(text, StandardCharsets.UTF_8);
    }

    /** A function pointer that calls {@code target}, whose every parameter and result is a {@code long} or void. */
    static MemorySegment upcall(MethodHandle target, Arena arena) {
        MethodType type = target.type();
        MemoryLayout[] arguments = new MemoryLayout[type.parameterCount()];
        Arrays.fill(arguments, PTR);
        FunctionDescriptor descriptor = type.returnType() == void.class
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(PTR, arguments);
        return LINKER.upcallStub(target, descriptor, arena);
    }

    private static MethodHandle bind(
            String name, Linker.Option[] options, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor descriptor =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        Class<?>[] longs = new Class<?>[arguments.length];
        Arrays.fill(longs, long.class);
        return MethodHandles.explicitCastArguments(
                downcall(name, descriptor, options), MethodType.methodType(long.class, longs));
    }

    private static MethodHandle downcall(String name, FunctionDescriptor descriptor, Linker.Option[] options) {
        MemorySegment symbol = LIBRARY.find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the DuckDB library has no function " + name));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    static RuntimeException failed(Throwable t) {
        return switch (t) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException(t);
        };
    }
}
