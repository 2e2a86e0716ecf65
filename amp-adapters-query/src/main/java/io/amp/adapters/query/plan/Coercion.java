package io.amp.adapters.query.plan;

import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Decimal;
import io.amp.adapters.query.type.SqlType.Member;
import io.amp.adapters.query.type.TimeText;
import io.amp.adapters.query.type.Types;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The dialect's implicit conversions (query specification, section 1.6). */
public final class Coercion {
    private static final BigInteger UINT64_LIMIT = BigInteger.ONE.shiftLeft(64);

    private Coercion() {}

    /** The expression as a value of another type; literals are converted at once where that is exact. */
    public static Expr cast(Expr expr, SqlType type) {
        if (expr.type().equals(type)) {
            return expr;
        }
        if (expr instanceof Literal literal) {
            Literal converted = convert(literal, type);
            if (converted != null) {
                return converted;
            }
        }
        return new Expr.Cast(expr, type, false);
    }

    private static @Nullable Literal convert(Literal literal, SqlType type) {
        Object value = literal.value();
        if (value == null) {
            return new Literal(null, type);
        }
        if (value instanceof BigInteger integer) {
            return switch (type) {
                case SqlType.Int target -> fits(integer, target) ? new Literal(integer, type) : null;
                case Decimal target
                when !target.isWide() && literal.type().isInteger() -> {
                    var decimal = new BigDecimal(integer);
                    yield decimal.precision() + target.scale() <= target.precision()
                            ? new Literal(decimal.setScale(target.scale()), type)
                            : null;
                }
                case SqlType.Floating target when target.bits() == 64 -> new Literal(integer.doubleValue(), type);
                case SqlType.Text ignored -> new Literal(integer.toString(), type);
                default -> null;
            };
        }
        if (value instanceof Expr.Hex hex) {
            return switch (type) {
                case SqlType.Binary ignored -> new Literal(hex, type);
                case SqlType.FixedBinary target when hex.length() == target.size() -> new Literal(hex, type);
                default -> null;
            };
        }
        if (value instanceof String text) {
            return type.isText() ? new Literal(value, type) : parse(text, type);
        }
        if (value instanceof Long count) {
            return convertTime(count, literal.type(), type);
        }
        return null;
    }

