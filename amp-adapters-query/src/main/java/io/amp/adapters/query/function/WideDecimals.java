package io.amp.adapters.query.function;

import io.amp.adapters.query.type.SqlType.Decimal;

/**
 * Decimals beyond 38 digits, which the engine carries as sortable 32-byte binaries ({@code WorkingType}); their arithmetic is done by
 * functions of this module that are registered with the engine.
 */
public final class WideDecimals {
    /** {@code (VARCHAR, precision, scale) → BLOB}: decimal text, error when it does not fit; NULL for NULL. */
    public static final String PARSE = "amp_wide_parse";
    /** Like {@link #PARSE}, NULL instead of an error. */
    public static final String TRY_PARSE = "amp_wide_try_parse";
    /** {@code (BLOB, scale) → VARCHAR}. */
    public static final String PRINT = "amp_wide_print";
    /** {@code (symbol, BLOB, BLOB, shift, precision) → BLOB} on unscaled values; the left one is multiplied by 10^shift before. */
    public static final String COMPUTE = "amp_wide_compute";

    /** {@code (BLOB) → BLOB}: from two's complement, as files hold it, to the sortable form. */
    public static final String FLIP = "amp_wide_flip";

    private WideDecimals() {}

    /** Text of a wide or narrow decimal, or of an integer, as a wide decimal. */
    public static String parse(String text, Decimal type, boolean safe) {
        return (safe ? TRY_PARSE : PARSE) + "(" + text + ", " + type.precision() + ", " + type.scale() + ")";
    }

    public static String print(String wide, Decimal type) {
        return PRINT + "(" + wide + ", " + type.scale() + ")";
    }

    /** A decimal of any width as a wide one of the given precision and scale. */
    static String widen(String sql, Decimal from, Decimal to) {
        if (from.isWide() && from.scale() == to.scale() && from.precision() <= to.precision()) {
            return sql;
        }
        return parse(from.isWide() ? print(sql, from) : "CAST(" + sql + " AS VARCHAR)", to, false);
    }

    static String arithmetic(
            String symbol, String left, Decimal leftType, String right, Decimal rightType, Decimal type) {
        int scale = Math.max(leftType.scale(), rightType.scale());
        boolean aligned = symbol.equals("+") || symbol.equals("-") || symbol.equals("%");
        String l = widen(left, leftType, new Decimal(256, Decimal.MAX_WIDE, aligned ? scale : leftType.scale()));
        String r = widen(right, rightType, new Decimal(256, Decimal.MAX_WIDE, aligned ? scale : rightType.scale()));
        int shift = symbol.equals("/") ? type.scale() - leftType.scale() + rightType.scale() : 0;
        return COMPUTE + "('" + symbol + "', " + l + ", " + r + ", " + shift + ", " + type.precision() + ")";
    }

    /** Division of narrow decimals by way of wide ones. */
    static String divideNarrow(String left, Decimal leftType, String right, Decimal rightType, Decimal type) {
        var wide = new Decimal(256, type.precision(), type.scale());
        return "CAST(" + PRINT + "(" + arithmetic("/", left, leftType, right, rightType, wide) + ", " + type.scale()
                + ") AS DECIMAL(" + type.precision() + "," + type.scale() + "))";
    }
}
