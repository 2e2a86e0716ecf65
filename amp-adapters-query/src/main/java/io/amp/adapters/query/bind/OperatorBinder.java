package io.amp.adapters.query.bind;

import io.amp.adapters.query.function.Arithmetic;
import io.amp.adapters.query.function.Casts;
import io.amp.adapters.query.function.Durations;
import io.amp.adapters.query.function.ListFunctions;
import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.function.TimeFunctions;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Hex;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Decimal;
import io.amp.adapters.query.type.Types;
import io.amp.ports.error.AmpException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operators with their implicit conversions. {@code failure} makes errors at the operator's place. */
final class OperatorBinder {
    private OperatorBinder() {}

    static Expr compare(String symbol, Expr left, Expr right, Function<String, AmpException> failure) {
        return compare(Operators.comparison(symbol), symbol, left, right, failure);
    }

    static Expr compare(
            ScalarFunction function, String symbol, Expr left, Expr right, Function<String, AmpException> failure) {
        Expr[] pair = comparable(left, right);
        if (pair == null) {
            throw failure.apply("Cannot infer common argument type for comparison operation "
                    + ArrowText.print(left.type()) + " " + symbol + " " + ArrowText.print(right.type()));
        }
        boolean nullable = !function.equals(Operators.IS_DISTINCT)
                && !function.equals(Operators.IS_NOT_DISTINCT)
                && (pair[0].nullable() || pair[1].nullable());
        return new Expr.Call(function, List.of(pair), Types.BOOL, nullable);
    }

    /** Both sides in a type in which they compare; null = there is none. */
    static Expr @Nullable [] comparable(Expr left, Expr right) {
        SqlType l = left.type();
        SqlType r = right.type();
        if (l.equals(r)) {
            return l instanceof SqlType.MapOf ? null : new Expr[] {left, right};
        }
        if (l.isNull() || r.isNull()) {
            return new Expr[] {l.isNull() ? Coercion.cast(left, r) : left, r.isNull() ? Coercion.cast(right, l) : right
            };
        }
        if (l.isBinary() && r.isBinary()) {
            return new Expr[] {left, right};
        }
        if (l.isText() != r.isText()) {
            return l.isText() ? swap(withText(right, left)) : withText(left, right);
        }
        if (l.isInteger() && r.isInteger()) {
            return integers(left, right);
        }
        SqlType common = Coercion.common(l, r);
        return common == null ? null : new Expr[] {Coercion.cast(left, common), Coercion.cast(right, common)};
    }

    private static Expr @Nullable [] swap(Expr @Nullable [] pair) {
        return pair == null ? null : new Expr[] {pair[1], pair[0]};
    }

    /** An integer literal takes the other side's type where it fits, so that columns stay bare and statistics prune. */
    private static Expr[] integers(Expr left, Expr right) {
        if (literalFits(right, left.type())) {
            return new Expr[] {left, Coercion.cast(right, left.type())};
        }
        if (literalFits(left, right.type())) {
            return new Expr[] {Coercion.cast(left, right.type()), right};
        }
        SqlType common = Coercion.commonNumber(left.type(), right.type());
        return new Expr[] {Coercion.cast(left, common), Coercion.cast(right, common)};
    }

    private static boolean literalFits(Expr expr, SqlType type) {
        return expr instanceof Literal literal
                && literal.value() instanceof BigInteger value
                && type instanceof SqlType.Int target
                && Coercion.fits(value, target);
    }

    /** A value of another type against a text. */
    private static Expr @Nullable [] withText(Expr value, Expr text) {
        SqlType type = value.type();
        if (type.isBinary()) {
            Hex hex = text instanceof Literal literal && literal.value() instanceof String s ? prefixedHex(s) : null;
            return new Expr[] {value, hex == null ? Coercion.cast(text, Types.BINARY) : new Literal(hex, Types.BINARY)};
        }
        if (Exprs.isConstant(text)) {
            return Casts.isPossible(text.type(), type) ? new Expr[] {value, Coercion.cast(text, type)} : null;
        }
        boolean hasText = type.isNumeric() || type.isTemporal() || type instanceof SqlType.Bool;
        return hasText ? new Expr[] {Coercion.cast(value, Types.TEXT), text} : null;
    }

    /** {@code 0x} and an even number of hex digits. */
    private static @Nullable Hex prefixedHex(String text) {
        boolean fits = text.startsWith("0x")
                && text.length() % 2 == 0
                && text.substring(2).chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
        return fits ? new Hex(text.substring(2)) : null;
    }

