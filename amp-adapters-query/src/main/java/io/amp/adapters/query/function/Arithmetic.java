package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.SqlType.Decimal;
import io.amp.adapters.query.type.WorkingType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * {@code + - * / %} on numbers. Operands of integers and floats have the type of the result; operands of decimals have their own types,
 * and the result's precision and scale follow the dialect, so the engine's own choice is cast away.
 *
 * @param symbol one of the five
 */
public record Arithmetic(String symbol) implements ScalarFunction {
    public static final Arithmetic ADD = new Arithmetic("+");
    public static final Arithmetic SUBTRACT = new Arithmetic("-");
    public static final Arithmetic MULTIPLY = new Arithmetic("*");
    public static final Arithmetic DIVIDE = new Arithmetic("/");
    public static final Arithmetic MODULO = new Arithmetic("%");

    /** Digits that a quotient of decimals has behind those of the dividend. */
    private static final int QUOTIENT_DIGITS = 4;

    @Override
    public String name() {
        return symbol;
    }

    /** Type of the result for two decimal operands (query specification, section 1.6). */
    public Decimal resultType(Decimal left, Decimal right) {
        int bits = Math.max(left.bits(), right.bits());
        int wholes = Math.max(left.precision() - left.scale(), right.precision() - right.scale());
        int scale = Math.max(left.scale(), right.scale());
        return switch (symbol) {
            case "+", "-" -> capped(bits, wholes + scale + 1, scale);
            case "*" -> capped(bits, left.precision() + right.precision() + 1, left.scale() + right.scale());
            case "/" ->
                capped(bits, left.precision() + right.scale() + QUOTIENT_DIGITS, left.scale() + QUOTIENT_DIGITS);
            default ->
                capped(
                        bits,
                        Math.min(left.precision() - left.scale(), right.precision() - right.scale()) + scale,
                        scale);
        };
    }

    private static Decimal capped(int bits, int precision, int scale) {
        int max = bits == 256 ? Decimal.MAX_WIDE : Decimal.MAX_NARROW;
        return new Decimal(bits, Math.max(1, Math.min(max, precision)), Math.min(max, scale));
    }

    @Override
    public String emit(List<String> arguments, Expr.Call call) {
        String left = arguments.get(0);
        String right = arguments.get(1);
        if (call.type() instanceof Decimal type) {
            return emitDecimal(left, right, call, type);
        }
        boolean isInteger = call.type().isInteger();
        String sql = "(" + left + " " + (isInteger && symbol.equals("/") ? "//" : symbol) + " " + right + ")";
        return isInteger ? guarded(sql, right, call) : sql;
    }

    /** Division by zero is an error with a text of its own. */
    private String guarded(String sql, String divisor, Expr.Call call) {
        boolean divides = symbol.equals("/") || symbol.equals("%");
        if (!divides || isNonZero(call.arguments().get(1))) {
            return sql;
        }
        return "(CASE WHEN " + divisor + " = 0 THEN " + DIVIDE_BY_ZERO + " ELSE " + sql + " END)";
    }

    private static final String DIVIDE_BY_ZERO = "error('Divide by zero')";

    private static boolean isNonZero(Expr divisor) {
        return divisor instanceof Literal literal
                && ((literal.value() instanceof BigInteger integer && integer.signum() != 0)
                        || (literal.value() instanceof BigDecimal decimal && decimal.signum() != 0));
    }

    private String emitDecimal(String left, String right, Expr.Call call, Decimal type) {
        var leftType = (Decimal) call.arguments().get(0).type();
        var rightType = (Decimal) call.arguments().get(1).type();
        if (leftType.isWide() || rightType.isWide() || type.isWide()) {
            return WideDecimals.arithmetic(symbol, left, leftType, right, rightType, type);
        }
        String target = WorkingType.of(type);
        return switch (symbol) {
            case "/" -> guarded(divide(left, leftType, right, rightType, type), right, call);
            case "%" -> {
                String same = WorkingType.of(new Decimal(128, Decimal.MAX_NARROW, type.scale()));
                String sql = "CAST((CAST(" + left + " AS " + same + ") % CAST(" + right + " AS " + same + ")) AS "
                        + target + ")";
                yield guarded(sql, right, call);
            }
            default -> "CAST((" + left + " " + symbol + " " + right + ") AS " + target + ")";
        };
    }

    /** Exact quotient of two decimals of any width in the engine's SQL; the divisor is not zero. */
    static String quotient(String left, Decimal leftType, String right, Decimal rightType, Decimal type) {
        boolean isWide = leftType.isWide() || rightType.isWide() || type.isWide();
        return isWide
                ? WideDecimals.arithmetic("/", left, leftType, right, rightType, type)
                : divide(left, leftType, right, rightType, type);
    }

    /**
     * Exact division, cut toward zero, by the engine's 128-bit integers: with unscaled values A and B the unscaled quotient is {@code A *
     * 10^(s2 + 4) // B}. Dividends too large for that take the 256-bit way.
     */
    private static String divide(String left, Decimal leftType, String right, Decimal rightType, Decimal type) {
        int shift = type.scale() - leftType.scale() + rightType.scale();
        int room = Decimal.MAX_NARROW - shift;
        boolean fitsUnscaled = (leftType.precision() + leftType.scale() < Decimal.MAX_NARROW
                        && rightType.precision() + rightType.scale() < Decimal.MAX_NARROW)
                || (leftType.scale() == 0 && rightType.scale() == 0);
        String wide = WideDecimals.divideNarrow(left, leftType, right, rightType, type);
        if (!fitsUnscaled || room < 1) {
            return wide;
        }
        String quotient = "(" + unscaled(left, leftType) + " * " + power(shift) + "::HUGEINT // "
                + unscaled(right, rightType) + ")";
        String exact = type.scale() == 0
                ? "CAST(" + quotient + " AS " + WorkingType.of(type) + ")"
                : "CAST(CAST(" + quotient + " AS DECIMAL(38,0)) * CAST('" + smallest(type.scale()) + "' AS DECIMAL("
                        + type.scale() + "," + type.scale() + ")) AS " + WorkingType.of(type) + ")";
        if (leftType.precision() <= room) {
            return exact;
        }
        int wholeDigits = room - leftType.scale();
        return wholeDigits < 1
                ? wide
                : "(CASE WHEN abs(" + left + ") < CAST('" + power(Math.min(wholeDigits, 37))
                        + "' AS DECIMAL(38,0)) THEN " + exact + " ELSE " + wide + " END)";
    }

    private static String unscaled(String sql, Decimal type) {
        return type.scale() == 0
                ? "CAST(" + sql + " AS HUGEINT)"
                : "CAST(" + sql + " * CAST('" + power(type.scale()) + "' AS DECIMAL(" + (type.scale() + 1)
                        + ",0)) AS HUGEINT)";
    }

    private static String power(int exponent) {
        return BigInteger.TEN.pow(exponent).toString();
    }

    /** {@code 0.0001} for a scale of 4. */
    private static String smallest(int scale) {
        return new BigDecimal(BigInteger.ONE, scale).toPlainString();
    }
}
