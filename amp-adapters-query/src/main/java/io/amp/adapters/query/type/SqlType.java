package io.amp.adapters.query.type;

import java.util.List;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A type of the dialect. Equal types have equal Arrow types, nested names and nullability included. */
public sealed interface SqlType {
    /** Type of the literal {@code NULL}. */
    record Null() implements SqlType {}

    record Bool() implements SqlType {}

    /** @param bits 8, 16, 32 or 64 */
    record Int(int bits, boolean signed) implements SqlType {}

    /** @param bits 16, 32 or 64 */
    record Floating(int bits) implements SqlType {}

    /**
     * @param bits 128 or 256
     * @param precision digits in all, at most 38 or 76
     */
    record Decimal(int bits, int precision, int scale) implements SqlType {
        public static final int MAX_NARROW = 38;
        public static final int MAX_WIDE = 76;

        public Decimal {
            if (precision < 1 || precision > (bits == 128 ? MAX_NARROW : MAX_WIDE)) {
                throw new IllegalArgumentException("Decimal" + bits + " precision " + precision);
            }
        }

        /** True when values do not fit the engine's own decimal. */
        public boolean isWide() {
            return precision > MAX_NARROW || scale < 0;
        }
    }

    record Text(boolean large) implements SqlType {}

    record Binary(boolean large) implements SqlType {}

    record FixedBinary(int size) implements SqlType {}

    /** @param bits 32 (days) or 64 (milliseconds) */
    record Date(int bits) implements SqlType {}

    record Time(TimeUnit unit) implements SqlType {}

    /** @param zone null for a timestamp without zone */
    record Timestamp(TimeUnit unit, @Nullable String zone) implements SqlType {}

    record Duration(TimeUnit unit) implements SqlType {}

    record Interval(IntervalUnit unit) implements SqlType {}

    /**
     * @param fixedSize −1 for variable lengths
     * @param large 64-bit offsets
     */
    record ListOf(SqlType element, boolean elementNullable, int fixedSize, boolean large) implements SqlType {
        public boolean isFixed() {
            return fixedSize >= 0;
        }
    }

    record Struct(List<Member> members) implements SqlType {
        public Struct {
            members = List.copyOf(members);
        }
    }

    /** A field of a struct. Names may repeat; access by name finds the first. */
    record Member(String name, SqlType type, boolean nullable) {}

    record MapOf(SqlType key, SqlType value, boolean valueNullable) implements SqlType {}

    static SqlType listOf(SqlType element) {
        return new ListOf(element, true, -1, false);
    }

    static Decimal decimal(int precision, int scale) {
        return new Decimal(precision <= Decimal.MAX_NARROW ? 128 : 256, precision, scale);
    }

    default boolean isInteger() {
        return this instanceof Int;
    }

    default boolean isUnsigned() {
        return this instanceof Int i && !i.signed();
    }

    default boolean isDecimal() {
        return this instanceof Decimal;
    }

    default boolean isFloating() {
        return this instanceof Floating;
    }

    default boolean isNumeric() {
        return isInteger() || isDecimal() || isFloating();
    }

    default boolean isText() {
        return this instanceof Text;
    }

    default boolean isBinary() {
        return this instanceof Binary || this instanceof FixedBinary;
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    default boolean isTemporal() {
        return this instanceof Date || this instanceof Time || this instanceof Timestamp;
    }

    /** Values that {@code <} can compare. */
    default boolean isOrderable() {
        return switch (this) {
            case Struct ignored -> false;
            case MapOf ignored -> false;
            case ListOf list -> list.element().isOrderable();
            default -> true;
        };
    }
}