    /** Text as a number or time; null when it is none, which the engine then says at the cast. */
    private static @Nullable Literal parse(String text, SqlType type) {
        try {
            return switch (type) {
                case SqlType.Int target -> {
                    var value = new BigInteger(text.strip());
                    yield fits(value, target) ? new Literal(value, type) : null;
                }
                case SqlType.Timestamp target when isFine(target) -> new Literal(TimeText.micros(text), type);
                case SqlType.Date target when target.bits() == 32 -> new Literal(TimeText.days(text), type);
                default -> null;
            };
        } catch (NumberFormatException | DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Literal convertTime(long count, SqlType from, SqlType to) {
        if (!(to instanceof SqlType.Timestamp target) || !isFine(target)) {
            return null;
        }
        return switch (from) {
            case SqlType.Timestamp ignored -> new Literal(count, to);
            case SqlType.Date date when date.bits() == 32 -> new Literal(count * 86_400_000_000L, to);
            default -> null;
        };
    }

    /** Units that hold every value the engine can compute. */
    private static boolean isFine(SqlType.Timestamp type) {
        return type.unit() == TimeUnit.MICROSECOND || type.unit() == TimeUnit.NANOSECOND;
    }

    public static boolean fits(BigInteger value, SqlType.Int type) {
        return type.signed()
                ? value.bitLength() < type.bits()
                : value.signum() >= 0 && value.bitLength() <= type.bits();
    }

    /**
     * An integer literal (query specification, section 1.6). One with more digits than any decimal holds is a text: functions of the ABI
     * take those for 256-bit integers.
     */
    public static Literal integerLiteral(BigInteger value) {
        if (value.bitLength() < 64) {
            return new Literal(value, Types.INT64);
        }
        if (value.signum() > 0 && value.compareTo(UINT64_LIMIT) < 0) {
            return new Literal(value, Types.UINT64);
        }
        var decimal = new BigDecimal(value);
        return decimal.precision() > Decimal.MAX_WIDE
                ? new Literal(value.toString(), Types.TEXT)
                : new Literal(decimal, SqlType.decimal(decimal.precision(), 0));
    }

    /** Decimal that holds every value of an integer type. */
    public static Decimal decimalOf(SqlType.Int type) {
        int precision = switch (type.bits()) {
            case 8 -> 3;
            case 16 -> 5;
            case 32 -> 10;
            default -> 20;
        };
        return SqlType.decimal(precision, 0);
    }

    /** The type that values of both types convert to without loss, for CASE, UNION, COALESCE, lists; null = none. */
    public static @Nullable SqlType common(SqlType left, SqlType right) {
        if (left.equals(right)) {
            return left;
        }
        if (left.isNull()) {
            return right;
        }
        if (right.isNull()) {
            return left;
        }
        if (left.isNumeric() && right.isNumeric()) {
            return commonNumber(left, right);
        }
        if (left.isBinary() && right.isBinary()) {
            return Types.BINARY;
        }
        if (left.isText() && right.isText()) {
            return Types.TEXT;
        }
        if (left.isText() || right.isText()) {
            SqlType other = left.isText() ? right : left;
            boolean hasText = other.isNumeric() || other.isTemporal() || other instanceof SqlType.Bool;
            return hasText ? Types.TEXT : null;
        }
        return commonNested(left, right);
    }

    private static @Nullable SqlType commonNested(SqlType left, SqlType right) {
        if (left instanceof SqlType.Timestamp l && right instanceof SqlType.Timestamp r) {
            TimeUnit unit = l.unit().compareTo(r.unit()) > 0 ? l.unit() : r.unit();
            return new SqlType.Timestamp(unit, l.zone() != null ? l.zone() : r.zone());
        }
        if (left instanceof SqlType.Timestamp && right instanceof SqlType.Date) {
            return left;
        }
        if (left instanceof SqlType.Date && right instanceof SqlType.Timestamp) {
            return right;
        }
        if (left instanceof SqlType.Date && right instanceof SqlType.Date) {
            return new SqlType.Date(64);
        }
        if (left instanceof SqlType.Time && right instanceof SqlType.Time) {
            return Types.TIME_NS;
        }
        if (left instanceof SqlType.Duration l && right instanceof SqlType.Duration r) {
            return l.unit().compareTo(r.unit()) > 0 ? left : right;
        }
        if (left instanceof SqlType.ListOf l && right instanceof SqlType.ListOf r) {
            SqlType element = common(l.element(), r.element());
            int size = l.fixedSize() == r.fixedSize() ? l.fixedSize() : -1;
            return element == null
                    ? null
                    : new SqlType.ListOf(
                            element, l.elementNullable() || r.elementNullable(), size, l.large() || r.large());
        }
        if (left instanceof SqlType.Struct l
                && right instanceof SqlType.Struct r
                && l.members().size() == r.members().size()) {
            var members = new ArrayList<Member>();
            for (int i = 0; i < l.members().size(); i++) {
                Member a = l.members().get(i);
                Member b = r.members().get(i);
                SqlType type = common(a.type(), b.type());
                if (type == null) {
                    return null;
                }
                members.add(new Member(a.name(), type, a.nullable() || b.nullable()));
            }
            return new SqlType.Struct(members);
        }
        return null;
    }

    public static SqlType commonNumber(SqlType left, SqlType right) {
        if (left instanceof SqlType.Floating || right instanceof SqlType.Floating) {
            boolean isDouble =
                    left.equals(Types.FLOAT64) || right.equals(Types.FLOAT64) || left.isDecimal() || right.isDecimal();
            return isDouble ? Types.FLOAT64 : Types.FLOAT32;
        }
        if (left instanceof SqlType.Int l && right instanceof SqlType.Int r) {
            return commonInteger(l, r);
        }
        Decimal l = left instanceof Decimal decimal ? decimal : decimalOf((SqlType.Int) left);
        Decimal r = right instanceof Decimal decimal ? decimal : decimalOf((SqlType.Int) right);
        int scale = Math.max(l.scale(), r.scale());
        int whole = Math.max(l.precision() - l.scale(), r.precision() - r.scale());
        int bits = Math.max(l.bits(), r.bits());
        int max = bits == 256 ? Decimal.MAX_WIDE : Decimal.MAX_NARROW;
        return new Decimal(bits, Math.min(max, whole + scale), scale);
    }

    private static SqlType commonInteger(SqlType.Int left, SqlType.Int right) {
        if (left.signed() == right.signed()) {
            return left.bits() >= right.bits() ? left : right;
        }
        SqlType.Int signed = left.signed() ? left : right;
        SqlType.Int unsigned = left.signed() ? right : left;
        if (unsigned.bits() == 64) {
            return SqlType.decimal(20, 0);
        }
        return new SqlType.Int(Math.max(signed.bits(), 2 * unsigned.bits()), true);
    }

    /** All expressions as values of their common type; null = there is none. */
    public static @Nullable List<Expr> unify(List<Expr> exprs) {
        SqlType type = commonOf(exprs);
        return type == null
                ? null
                : exprs.stream().map(expr -> cast(expr, type)).toList();
    }

    public static @Nullable SqlType commonOf(List<Expr> exprs) {
        SqlType type = Types.NULL;
        for (Expr expr : exprs) {
            type = common(type, expr.type());
            if (type == null) {
                return null;
            }
        }
        return type;
    }

    /**
     * Whether a function that wants {@code wanted} takes a value of this type, and as what.
     *
     * @return the converted argument; null = it does not fit
     */
    public static @Nullable Expr implicit(Expr expr, SqlType wanted) {
        SqlType type = expr.type();
        if (type.equals(wanted) || (Exprs.isNull(expr) && type.isNull())) {
            return cast(expr, wanted);
        }
        boolean fits = switch (wanted) {
            case SqlType.Int target ->
                type instanceof SqlType.Int source
                        && (isWidening(source, target)
                                || (expr instanceof Literal literal && fitsLiteral(literal, target)));
            case SqlType.Floating ignored -> type.isNumeric();
            case Decimal ignored -> type.isInteger() || type.isDecimal();
            case SqlType.Text ignored -> type.isText();
            case SqlType.Binary ignored -> type.isBinary();
            case SqlType.Timestamp ignored ->
                type instanceof SqlType.Timestamp || type instanceof SqlType.Date || isText(expr);
            case SqlType.Date ignored ->
                type instanceof SqlType.Timestamp || type instanceof SqlType.Date || isText(expr);
            case SqlType.Interval ignored -> type instanceof SqlType.Interval || isText(expr);
            default -> false;
        };
        return fits ? cast(expr, wanted) : null;
    }

    private static boolean isWidening(SqlType.Int source, SqlType.Int target) {
        return source.signed() == target.signed()
                ? source.bits() <= target.bits()
                : target.signed() && (source.bits() < target.bits() || target.bits() == 64);
    }

    private static boolean fitsLiteral(Literal literal, SqlType.Int target) {
        return literal.value() instanceof BigInteger value && fits(value, target);
    }

    private static boolean isText(Expr expr) {
        return expr instanceof Literal && expr.type().isText();
    }
}
