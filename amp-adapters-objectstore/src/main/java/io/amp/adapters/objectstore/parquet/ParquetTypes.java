package io.amp.adapters.objectstore.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.listType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.mapType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Arrow schemas as Parquet schemas. Names are kept at every level: the element of a list bears the name of its Arrow field
 * ({@code item}), as the files of older deployments have it.
 */
final class ParquetTypes {
    private static final int MAX_DECIMAL_DIGITS = 38;

    private ParquetTypes() {}

    /** @throws IllegalArgumentException naming a column whose type has no place in a segment */
    static MessageType of(Schema schema) {
        return new MessageType(
                "arrow_schema",
                schema.getFields().stream().map(ParquetTypes::of).toList());
    }

    private static Type of(Field field) {
        Repetition repetition = field.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return switch (field.getType().getTypeID()) {
            case Struct -> group(field, repetition, null, children(field));
            case List, LargeList, FixedSizeList ->
                group(field, repetition, listType(), List.of(repeated("list", List.of(of(child(field))))));
            case Map -> group(field, repetition, mapType(), List.of(repeated("key_value", children(child(field)))));
            default -> leaf(field, repetition);
        };
    }

    private static List<Type> children(Field field) {
        if (field.getChildren().isEmpty()) {
            throw unsupported(field);
        }
        return field.getChildren().stream().map(ParquetTypes::of).toList();
    }

    private static Field child(Field field) {
        return field.getChildren().getFirst();
    }

    private static GroupType group(
            Field field, Repetition repetition, @Nullable LogicalTypeAnnotation annotation, List<Type> children) {
        return Types.buildGroup(repetition)
                .as(annotation)
                .addFields(children.toArray(Type[]::new))
                .named(field.getName());
    }

    private static GroupType repeated(String name, List<Type> children) {
        return Types.repeatedGroup().addFields(children.toArray(Type[]::new)).named(name);
    }

    private static Type leaf(Field field, Repetition repetition) {
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Bool -> primitive(BOOLEAN, 0, null, repetition, field);
            case Int -> integer((ArrowType.Int) type, repetition, field);
            case FloatingPoint -> floating((ArrowType.FloatingPoint) type, repetition, field);
            case Utf8, LargeUtf8 -> primitive(BINARY, 0, stringType(), repetition, field);
            case Binary, LargeBinary -> primitive(BINARY, 0, null, repetition, field);
            case FixedSizeBinary ->
                primitive(
                        FIXED_LEN_BYTE_ARRAY,
                        ((ArrowType.FixedSizeBinary) type).getByteWidth(),
                        null,
                        repetition,
                        field);
            case Decimal -> decimal((ArrowType.Decimal) type, repetition, field);
            case Date -> date((ArrowType.Date) type, repetition, field);
            case Time -> time((ArrowType.Time) type, repetition, field);
            case Timestamp -> timestamp((ArrowType.Timestamp) type, repetition, field);
            default -> throw unsupported(field);
        };
    }

    private static Type integer(ArrowType.Int type, Repetition repetition, Field field) {
        int bits = type.getBitWidth();
        boolean plain = type.getIsSigned() && bits >= 32;
        return primitive(
                bits == 64 ? INT64 : INT32, 0, plain ? null : intType(bits, type.getIsSigned()), repetition, field);
    }

    private static Type floating(ArrowType.FloatingPoint type, Repetition repetition, Field field) {
        return switch (type.getPrecision()) {
            case SINGLE -> primitive(FLOAT, 0, null, repetition, field);
            case DOUBLE -> primitive(DOUBLE, 0, null, repetition, field);
            case HALF -> throw unsupported(field);
        };
    }

    /**
     * Big-endian two's complement. Beyond {@value #MAX_DECIMAL_DIGITS} digits plain bytes: the query engine reads a longer decimal as a
     * floating-point number, and loses digits.
     */
    private static Type decimal(ArrowType.Decimal type, Repetition repetition, Field field) {
        boolean isPlain = type.getPrecision() > MAX_DECIMAL_DIGITS;
        return primitive(
                FIXED_LEN_BYTE_ARRAY,
                type.getBitWidth() / 8,
                isPlain ? null : decimalType(type.getScale(), type.getPrecision()),
                repetition,
                field);
    }

    private static Type date(ArrowType.Date type, Repetition repetition, Field field) {
        return switch (type.getUnit()) {
            case DAY -> primitive(INT32, 0, dateType(), repetition, field);
            case MILLISECOND -> throw unsupported(field);
        };
    }

    private static Type time(ArrowType.Time type, Repetition repetition, Field field) {
        return switch (type.getUnit()) {
            case SECOND -> throw unsupported(field);
            case MILLISECOND -> primitive(INT32, 0, timeType(false, TimeUnit.MILLIS), repetition, field);
            case MICROSECOND -> primitive(INT64, 0, timeType(false, TimeUnit.MICROS), repetition, field);
            case NANOSECOND -> primitive(INT64, 0, timeType(false, TimeUnit.NANOS), repetition, field);
        };
    }

    private static Type timestamp(ArrowType.Timestamp type, Repetition repetition, Field field) {
        return primitive(INT64, 0, timestampType(type.getTimezone() != null, unit(type)), repetition, field);
    }

    private static TimeUnit unit(ArrowType.Timestamp time) {
        return switch (time.getUnit()) {
            case SECOND, MILLISECOND -> TimeUnit.MILLIS;
            case MICROSECOND -> TimeUnit.MICROS;
            case NANOSECOND -> TimeUnit.NANOS;
        };
    }

    private static Type primitive(
            PrimitiveTypeName name,
            int length,
            @Nullable LogicalTypeAnnotation annotation,
            Repetition repetition,
            Field field) {
        return Types.primitive(name, repetition).length(length).as(annotation).named(field.getName());
    }

    static IllegalArgumentException unsupported(Field field) {
        return new IllegalArgumentException("column '" + field.getName() + "' has a type that segments cannot hold: "
                + field.getType().toString().toLowerCase(Locale.ROOT));
    }
}
