package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.Types;
import org.jspecify.annotations.Nullable;

/** Pattern matching, and slices of binaries. */
public final class Patterns {
    private Patterns() {}

    /**
     * @param operator as the parser names it, {@code NOT …} or {@code NEGATED …} for the negations
     * @param escape null = backslash
     */
    public static Expr match(String operator, Expr text, Expr pattern, @Nullable String escape) {
        boolean negated = operator.startsWith("NOT ") || operator.startsWith("NEGATED ");
        String plain = operator.replace("NOT ", "").replace("NEGATED ", "");
        String sql = switch (plain) {
            case "LIKE", "ILIKE" -> "({0} " + plain + " {1} ESCAPE {2})";
            case "SIMILAR TO" -> "regexp_full_match({0}, replace(replace({1}, '%', '.*'), '_', '.'), 's')";
            case "RLIKE", "POSIX REGEX CASE SENSITIVE" -> "regexp_matches({0}, {1})";
            case "POSIX REGEX CASE INSENSITIVE" -> "regexp_matches({0}, {1}, 'i')";
            default -> throw new IllegalArgumentException(operator);
        };
        Expr match = sql.contains("{2}")
                ? Operators.call(
                        new Template(plain, sql), Types.BOOL, text, pattern, Exprs.text(escape == null ? "\\" : escape))
                : Operators.call(new Template(plain, sql), Types.BOOL, text, pattern);
        return negated ? Operators.call(Operators.NOT, Types.BOOL, match) : match;
    }

    /** Bytes from {@code start} to {@code end}, counted from 1, both included. */
    public static Expr binarySlice(Expr value, Expr start, Expr end) {
        return Operators.call(
                new Template("array_slice", "array_slice({0}, {1}, {2})"),
                Types.BINARY,
                Coercion.cast(value, Types.BINARY),
                start,
                end);
    }
}
