package io.amp.adapters.query.type;

import io.amp.adapters.query.type.SqlType.Member;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Between {@link SqlType} and Arrow's own description of a field. */
public final class ArrowTypes {
    private ArrowTypes() {}

    /** @throws IllegalArgumentException for types that no query result may have (views, unions, run-end encoding) */
    public static SqlType fromField(Field field) {
        List<Field> children = field.getChildren();
        return switch (field.getType()) {
            case ArrowType.Null ignored -> Types.NULL;
            case ArrowType.Bool ignored -> Types.BOOL;
            case ArrowType.Int type -> new SqlType.Int(type.getBitWidth(), type.getIsSigned());
            case ArrowType.FloatingPoint type ->
                new SqlType.Floating(
                        switch (type.getPrecision()) {
                            case HALF -> 16;
                            case SINGLE -> 32;
                            case DOUBLE -> 64;
                        });
            case ArrowType.Decimal type ->
                new SqlType.Decimal(type.getBitWidth() == 256 ? 256 : 128, type.getPrecision(), type.getScale());
            case ArrowType.Utf8 ignored -> Types.TEXT;
            case ArrowType.LargeUtf8 ignored -> new SqlType.Text(true);
            case ArrowType.Utf8View ignored -> Types.TEXT;
            case ArrowType.Binary ignored -> Types.BINARY;
            case ArrowType.LargeBinary ignored -> new SqlType.Binary(true);
            case ArrowType.BinaryView ignored -> Types.BINARY;
            case ArrowType.FixedSizeBinary type -> new SqlType.FixedBinary(type.getByteWidth());
            case ArrowType.Date type -> new SqlType.Date(type.getUnit() == DateUnit.DAY ? 32 : 64);
            case ArrowType.Time type -> new SqlType.Time(type.getUnit());
            case ArrowType.Timestamp type -> new SqlType.Timestamp(type.getUnit(), type.getTimezone());
            case ArrowType.Duration type -> new SqlType.Duration(type.getUnit());
            case ArrowType.Interval type -> new SqlType.Interval(type.getUnit());
            case ArrowType.List ignored -> list(children.getFirst(), -1, false);
            case ArrowType.LargeList ignored -> list(children.getFirst(), -1, true);
            case ArrowType.FixedSizeList type -> list(children.getFirst(), type.getListSize(), false);
            case ArrowType.Struct ignored ->
                new SqlType.Struct(children.stream()
                        .map(child -> new Member(child.getName(), fromField(child), child.isNullable()))
                        .toList());
            case ArrowType.Map ignored -> {
                List<Field> entry = children.getFirst().getChildren();
                yield new SqlType.MapOf(
                        fromField(entry.getFirst()),
                        fromField(entry.getLast()),
                        entry.getLast().isNullable());
            }
            default ->
                throw new IllegalArgumentException(
                        "column '" + field.getName() + "' has the unsupported type " + field.getType());
        };
    }

    private static SqlType list(Field element, int fixedSize, boolean large) {
        return new SqlType.ListOf(fromField(element), element.isNullable(), fixedSize, large);
    }

    public static Field toField(String name, SqlType type, boolean nullable) {
        return new Field(name, new FieldType(nullable, arrow(type), null), children(type));
    }

    private static ArrowType arrow(SqlType type) {
        return switch (type) {
            case SqlType.Null ignored -> ArrowType.Null.INSTANCE;
            case SqlType.Bool ignored -> ArrowType.Bool.INSTANCE;
            case SqlType.Int t -> new ArrowType.Int(t.bits(), t.signed());
            case SqlType.Floating t ->
                new ArrowType.FloatingPoint(
                        switch (t.bits()) {
                            case 16 -> FloatingPointPrecision.HALF;
                            case 32 -> FloatingPointPrecision.SINGLE;
                            default -> FloatingPointPrecision.DOUBLE;
                        });
            case SqlType.Decimal t -> new ArrowType.Decimal(t.precision(), t.scale(), t.bits());
            case SqlType.Text t -> t.large() ? ArrowType.LargeUtf8.INSTANCE : ArrowType.Utf8.INSTANCE;
            case SqlType.Binary t -> t.large() ? ArrowType.LargeBinary.INSTANCE : ArrowType.Binary.INSTANCE;
            case SqlType.FixedBinary t -> new ArrowType.FixedSizeBinary(t.size());
            case SqlType.Date t -> new ArrowType.Date(t.bits() == 32 ? DateUnit.DAY : DateUnit.MILLISECOND);
            case SqlType.Time t ->
                new ArrowType.Time(t.unit(), t.unit() == TimeUnit.SECOND || t.unit() == TimeUnit.MILLISECOND ? 32 : 64);
            case SqlType.Timestamp t -> new ArrowType.Timestamp(t.unit(), t.zone());
            case SqlType.Duration t -> new ArrowType.Duration(t.unit());
            case SqlType.Interval t -> new ArrowType.Interval(t.unit());
            case SqlType.ListOf t ->
                t.isFixed()
                        ? new ArrowType.FixedSizeList(t.fixedSize())
                        : t.large() ? ArrowType.LargeList.INSTANCE : ArrowType.List.INSTANCE;
            case SqlType.Struct ignored -> ArrowType.Struct.INSTANCE;
            case SqlType.MapOf ignored -> new ArrowType.Map(false);
        };
    }

    private static @Nullable List<Field> children(SqlType type) {
        return switch (type) {
            case SqlType.ListOf t -> List.of(toField("item", t.element(), t.elementNullable()));
            case SqlType.Struct t ->
                t.members().stream()
                        .map(m -> toField(m.name(), m.type(), m.nullable()))
                        .toList();
            case SqlType.MapOf t ->
                List.of(new Field(
                        "entries",
                        new FieldType(false, ArrowType.Struct.INSTANCE, null),
                        List.of(toField("key", t.key(), false), toField("value", t.value(), t.valueNullable()))));
            default -> null;
        };
    }
}
