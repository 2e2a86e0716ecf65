package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.Locale;
import org.apache.arrow.vector.types.TimeUnit;

/** Reads the SQL names of types (query specification, section 1.6), as in {@code CAST(x AS DECIMAL(38, 0))}. */
final class TypeReader {
    private static final int DEFAULT_PRECISION = 38;
    private static final int DEFAULT_SCALE = 10;

    private final SourceText source;
    private final TokenCursor cursor;

    TypeReader(SourceText source, TokenCursor cursor) {
        this.source = source;
        this.cursor = cursor;
    }

    /** Reads one type and leaves the cursor behind it. */
    SqlType read() {
        SqlType type = readScalar();
        while (true) {
            if (cursor.peek().isSymbol("[") && cursor.peek(1).isSymbol("]")) {
                cursor.moveTo(cursor.index() + 2);
            } else if (!cursor.acceptWord("ARRAY")) {
                return type;
            }
            type = SqlType.listOf(type);
        }
    }

    private SqlType readScalar() {
        Token token = cursor.next();
        String name = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME
                ? token.text().toUpperCase(Locale.ROOT)
                : "";
        return switch (name) {
            case "BOOLEAN", "BOOL" -> Types.BOOL;
            case "TINYINT", "INT1" -> integer(8);
            case "SMALLINT", "INT2" -> integer(16);
            case "INT", "INTEGER", "INT4", "MEDIUMINT" -> integer(32);
            case "BIGINT", "INT8" -> integer(64);
            case "UTINYINT" -> Types.UINT8;
            case "USMALLINT" -> Types.UINT16;
            case "UINTEGER" -> Types.UINT32;
            case "UBIGINT" -> Types.UINT64;
            case "REAL", "FLOAT4" -> Types.FLOAT32;
            case "FLOAT" -> {
                skipLength();
                yield Types.FLOAT32;
            }
            case "DOUBLE" -> {
                cursor.acceptWord("PRECISION");
                yield Types.FLOAT64;
            }
            case "FLOAT8" -> Types.FLOAT64;
            case "DECIMAL", "NUMERIC", "DEC" -> decimal(token);
            case "CHAR", "CHARACTER", "VARCHAR", "NVARCHAR", "TEXT", "STRING" -> {
                cursor.acceptWord("VARYING");
                skipLength();
                yield Types.TEXT;
            }
            case "BYTEA", "BINARY", "VARBINARY", "BLOB", "BYTES" -> {
                cursor.acceptWord("VARYING");
                skipLength();
                yield Types.BINARY;
            }
            case "DATE" -> Types.DATE32;
            case "TIME" -> {
                skipLength();
                acceptZone();
                yield Types.TIME_NS;
            }
            case "TIMESTAMP", "DATETIME" -> {
                TimeUnit unit = unit();
                yield new SqlType.Timestamp(unit, acceptZone() ? Types.UTC : null);
            }
            case "TIMESTAMPTZ" -> new SqlType.Timestamp(unit(), Types.UTC);
            case "INTERVAL" -> Types.INTERVAL;
            default ->
                throw source.syntaxError(
                        token.start(),
                        token.kind() == Kind.END ? "a type is missing" : "unknown type '" + token.text() + "'");
        };
    }

    private SqlType integer(int bits) {
        skipLength();
        return new SqlType.Int(bits, !cursor.acceptWord("UNSIGNED"));
    }

    private SqlType decimal(Token token) {
        if (!cursor.acceptSymbol("(")) {
            return SqlType.decimal(DEFAULT_PRECISION, DEFAULT_SCALE);
        }
        int precision = number();
        int scale = 0;
        if (cursor.acceptSymbol(",")) {
            boolean negative = cursor.acceptSymbol("-");
            scale = number();
            if (negative) {
                throw source.syntaxError(token.start(), "decimal scale must not be negative");
            }
        }
        closeParenthesis();
        if (precision < 1 || precision > SqlType.Decimal.MAX_WIDE || scale > precision) {
            throw source.syntaxError(
                    token.start(), "decimal precision " + precision + " and scale " + scale + " are out of range");
        }
        return SqlType.decimal(precision, scale);
    }

    /** Precision of a timestamp in digits of a second; none = nanoseconds. */
    private TimeUnit unit() {
        if (!cursor.peek().isSymbol("(")) {
            return TimeUnit.NANOSECOND;
        }
        cursor.next();
        int offset = cursor.peek().start();
        int digits = number();
        closeParenthesis();
        return switch (digits) {
            case 0 -> TimeUnit.SECOND;
            case 3 -> TimeUnit.MILLISECOND;
            case 6 -> TimeUnit.MICROSECOND;
            case 9 -> TimeUnit.NANOSECOND;
            default -> throw source.syntaxError(offset, "timestamp precision must be 0, 3, 6 or 9, not " + digits);
        };
    }

    private boolean acceptZone() {
        if ((cursor.peek().isWord("WITH") || cursor.peek().isWord("WITHOUT"))
                && cursor.peek(1).isWord("TIME")
                && cursor.peek(2).isWord("ZONE")) {
            boolean with = cursor.next().isWord("WITH");
            cursor.next();
            cursor.next();
            return with;
        }
        return false;
    }

    private void skipLength() {
        if (cursor.peek().isSymbol("(") && cursor.peek(1).kind() == Kind.NUMBER) {
            cursor.next();
            number();
            closeParenthesis();
        }
    }

    private int number() {
        Token token = cursor.next();
        if (token.kind() != Kind.NUMBER
                || !token.text().chars().allMatch(c -> c >= '0' && c <= '9')
                || token.text().length() > 9) {
            throw source.syntaxError(token.start(), "a whole number was expected in a type");
        }
        return Integer.parseInt(token.text());
    }

    private void closeParenthesis() {
        Token token = cursor.next();
        if (!token.isSymbol(")")) {
            throw source.syntaxError(token.start(), "')' was expected in a type");
        }
    }
}
