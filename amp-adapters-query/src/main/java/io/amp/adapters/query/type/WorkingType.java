package io.amp.adapters.query.type;

import java.util.StringJoiner;

/**
 * The engine's type that carries values of a {@link SqlType} inside a statement.
 *
 * <ul>
 *   <li>binaries of any kind: {@code BLOB};
 *   <li>decimals beyond 38 digits: 32-byte {@code BLOB}, big-endian two's complement with the sign bit flipped, so that byte order is
 *       numeric order and the engine's comparisons, sorts, groups and joins are right;
 *   <li>timestamps: microseconds, {@code TIMESTAMPTZ} with and {@code TIMESTAMP} without a zone: nanosecond types of the engine have
 *       hardly any operators;
 *   <li>durations: {@code BIGINT} in their unit;
 *   <li>lists of any kind: {@code T[]};
 *   <li>structs: fields named {@code f0, f1, …} by position, because the engine compares field names without case and refuses
 *       duplicates; a struct without fields: {@code BOOLEAN};
 *   <li>the type of {@code NULL}: {@code INTEGER}.
 * </ul>
 */
public final class WorkingType {
    private WorkingType() {}

    /** SQL spelling of the engine's type. */
    public static String of(SqlType type) {
        return switch (type) {
            case SqlType.Null ignored -> "INTEGER";
            case SqlType.Bool ignored -> "BOOLEAN";
            case SqlType.Int t ->
                (t.signed() ? "" : "U")
                        + switch (t.bits()) {
                            case 8 -> "TINYINT";
                            case 16 -> "SMALLINT";
                            case 32 -> "INTEGER";
                            default -> "BIGINT";
                        };
            case SqlType.Floating t -> t.bits() == 64 ? "DOUBLE" : "FLOAT";
            case SqlType.Decimal t -> t.isWide() ? "BLOB" : "DECIMAL(" + t.precision() + "," + t.scale() + ")";
            case SqlType.Text ignored -> "VARCHAR";
            case SqlType.Binary ignored -> "BLOB";
            case SqlType.FixedBinary ignored -> "BLOB";
            case SqlType.Date t -> t.bits() == 32 ? "DATE" : "TIMESTAMP";
            case SqlType.Time ignored -> "TIME";
            case SqlType.Timestamp t -> t.zone() == null ? "TIMESTAMP" : "TIMESTAMPTZ";
            case SqlType.Duration ignored -> "BIGINT";
            case SqlType.Interval ignored -> "INTERVAL";
            case SqlType.ListOf t -> of(t.element()) + "[]";
            case SqlType.Struct t -> struct(t);
            case SqlType.MapOf t -> "MAP(" + of(t.key()) + ", " + of(t.value()) + ")";
        };
    }

    private static String struct(SqlType.Struct type) {
        if (type.members().isEmpty()) {
            return "BOOLEAN";
        }
        var text = new StringJoiner(", ", "STRUCT(", ")");
        for (int i = 0; i < type.members().size(); i++) {
            text.add(member(i) + " " + of(type.members().get(i).type()));
        }
        return text.toString();
    }

    /** Engine name of the field at a position of a struct. */
    public static String member(int position) {
        return "f" + position;
    }

    /** True when both types are carried by the same engine type, so that a conversion needs no cast. */
    public static boolean same(SqlType left, SqlType right) {
        return of(left).equals(of(right));
    }
}