    static Expr arithmetic(Arithmetic operator, Expr left, Expr right, Function<String, AmpException> failure) {
        Expr temporal = temporal(operator, left, right);
        if (temporal != null) {
            return temporal;
        }
        Expr l = numberFor(left, right.type());
        Expr r = numberFor(right, left.type());
        if (!l.type().isNumeric() || !r.type().isNumeric()) {
            throw failure.apply("Cannot coerce arithmetic expression " + ArrowText.print(left.type()) + " "
                    + operator.symbol() + " " + ArrowText.print(right.type()) + " to valid types");
        }
        if (l.type().isFloating() || r.type().isFloating()) {
            SqlType type = Coercion.commonNumber(l.type(), r.type());
            return Operators.call(operator, type, Coercion.cast(l, type), Coercion.cast(r, type));
        }
        if (l.type() instanceof SqlType.Int a && r.type() instanceof SqlType.Int b) {
            SqlType type = Coercion.commonNumber(a, b);
            if (type.isInteger()) {
                return Operators.call(operator, type, Coercion.cast(l, type), Coercion.cast(r, type));
            }
        }
        Expr x = asDecimal(l);
        Expr y = asDecimal(r);
        return Operators.call(operator, operator.resultType((Decimal) x.type(), (Decimal) y.type()), x, y);
    }

    private static Expr asDecimal(Expr expr) {
        return expr.type() instanceof SqlType.Int type ? Coercion.cast(expr, Coercion.decimalOf(type)) : expr;
    }

    /** NULL and text literals take the type of the other side. */
    private static Expr numberFor(Expr expr, SqlType other) {
        if (expr.type().isNull()) {
            return Coercion.cast(expr, other.isNumeric() ? other : Types.INT64);
        }
        return expr.type().isText() && Exprs.isConstant(expr) && other.isNumeric() ? Coercion.cast(expr, other) : expr;
    }

    private static @Nullable Expr temporal(Arithmetic operator, Expr left, Expr right) {
        boolean adds = operator.equals(Arithmetic.ADD);
        if (!adds && !operator.equals(Arithmetic.SUBTRACT)) {
            return scaledInterval(operator, left, right);
        }
        SqlType l = left.type();
        SqlType r = right.type();
        if (l.isTemporal() && isAmount(r)) {
            return TimeFunctions.shifted(left, operator.symbol(), amount(right));
        }
        if (adds && isAmount(l) && r.isTemporal()) {
            return TimeFunctions.shifted(right, operator.symbol(), amount(left));
        }
        if (l instanceof SqlType.Date && r.isInteger()) {
            return TimeFunctions.shifted(left, operator.symbol(), Durations.days(right));
        }
        if (l instanceof SqlType.Interval && r instanceof SqlType.Interval) {
            return Operators.call(operator, Types.INTERVAL, left, right);
        }
        if (l instanceof SqlType.Duration && l.equals(r)) {
            return Operators.call(operator, l, left, right);
        }
        if (!adds && (l instanceof SqlType.Timestamp || l instanceof SqlType.Date)) {
            return difference(left, right);
        }
        return null;
    }

    private static boolean isAmount(SqlType type) {
        return type instanceof SqlType.Interval || type instanceof SqlType.Duration;
    }

    private static Expr amount(Expr expr) {
        return expr.type() instanceof SqlType.Duration type ? Durations.interval(expr, type.unit()) : expr;
    }

    private static @Nullable Expr difference(Expr left, Expr right) {
        Expr[] pair = comparable(left, right);
        if (pair == null) {
            return null;
        }
        return switch (pair[0].type()) {
            case SqlType.Timestamp type -> Durations.between(pair[0], pair[1], type.unit());
            case SqlType.Date ignored -> Durations.betweenDates(pair[0], pair[1]);
            default -> null;
        };
    }

    private static @Nullable Expr scaledInterval(Arithmetic operator, Expr left, Expr right) {
        boolean multiplies = operator.equals(Arithmetic.MULTIPLY);
        if (left.type() instanceof SqlType.Interval && right.type().isInteger() && multiplies) {
            return Durations.times(left, right);
        }
        if (multiplies && left.type().isInteger() && right.type() instanceof SqlType.Interval) {
            return Durations.times(right, left);
        }
        return null;
    }

    static Expr negate(Expr value, Function<String, AmpException> failure) {
        return switch (value.type()) {
            case SqlType.Int type
            when !type.signed() ->
                type.bits() == 64
                        ? arithmetic(Arithmetic.SUBTRACT, Exprs.integer(0), value, failure)
                        : Operators.call(Operators.NEGATE, wider(type), Coercion.cast(value, wider(type)));
            case Decimal type
            when type.isWide() ->
                Operators.call(
                        Arithmetic.SUBTRACT,
                        type,
                        Coercion.cast(
                                new Literal(BigDecimal.ZERO, SqlType.decimal(1, 0)),
                                new Decimal(256, type.precision(), type.scale())),
                        value);
            case SqlType.Int ignored -> Operators.call(Operators.NEGATE, value.type(), value);
            case Decimal ignored -> Operators.call(Operators.NEGATE, value.type(), value);
            case SqlType.Floating ignored -> Operators.call(Operators.NEGATE, value.type(), value);
            case SqlType.Interval ignored -> Operators.call(Operators.NEGATE, value.type(), value);
            case SqlType.Duration ignored -> Operators.call(Operators.NEGATE, value.type(), value);
            case SqlType.Null ignored -> Coercion.cast(value, Types.INT64);
            default ->
                throw failure.apply("Negation only supports numeric, interval and duration types, not "
                        + ArrowText.print(value.type()));
        };
    }

