package io.amp.adapters.query.plan;

import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A typed scalar expression; immutable, equal when it computes the same thing from the same columns. */
public sealed interface Expr {
    SqlType type();

    boolean nullable();

    /**
     * A constant.
     *
     * @param value null, or by type: Boolean; BigInteger (integers, durations in their unit); Double; BigDecimal; String (text); {@link Hex}
     *     (binaries); {@link IntervalValue}; Long (dates: days, times and timestamps: microseconds)
     */
    record Literal(@Nullable Object value, SqlType type) implements Expr {
        @Override
        public boolean nullable() {
            return value == null;
        }
    }

    /** Bytes as lower-case hexadecimal digits. */
    record Hex(String digits) {
        public Hex {
            digits = digits.toLowerCase(Locale.ROOT);
        }

        public int length() {
            return digits.length() / 2;
        }
    }

    record IntervalValue(int months, int days, long micros) {}

    /** A column of some relation below (or, in a correlated subquery, around) the expression. */
    record Column(int id, SqlType type, boolean nullable) implements Expr {
        public Column asNullable() {
            return nullable ? this : new Column(id, type, true);
        }
    }

    record Call(ScalarFunction function, List<Expr> arguments, SqlType type, boolean nullable) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** @param safe NULL instead of an error */
    record Cast(Expr input, SqlType type, boolean safe) implements Expr {
        @Override
        public boolean nullable() {
            return safe || input.nullable();
        }
    }

    /** Only the branch that applies is evaluated. */
    record Case(List<Branch> branches, Expr otherwise, SqlType type) implements Expr {
        public Case {
            branches = List.copyOf(branches);
        }

        @Override
        public boolean nullable() {
            return otherwise.nullable()
                    || branches.stream().anyMatch(branch -> branch.result().nullable());
        }
    }

    record Branch(Expr condition, Expr result) {}

    /** {@code AND} or {@code OR} over two or more conditions. */
    record Logical(boolean isAnd, List<Expr> operands) implements Expr {
        public Logical {
            operands = List.copyOf(operands);
        }

        @Override
        public SqlType type() {
            return Types.BOOL;
        }

        @Override
        public boolean nullable() {
            return operands.stream().anyMatch(Expr::nullable);
        }
    }

    /** A field of a struct, by position. */
    record FieldAccess(Expr struct, int position, SqlType type, boolean nullable) implements Expr {}

    /** The single value of a query with one column and at most one row. */
    record ScalarQuery(Rel query, SqlType type) implements Expr {
        @Override
        public boolean nullable() {
            return true;
        }
    }

    record Exists(Rel query) implements Expr {
        @Override
        public SqlType type() {
            return Types.BOOL;
        }

        @Override
        public boolean nullable() {
            return false;
        }
    }

    /**
     * A comparison of values with all or some rows of a query with as many columns.
     *
     * @param operator {@code =, <>, <, <=, >, >=}
     */
    record Quantified(List<Expr> values, String operator, boolean all, Rel query, boolean nullable) implements Expr {
        public Quantified {
            values = List.copyOf(values);
        }

        @Override
        public SqlType type() {
            return Types.BOOL;
        }
    }

    /**
     * A value that the client binds.
     *
     * @param number 1-based
     */
    record Parameter(int number, SqlType type) implements Expr {
        @Override
        public boolean nullable() {
            return true;
        }
    }
}
