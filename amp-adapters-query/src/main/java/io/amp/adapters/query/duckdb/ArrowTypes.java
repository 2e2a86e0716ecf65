package io.amp.adapters.query.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Which types of the engine become which types of Arrow. */
public final class ArrowTypes {
    private static final String UTC = "+00:00";

    private ArrowTypes() {}

    /**
     * The field that {@code column} becomes when nothing else is asked for: timestamps and times in nanoseconds, zoned ones in UTC; integers
     * of 128 bits as Decimal128(38, 0), unbounded ones as Decimal256(76, 0); everything nullable, elements named {@code item}.
     *
     * @throws IllegalArgumentException the type has no counterpart
     */
    public static Field natural(DuckColumn column) {
        return natural(column.name(), column.type(), true);
    }

    private static Field natural(String name, DuckType type, boolean nullable) {
        List<Field> children = switch (type.id()) {
            case LIST, ARRAY -> List.of(natural("item", type.child(0), true));
            case STRUCT ->
                type.children().stream()
                        .map(child -> natural(child.name(), child.type(), true))
                        .toList();
            case MAP ->
                List.of(new Field(
                        "entries",
                        FieldType.notNullable(ArrowType.Struct.INSTANCE),
                        List.of(natural("key", type.child(0), false), natural("value", type.child(1), true))));
            default -> List.of();
        };
        return new Field(name, new FieldType(nullable, naturalType(type), null), children);
    }

