package io.amp.adapters.query.emit;

import io.amp.adapters.query.function.WideDecimals;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.WorkingType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Constants in the engine's SQL, each with its working type. */
final class LiteralEmitter {
    private static final long SECOND_MICROS = 1_000_000;

    private LiteralEmitter() {}

    static String emit(Literal literal) {
        String type = WorkingType.of(literal.type());
        return switch (literal.value()) {
            case null -> "CAST(NULL AS " + type + ")";
            case Boolean value -> value.toString();
            case BigInteger value -> "CAST(" + value + " AS " + type + ")";
            case BigDecimal value -> decimal(value, (SqlType.Decimal) literal.type(), type);
            case Double value -> "CAST('" + value + "' AS " + type + ")";
            case String value -> text(value);
            case Expr.Hex value -> binary(value.digits());
            case Expr.IntervalValue value ->
                "(to_months(" + value.months() + ") + to_days(" + value.days() + ") + to_microseconds(" + value.micros()
                        + "))";
            case Long value -> time(value, literal.type(), type);
            default ->
                throw new IllegalStateException(
                        "a literal of " + literal.value().getClass());
        };
    }

    private static String decimal(BigDecimal value, SqlType.Decimal decimal, String type) {
        String text = "'" + value.toPlainString() + "'";
        return decimal.isWide() ? WideDecimals.parse(text, decimal, false) : "CAST(" + text + " AS " + type + ")";
    }

    /** The engine reads statements up to the first NUL, so a text with one goes as bytes. */
    static String text(String value) {
        return value.indexOf('\0') >= 0
                ? "decode(" + binary(HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8))) + ")"
                : "'" + value.replace("'", "''") + "'";
    }

    static String binary(String digits) {
        var sql = new StringBuilder("CAST('");
        for (int i = 0; i < digits.length(); i += 2) {
            sql.append("\\x").append(digits, i, i + 2);
        }
        return sql.append("' AS BLOB)").toString();
    }

    private static String time(long value, SqlType type, String working) {
        return switch (type) {
            case SqlType.Date date when date.bits() == 32 -> "(DATE '1970-01-01' + CAST(" + value + " AS INTEGER))";
            case SqlType.Time ignored ->
                String.format(
                        Locale.ROOT,
                        "CAST('%02d:%02d:%02d.%06d' AS TIME)",
                        value / (3600 * SECOND_MICROS),
                        value / (60 * SECOND_MICROS) % 60,
                        value / SECOND_MICROS % 60,
                        value % SECOND_MICROS);
            default -> (working.equals("TIMESTAMPTZ") ? "make_timestamptz(" : "make_timestamp(") + value + ")";
        };
    }
}
