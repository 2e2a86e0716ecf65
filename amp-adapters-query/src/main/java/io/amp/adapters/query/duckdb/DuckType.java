package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A type of the engine, complete with everything nested in it.
 *
 * @param width digits of a {@code DECIMAL}, else 0
 * @param scale digits after the point of a {@code DECIMAL}, else 0
 * @param size elements of an {@code ARRAY}, else 0
 * @param children {@code element} of a list or array, {@code key} and {@code value} of a map, the named fields of a struct
 * @param labels the values of an {@code ENUM} in order
 */
public record DuckType(Id id, int width, int scale, int size, List<Child> children, List<String> labels) {

    /** The kinds of type, in the order of {@code duckdb_type}. */
    public enum Id {
        INVALID,
        BOOLEAN,
        TINYINT,
        SMALLINT,
        INTEGER,
        BIGINT,
        UTINYINT,
        USMALLINT,
        UINTEGER,
        UBIGINT,
        FLOAT,
        DOUBLE,
        TIMESTAMP,
        DATE,
        TIME,
        INTERVAL,
        HUGEINT,
        VARCHAR,
        BLOB,
        DECIMAL,
        TIMESTAMP_S,
        TIMESTAMP_MS,
        TIMESTAMP_NS,
        ENUM,
        LIST,
        STRUCT,
        MAP,
        UUID,
        UNION,
        BIT,
        TIME_TZ,
        TIMESTAMP_TZ,
        UHUGEINT,
        ARRAY,
        /** Any type, for the parameters of functions only. */
        ANY,
        BIGNUM,
        SQLNULL,
        STRING_LITERAL,
        INTEGER_LITERAL,
        TIME_NS,
        GEOMETRY,
        VARIANT,
        TIMESTAMP_TZ_NS;

        private static final List<Id> BY_CODE = List.of(values());

        static Id ofCode(int code) {
            return code >= 0 && code < BY_CODE.size() ? BY_CODE.get(code) : INVALID;
        }

        int code() {
            return BY_CODE.indexOf(this);
        }
    }

    /** A named part of a nested type. */
    public record Child(String name, DuckType type) {}

    public static final DuckType BOOLEAN = plain(Id.BOOLEAN);
    public static final DuckType TINYINT = plain(Id.TINYINT);
    public static final DuckType SMALLINT = plain(Id.SMALLINT);
    public static final DuckType INTEGER = plain(Id.INTEGER);
    public static final DuckType BIGINT = plain(Id.BIGINT);
    public static final DuckType UTINYINT = plain(Id.UTINYINT);
    public static final DuckType USMALLINT = plain(Id.USMALLINT);
    public static final DuckType UINTEGER = plain(Id.UINTEGER);
    public static final DuckType UBIGINT = plain(Id.UBIGINT);
    public static final DuckType HUGEINT = plain(Id.HUGEINT);
    public static final DuckType UHUGEINT = plain(Id.UHUGEINT);
    public static final DuckType BIGNUM = plain(Id.BIGNUM);
    public static final DuckType FLOAT = plain(Id.FLOAT);
    public static final DuckType DOUBLE = plain(Id.DOUBLE);
    public static final DuckType VARCHAR = plain(Id.VARCHAR);
    public static final DuckType BLOB = plain(Id.BLOB);
    public static final DuckType DATE = plain(Id.DATE);
    public static final DuckType TIME = plain(Id.TIME);
    public static final DuckType TIME_NS = plain(Id.TIME_NS);
    public static final DuckType INTERVAL = plain(Id.INTERVAL);
    public static final DuckType TIMESTAMP = plain(Id.TIMESTAMP);
    public static final DuckType TIMESTAMP_NS = plain(Id.TIMESTAMP_NS);
    public static final DuckType TIMESTAMP_TZ = plain(Id.TIMESTAMP_TZ);
    public static final DuckType TIMESTAMP_TZ_NS = plain(Id.TIMESTAMP_TZ_NS);
    public static final DuckType UUID = plain(Id.UUID);
    public static final DuckType ANY = plain(Id.ANY);

    public DuckType {
        children = List.copyOf(children);
        labels = List.copyOf(labels);
    }

    /** A type without parameters or parts. */
    public static DuckType plain(Id id) {
        return new DuckType(id, 0, 0, 0, List.of(), List.of());
    }

    public static DuckType decimal(int width, int scale) {
        if (width < 1 || width > 38 || scale < 0 || scale > width) {
            throw new IllegalArgumentException("no DECIMAL(" + width + "," + scale + ")");
        }
        return new DuckType(Id.DECIMAL, width, scale, 0, List.of(), List.of());
    }

    public static DuckType list(DuckType element) {
        return new DuckType(Id.LIST, 0, 0, 0, List.of(new Child("element", element)), List.of());
    }