    private static SqlType wider(SqlType.Int type) {
        return new SqlType.Int(2 * type.bits(), true);
    }

    static Expr bits(ScalarFunction operator, Expr left, Expr right, Function<String, AmpException> failure) {
        Expr l = numberFor(left, right.type());
        Expr r = numberFor(right, left.type());
        boolean fits = l.type().isInteger() && r.type().isInteger();
        SqlType type = fits ? Coercion.commonNumber(l.type(), r.type()) : Types.NULL;
        if (fits && literalFits(r, l.type())) {
            type = l.type();
        } else if (fits && literalFits(l, r.type())) {
            type = r.type();
        }
        if (!type.isInteger()) {
            throw failure.apply("Cannot infer common type for bitwise operation " + ArrowText.print(left.type()) + " "
                    + operator.name() + " " + ArrowText.print(right.type()));
        }
        return Operators.call(operator, type, Coercion.cast(l, type), Coercion.cast(r, type));
    }

    /** {@code ||} on texts (other scalars become text), binaries or lists. */
    static Expr concat(Expr left, Expr right, Function<String, AmpException> failure) {
        if (left.type().isBinary() && right.type().isBinary()) {
            return Operators.call(
                    Operators.CONCAT,
                    Types.BINARY,
                    Coercion.cast(left, Types.BINARY),
                    Coercion.cast(right, Types.BINARY));
        }
        if (left.type() instanceof SqlType.ListOf || right.type() instanceof SqlType.ListOf) {
            List<Expr> lists = Coercion.unify(List.of(asList(left, right.type()), asList(right, left.type())));
            if (lists != null) {
                return Operators.call(Operators.CONCAT, lists.getFirst().type(), lists);
            }
        } else if (left.type().isText()
                || right.type().isText()
                || (left.type().isNull() && right.type().isNull())) {
            if (Casts.isPossible(left.type(), Types.TEXT) && Casts.isPossible(right.type(), Types.TEXT)) {
                return Operators.call(
                        Operators.CONCAT,
                        Types.TEXT,
                        Coercion.cast(left, Types.TEXT),
                        Coercion.cast(right, Types.TEXT));
            }
        }
        throw failure.apply("Cannot infer common string type for string concat operation "
                + ArrowText.print(left.type()) + " || " + ArrowText.print(right.type()));
    }

    private static Expr asList(Expr value, SqlType other) {
        if (value.type() instanceof SqlType.ListOf type) {
            return type.isFixed() ? Coercion.cast(value, new SqlType.ListOf(type.element(), true, -1, false)) : value;
        }
        return ListFunctions.single(
                other instanceof SqlType.ListOf list && value.type().isNull()
                        ? Coercion.cast(value, list.element())
                        : value);
    }

    /** {@code x IN (a, b)}. */
    static Expr in(Expr value, List<Expr> candidates, Function<String, AmpException> failure) {
        SqlType type = value.type();
        boolean integers = type.isInteger() && candidates.stream().allMatch(c -> literalFits(c, type));
        var converted = new ArrayList<Expr>();
        if (integers || candidates.stream().allMatch(c -> c.type().equals(type))) {
            converted.add(value);
            candidates.forEach(c -> converted.add(Coercion.cast(c, type)));
        } else {
            // Each candidate decides with the value alone, so that 0x texts, numbers and NULLs may be mixed.
            List<Expr> comparisons = new ArrayList<>();
            for (Expr candidate : candidates) {
                Expr[] pair = comparable(value, candidate);
                if (pair == null) {
                    throw failure.apply("Cannot infer common argument type for IN: " + ArrowText.print(type) + " and "
                            + ArrowText.print(candidate.type()));
                }
                comparisons.add(new Expr.Call(
                        Operators.comparison("="),
                        List.of(pair),
                        Types.BOOL,
                        pair[0].nullable() || pair[1].nullable()));
            }
            return mergedIn(value, comparisons);
        }
        return Operators.call(Operators.IN, Types.BOOL, converted);
    }

    /** Equal left sides make one IN again, which the engine prunes by. */
    private static Expr mergedIn(Expr value, List<Expr> comparisons) {
        var arguments = new ArrayList<Expr>();
        for (Expr comparison : comparisons) {
            List<Expr> pair = ((Expr.Call) comparison).arguments();
            if (!pair.getFirst().equals(value)) {
                return comparisons.size() == 1 ? comparisons.getFirst() : new Expr.Logical(false, comparisons);
            }
            arguments.add(pair.getLast());
        }
        arguments.addFirst(value);
        return Operators.call(Operators.IN, Types.BOOL, arguments);
    }
}