    private static ArrowType naturalType(DuckType type) {
        return switch (type.id()) {
            case BOOLEAN -> ArrowType.Bool.INSTANCE;
            case TINYINT -> new ArrowType.Int(8, true);
            case SMALLINT -> new ArrowType.Int(16, true);
            case INTEGER -> new ArrowType.Int(32, true);
            case BIGINT -> new ArrowType.Int(64, true);
            case UTINYINT -> new ArrowType.Int(8, false);
            case USMALLINT -> new ArrowType.Int(16, false);
            case UINTEGER -> new ArrowType.Int(32, false);
            case UBIGINT -> new ArrowType.Int(64, false);
            case HUGEINT, UHUGEINT -> new ArrowType.Decimal(38, 0, 128);
            case BIGNUM -> new ArrowType.Decimal(76, 0, 256);
            case DECIMAL -> new ArrowType.Decimal(type.width(), type.scale(), 128);
            case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case VARCHAR, ENUM, UUID -> ArrowType.Utf8.INSTANCE;
            case BLOB -> ArrowType.Binary.INSTANCE;
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME, TIME_NS -> new ArrowType.Time(TimeUnit.NANOSECOND, 64);
            case INTERVAL -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
            case TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS ->
                new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
            case TIMESTAMP_TZ, TIMESTAMP_TZ_NS -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, UTC);
            case LIST -> ArrowType.List.INSTANCE;
            case ARRAY -> new ArrowType.FixedSizeList(type.size());
            case STRUCT -> ArrowType.Struct.INSTANCE;
            case MAP -> new ArrowType.Map(false);
            case SQLNULL -> ArrowType.Null.INSTANCE;
            default -> throw new IllegalArgumentException("there is no Arrow type for " + type);
        };
    }

    /** @throws IllegalArgumentException {@code type} cannot become {@code field} */
    static ColumnWriter writer(Field field, DuckType type, BufferAllocator allocator) {
        // Whatever type the engine gives a column of nulls, nothing of it is read.
        if (type.id() == DuckType.Id.SQLNULL || field.getType() instanceof ArrowType.Null) {
            return new NestedWriters.Null(field, allocator);
        }
        return switch (field.getType()) {
            case ArrowType.Bool bool
            when type.id() == DuckType.Id.BOOLEAN -> new FixedWidthWriters.Bool(field, allocator);
            case ArrowType.Int integer -> integer(field, type, integer, allocator);
            case ArrowType.FloatingPoint floating -> floating(field, type, floating, allocator);
            case ArrowType.Decimal decimal -> decimal(field, type, decimal, allocator);
            case ArrowType.Utf8 text -> text(field, type, false, allocator);
            case ArrowType.LargeUtf8 text -> text(field, type, true, allocator);
            case ArrowType.Binary binary when isBytes(type) -> new BytesWriter(field, allocator, false);
            case ArrowType.LargeBinary binary when isBytes(type) -> new BytesWriter(field, allocator, true);
            case ArrowType.FixedSizeBinary binary
            when type.id() == DuckType.Id.BLOB ->
                new FixedWidthWriters.FixedBinary(field, allocator, binary.getByteWidth());
            case ArrowType.FixedSizeBinary binary
            when type.id() == DuckType.Id.UUID && binary.getByteWidth() == 16 ->
                new FixedWidthWriters.Uuid(field, allocator);
            case ArrowType.Date date -> date(field, type, date, allocator);
            case ArrowType.Time time -> time(field, type, time, allocator);
            case ArrowType.Timestamp timestamp -> timestamp(field, type, timestamp.getUnit(), allocator);
            case ArrowType.Duration duration -> duration(field, type, duration.getUnit(), allocator);
            case ArrowType.Interval interval
            when type.id() == DuckType.Id.INTERVAL && interval.getUnit() == IntervalUnit.MONTH_DAY_NANO ->
                new FixedWidthWriters.Interval(field, allocator);
            case ArrowType.List list
            when type.id() == DuckType.Id.LIST ->
                new NestedWriters.VariableList(field, allocator, element(field, type.child(0), allocator), false);
            case ArrowType.LargeList list
            when type.id() == DuckType.Id.LIST ->
                new NestedWriters.VariableList(field, allocator, element(field, type.child(0), allocator), true);
            case ArrowType.FixedSizeList list
            when type.id() == DuckType.Id.ARRAY && list.getListSize() == type.size() ->
                new NestedWriters.FixedList(field, allocator, element(field, type.child(0), allocator), type.size());
            case ArrowType.FixedSizeList list
            when type.id() == DuckType.Id.LIST ->
                new NestedWriters.EqualList(
                        field, allocator, element(field, type.child(0), allocator), list.getListSize());
            // The engine has no structs without fields.
            case ArrowType.Struct struct
            when field.getChildren().isEmpty() && type.id() == DuckType.Id.BOOLEAN ->
                new NestedWriters.Struct(field, allocator, List.of());
            case ArrowType.Struct struct when type.id() == DuckType.Id.STRUCT -> struct(field, type, allocator);
            case ArrowType.Map map
            when type.id() == DuckType.Id.MAP ->
                new NestedWriters.VariableList(
                        field, allocator, struct(field.getChildren().getFirst(), type, allocator), false);
            default -> throw mismatch(field, type);
        };
    }

    private static ColumnWriter element(Field field, DuckType type, BufferAllocator allocator) {
        return writer(field.getChildren().getFirst(), type, allocator);
    }

    /** Fields correspond by position; their names are those asked for. */
    private static ColumnWriter struct(Field field, DuckType type, BufferAllocator allocator) {
        if (field.getChildren().size() != type.children().size()) {
            throw mismatch(field, type);
        }
        List<ColumnWriter> children = new ArrayList<>();
        for (int i = 0; i < type.children().size(); i++) {
            children.add(writer(field.getChildren().get(i), type.child(i), allocator));
        }
        return new NestedWriters.Struct(field, allocator, children);
    }

    private static ColumnWriter integer(Field field, DuckType type, ArrowType.Int target, BufferAllocator allocator) {
        int width = target.getBitWidth() / 8;
        if (!isNumber(type) || type.id() == DuckType.Id.DECIMAL) {
            throw mismatch(field, type);
        }
        return naturalType(type).equals(target)
                ? new FixedWidthWriters.Copy(field, allocator, width)
                : new FixedWidthWriters.WholeNumber(field, allocator, type, width, target.getIsSigned());
    }

    private static ColumnWriter floating(
            Field field, DuckType type, ArrowType.FloatingPoint target, BufferAllocator allocator) {
        FloatingPointPrecision precision = target.getPrecision();
        return switch (type.id()) {
            case FLOAT ->
                switch (precision) {
                    case HALF -> new FixedWidthWriters.Half(field, allocator);
                    case SINGLE -> new FixedWidthWriters.Copy(field, allocator, 4);
                    case DOUBLE -> throw mismatch(field, type);
                };
            case DOUBLE -> {
                if (precision != FloatingPointPrecision.DOUBLE) {
                    throw mismatch(field, type);
                }
                yield new FixedWidthWriters.Copy(field, allocator, 8);
            }
            default -> throw mismatch(field, type);
        };
    }

    private static ColumnWriter decimal(
            Field field, DuckType type, ArrowType.Decimal target, BufferAllocator allocator) {
        int width = target.getBitWidth() / 8;
        if (type.id() == DuckType.Id.BLOB && width == SortableDecimalWriter.BYTES) {
            return new SortableDecimalWriter(field, allocator);
        }
        if (type.id() == DuckType.Id.VARCHAR) {
            WideSource digits = new WideSource.DecimalText(target.getScale());
            return new FixedWidthWriters.Decimal(field, allocator, digits, width, target.getPrecision(), 0);
        }
        int shift = target.getScale() - type.scale();
        if (shift < 0 || !isNumber(type)) {
            throw mismatch(field, type);
        }
        if (type.id() == DuckType.Id.DECIMAL
                && shift == 0
                && WideSource.decimalWidth(type.width()) == width
                && type.width() <= target.getPrecision()) {
            return new FixedWidthWriters.Copy(field, allocator, width);
        }
        return new FixedWidthWriters.Decimal(
                field, allocator, WideSource.of(type), width, target.getPrecision(), shift);
    }

    private static boolean isNumber(DuckType type) {
        return switch (type.id()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT -> true;
            case UTINYINT, USMALLINT, UINTEGER, UBIGINT, UHUGEINT, BIGNUM, DECIMAL -> true;
            default -> false;
        };
    }

    private static boolean isBytes(DuckType type) {
        return type.id() == DuckType.Id.BLOB || type.id() == DuckType.Id.VARCHAR;
    }

    private static ColumnWriter text(Field field, DuckType type, boolean large, BufferAllocator allocator) {
        return switch (type.id()) {
            case VARCHAR -> new BytesWriter(field, allocator, large);
            case ENUM -> new TextWriter(field, allocator, large, TextWriter.labels(type.labels()));
            case UUID -> new TextWriter(field, allocator, large, TextWriter::uuid);
            case BIGNUM -> new TextWriter(field, allocator, large, TextWriter::bignum);
            default -> throw mismatch(field, type);
        };
    }

    private static ColumnWriter date(Field field, DuckType type, ArrowType.Date target, BufferAllocator allocator) {
        boolean days = target.getUnit() == DateUnit.DAY;
        if (type.id() == DuckType.Id.DATE && !days) {
            return new FixedWidthWriters.Scaled(field, allocator, 4, 8, 86_400_000, 1);
        }
        return counts(field, type, type.id() == DuckType.Id.DATE, days ? 4 : 8, allocator);
    }

    private static ColumnWriter time(Field field, DuckType type, ArrowType.Time target, BufferAllocator allocator) {
        int width = target.getBitWidth() / 8;
        return switch (type.id()) {
            case TIME -> scaled(field, 1_000, nanosPer(target.getUnit()), width, allocator);
            case TIME_NS -> scaled(field, 1, nanosPer(target.getUnit()), width, allocator);
            default -> counts(field, type, false, width, allocator);
        };
    }

    /** Values that are laid out alike, or integers of the same width taken as counts of the unit asked for. */
    private static ColumnWriter counts(
            Field field, DuckType type, boolean alike, int width, BufferAllocator allocator) {
        if (alike || type.id() == (width == 4 ? DuckType.Id.INTEGER : DuckType.Id.BIGINT)) {
            return new FixedWidthWriters.Copy(field, allocator, width);
        }
        throw mismatch(field, type);
    }

    private static ColumnWriter timestamp(Field field, DuckType type, TimeUnit unit, BufferAllocator allocator) {
        long nanos = switch (type.id()) {
            case TIMESTAMP_S -> 1_000_000_000;
            case TIMESTAMP_MS -> 1_000_000;
            case TIMESTAMP, TIMESTAMP_TZ -> 1_000;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> 1;
            case BIGINT -> nanosPer(unit);
            default -> throw mismatch(field, type);
        };
        return scaled(field, nanos, nanosPer(unit), 8, allocator);
    }

    private static ColumnWriter duration(Field field, DuckType type, TimeUnit unit, BufferAllocator allocator) {
        if (type.id() != DuckType.Id.INTERVAL) {
            return counts(field, type, false, 8, allocator);
        }
        long nanos = nanosPer(unit);
        return nanos >= 1_000
                ? new FixedWidthWriters.Duration(field, allocator, 1, nanos / 1_000)
                : new FixedWidthWriters.Duration(field, allocator, 1_000 / nanos, 1);
    }

    private static ColumnWriter scaled(
            Field field, long fromNanos, long toNanos, int width, BufferAllocator allocator) {
        if (fromNanos == toNanos && width == 8) {
            return new FixedWidthWriters.Copy(field, allocator, width);
        }
        return fromNanos >= toNanos
                ? new FixedWidthWriters.Scaled(field, allocator, 8, width, fromNanos / toNanos, 1)
                : new FixedWidthWriters.Scaled(field, allocator, 8, width, 1, toNanos / fromNanos);
    }

    private static long nanosPer(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000;
            case MILLISECOND -> 1_000_000;
            case MICROSECOND -> 1_000;
            case NANOSECOND -> 1;
        };
    }

    private static IllegalArgumentException mismatch(Field field, DuckType type) {
        return new IllegalArgumentException(
                "column " + field.getName() + ": " + type + " cannot become " + field.getType());
    }
}