    public static DuckType array(DuckType element, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("an array needs at least one element, not " + size);
        }
        return new DuckType(Id.ARRAY, 0, 0, size, List.of(new Child("element", element)), List.of());
    }

    public static DuckType map(DuckType key, DuckType value) {
        return new DuckType(Id.MAP, 0, 0, 0, List.of(new Child("key", key), new Child("value", value)), List.of());
    }

    public static DuckType struct(List<Child> fields) {
        return new DuckType(Id.STRUCT, 0, 0, 0, fields, List.of());
    }

    public DuckType child(int index) {
        return children.get(index).type;
    }

    /** Whether values can have this type, which no part leaves open. */
    boolean isConcrete() {
        return id != Id.ANY && children.stream().allMatch(child -> child.type.isConcrete());
    }

    /** Reads and frees a handle that the engine gave away. */
    static DuckType take(long handle) {
        try {
            return read(handle);
        } finally {
            Native.destroy(Native.DESTROY_TYPE, handle);
        }
    }

    private static DuckType read(long handle) {
        Id id = Id.ofCode((int) Native.TYPE_ID.call(handle));
        return switch (id) {
            case DECIMAL -> decimal((int) Native.DECIMAL_WIDTH.call(handle), (int) Native.DECIMAL_SCALE.call(handle));
            case LIST -> list(take(Native.LIST_ELEMENT_TYPE.call(handle)));
            case ARRAY ->
                array(take(Native.ARRAY_ELEMENT_TYPE.call(handle)), Math.toIntExact(Native.ARRAY_SIZE.call(handle)));
            case MAP -> map(take(Native.MAP_KEY_TYPE.call(handle)), take(Native.MAP_VALUE_TYPE.call(handle)));
            case STRUCT -> {
                List<Child> fields = new ArrayList<>();
                long count = Native.STRUCT_CHILD_COUNT.call(handle);
                for (long i = 0; i < count; i++) {
                    String name = Native.takeText(Native.STRUCT_CHILD_NAME.call(handle, i));
                    fields.add(new Child(name, take(Native.STRUCT_CHILD_TYPE.call(handle, i))));
                }
                yield struct(fields);
            }
            case ENUM -> {
                List<String> labels = new ArrayList<>();
                long count = Integer.toUnsignedLong((int) Native.ENUM_SIZE.call(handle));
                for (long i = 0; i < count; i++) {
                    labels.add(Native.takeText(Native.ENUM_LABEL.call(handle, i)));
                }
                yield new DuckType(Id.ENUM, 0, 0, 0, List.of(), labels);
            }
            default -> plain(id);
        };
    }

    /** A handle of this type, to be destroyed by the caller. */
    long create() {
        return switch (id) {
            case DECIMAL -> Native.CREATE_DECIMAL.call(width, scale);
            case LIST -> withChild(0, Native.CREATE_LIST::call);
            case ARRAY -> withChild(0, element -> Native.CREATE_ARRAY.call(element, size));
            case MAP -> withChild(0, key -> withChild(1, value -> Native.CREATE_MAP.call(key, value)));
            case STRUCT -> createStruct();
            case ENUM, UNION, INVALID, STRING_LITERAL, INTEGER_LITERAL ->
                throw new IllegalArgumentException("no function can take or return " + id);
            default -> Native.CREATE_TYPE.call(id.code());
        };
    }

    private interface HandleUse {
        long with(long handle);
    }

    private long withChild(int index, HandleUse use) {
        long handle = child(index).create();
        try {
            return use.with(handle);
        } finally {
            Native.destroy(Native.DESTROY_TYPE, handle);
        }
    }

    private long createStruct() {
        long count = children.size();
        long[] handles = new long[children.size()];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment types = arena.allocate(ValueLayout.JAVA_LONG, count);
            MemorySegment names = arena.allocate(ValueLayout.JAVA_LONG, count);
            for (int i = 0; i < count; i++) {
                handles[i] = child(i).create();
                types.setAtIndex(ValueLayout.JAVA_LONG, i, handles[i]);
                MemorySegment name = Native.cString(arena, children.get(i).name);
                names.setAtIndex(ValueLayout.JAVA_LONG, i, name.address());
            }
            return Native.CREATE_STRUCT.call(types.address(), names.address(), count);
        } finally {
            for (long handle : handles) {
                Native.destroy(Native.DESTROY_TYPE, handle);
            }
        }
    }

    /** The type as SQL writes it. */
    @Override
    public String toString() {
        return switch (id) {
            case DECIMAL -> "DECIMAL(" + width + "," + scale + ")";
            case LIST -> child(0) + "[]";
            case ARRAY -> child(0) + "[" + size + "]";
            case MAP -> "MAP(" + child(0) + ", " + child(1) + ")";
            case STRUCT ->
                IntStream.range(0, children.size())
                        .mapToObj(i -> quoted(children.get(i).name, '"') + " " + child(i))
                        .collect(Collectors.joining(", ", "STRUCT(", ")"));
            case ENUM -> labels.stream().map(l -> quoted(l, '\'')).collect(Collectors.joining(", ", "ENUM(", ")"));
            case TIMESTAMP_TZ -> "TIMESTAMP WITH TIME ZONE";
            case TIMESTAMP_TZ_NS -> "TIMESTAMPTZ_NS";
            case TIME_TZ -> "TIME WITH TIME ZONE";
            case SQLNULL -> "\"NULL\"";
            default -> id.name().toUpperCase(Locale.ROOT);
        };
    }

    private static String quoted(String text, char quote) {
        String q = String.valueOf(quote);
        return q + text.replace(q, q + q) + q;
    }
}
