package io.amp.adapters.query.prune;

import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For which values of some columns a condition can be true. What it does not understand admits everything. A condition that admits less than
 * everything is not true when the columns are NULL, so it may be followed below outer joins.
 *
 * @param columns ids of columns that all hold the same number in a row
 */
record AdmittedNumbers(Set<Integer> columns, Scale scale) {
    /** How values of the columns are numbers of a {@link NumberSet}, in the same order. */
    enum Scale {
        /** Unsigned integers. */
        COUNT,
        /** Timestamps in microseconds, moved so that the least is zero. */
        TIME
    }

    private static final BigInteger UNSIGNED_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    NumberSet of(List<Expr> conditions) {
        NumberSet admitted = NumberSet.ALL;
        for (Expr condition : conditions) {
            admitted = admitted.intersect(of(condition));
        }
        return admitted;
    }

    private NumberSet of(Expr condition) {
        return switch (condition) {
            case Literal literal -> Boolean.TRUE.equals(literal.value()) ? NumberSet.ALL : NumberSet.NONE;
            case Expr.Logical logical when logical.isAnd() -> of(logical.operands());
            case Expr.Logical logical -> {
                NumberSet admitted = NumberSet.NONE;
                for (Expr operand : logical.operands()) {
                    admitted = admitted.union(of(operand));
                }
                yield admitted;
            }
            case Expr.Call call -> ofCall(call);
            default -> NumberSet.ALL;
        };
    }

    private NumberSet ofCall(Expr.Call call) {
        if (Operators.isComparison(call.function())) {
            return compared(call);
        }
        if (call.function().equals(Operators.IN)) {
            return listed(call.arguments());
        }
        if (call.function().equals(Operators.NOT) && call.arguments().getFirst() instanceof Expr.Call inner) {
            boolean isExact = (Operators.isComparison(inner.function()) && isComparedWithLiteral(inner))
                    || (inner.function().equals(Operators.IN)
                            && isColumn(inner.arguments().getFirst()));
            return isExact ? ofCall(inner).complement() : NumberSet.ALL;
        }
        return NumberSet.ALL;
    }

    private NumberSet listed(List<Expr> arguments) {
        if (!isColumn(arguments.getFirst())) {
            return NumberSet.ALL;
        }
        NumberSet admitted = NumberSet.NONE;
        for (Expr candidate : arguments.subList(1, arguments.size())) {
            if (!(candidate instanceof Literal literal)) {
                return NumberSet.ALL;
            }
            admitted = admitted.union(compared("=", literal));
        }
        return admitted;
    }

    private boolean isComparedWithLiteral(Expr.Call call) {
        Expr left = call.arguments().get(0);
        Expr right = call.arguments().get(1);
        return (isColumn(left) && right instanceof Literal) || (left instanceof Literal && isColumn(right));
    }

    private NumberSet compared(Expr.Call call) {
        Expr left = call.arguments().get(0);
        Expr right = call.arguments().get(1);
        String symbol = call.function().name();
        if (isColumn(left) && right instanceof Literal literal) {
            return compared(symbol, literal);
        }
        if (left instanceof Literal literal && isColumn(right)) {
            return compared(mirrored(symbol), literal);
        }
        return NumberSet.ALL;
    }

    private static String mirrored(String symbol) {
        return switch (symbol) {
            case "<" -> ">";
            case "<=" -> ">=";
            case ">" -> "<";
            case ">=" -> "<=";
            default -> symbol;
        };
    }

    /** One of the columns, perhaps as a wider number. */
    private boolean isColumn(Expr expr) {
        Expr inner = expr;
        while (inner instanceof Expr.Cast cast && isWidening(cast)) {
            inner = cast.input();
        }
        return inner instanceof Expr.Column column && columns.contains(column.id());
    }

    private static boolean isWidening(Expr.Cast cast) {
        SqlType from = cast.input().type();
        return switch (cast.type()) {
            case SqlType.Decimal to -> from.isInteger() && to.precision() - to.scale() >= 20;
            case SqlType.Int to ->
                from instanceof SqlType.Int source
                        && (source.signed() == to.signed()
                                ? source.bits() <= to.bits()
                                : to.signed() && source.bits() < to.bits());
            case SqlType.Timestamp to ->
                from instanceof SqlType.Timestamp source && source.unit().equals(to.unit());
            default -> false;
        };
    }

    /** Values of the column for which {@code column symbol literal} is true. */
    private NumberSet compared(String symbol, Literal literal) {
        if (Exprs.isNull(literal)) {
            return NumberSet.NONE;
        }
        BigDecimal value = number(literal);
        if (value == null) {
            return NumberSet.ALL;
        }
        BigInteger below = value.setScale(0, RoundingMode.FLOOR).toBigInteger();
        boolean isWhole = value.stripTrailingZeros().scale() <= 0;
        BigInteger above = isWhole ? below : below.add(BigInteger.ONE);
        return switch (symbol) {
            case "=" -> isWhole ? range(below, below) : NumberSet.NONE;
            case "<>" -> isWhole ? range(below, below).complement() : NumberSet.ALL;
            case "<" -> range(BigInteger.ZERO, isWhole ? below.subtract(BigInteger.ONE) : below);
            case "<=" -> range(BigInteger.ZERO, below);
            case ">" -> range(isWhole ? above.add(BigInteger.ONE) : above, UNSIGNED_MAX);
            default -> range(above, UNSIGNED_MAX);
        };
    }

    private static NumberSet range(BigInteger start, BigInteger end) {
        BigInteger from = start.max(BigInteger.ZERO);
        BigInteger to = end.min(UNSIGNED_MAX);
        return from.compareTo(to) > 0 ? NumberSet.NONE : NumberSet.of(from.longValue(), to.longValue());
    }

    private @Nullable BigDecimal number(Literal literal) {
        return switch (literal.value()) {
            case BigInteger value when scale == Scale.COUNT -> new BigDecimal(value);
            case BigDecimal value when scale == Scale.COUNT -> value;
            case Long micros
            when scale == Scale.TIME && literal.type() instanceof SqlType.Timestamp ->
                new BigDecimal(new BigInteger(Long.toUnsignedString(timeNumber(micros))));
            case null, default -> null;
        };
    }

    /** The number of a time. */
    static long timeNumber(long micros) {
        return micros ^ Long.MIN_VALUE;
    }
}
