package io.amp.adapters.query.function;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** The engine's functions on {@linkplain WideDecimals wide decimals}. */
final class WideArithmetic {
    private static final int BYTES = 32;

    private WideArithmetic() {}

    static List<ScalarFunction> definitions() {
        List<DuckType> text = List.of(DuckType.VARCHAR, DuckType.INTEGER, DuckType.INTEGER);
        return List.of(
                ScalarFunction.of(WideDecimals.PARSE, text, DuckType.BLOB, (in, out) -> parse(in, out, false)),
                ScalarFunction.of(WideDecimals.TRY_PARSE, text, DuckType.BLOB, (in, out) -> parse(in, out, true)),
                ScalarFunction.of(
                        WideDecimals.PRINT,
                        List.of(DuckType.BLOB, DuckType.INTEGER),
                        DuckType.VARCHAR,
                        WideArithmetic::print),
                ScalarFunction.of(WideDecimals.FLIP, List.of(DuckType.BLOB), DuckType.BLOB, WideArithmetic::flip),
                ScalarFunction.of(
                        WideDecimals.COMPUTE,
                        List.of(DuckType.VARCHAR, DuckType.BLOB, DuckType.BLOB, DuckType.INTEGER, DuckType.INTEGER),
                        DuckType.BLOB,
                        WideArithmetic::compute));
    }

    private static void parse(InputChunk input, OutputVector output, boolean safe) {
        for (int row = 0; row < input.size(); row++) {
            if (input.anyNull(row)) {
                output.setNull(row);
                continue;
            }
            String text = input.vector(0).getString(row);
            int precision = input.vector(1).getInt(row);
            int scale = input.vector(2).getInt(row);
            try {
                BigInteger value = parse(text, scale);
                write(checked(value, precision), output, row);
            } catch (NumberFormatException | ArithmeticException e) {
                if (!safe) {
                    throw new ArithmeticException(
                            "cannot convert '" + shortened(text) + "' to Decimal256(" + precision + ", " + scale + ")");
                }
                output.setNull(row);
            }
        }
    }

    private static BigInteger parse(String text, int scale) {
        if (text.length() > 1_000) {
            throw new NumberFormatException("too long");
        }
        var value = new BigDecimal(text.strip());
        if (Math.abs((long) value.scale()) > 1_000) {
            throw new NumberFormatException("exponent");
        }
        return value.setScale(scale, RoundingMode.HALF_UP).unscaledValue();
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private static BigInteger checked(BigInteger value, int precision) {
        if (value.abs().compareTo(BigInteger.TEN.pow(precision)) >= 0) {
            throw new ArithmeticException("decimal overflow: more than " + precision + " digits");
        }
        return value;
    }

    private static void print(InputChunk input, OutputVector output) {
        for (int row = 0; row < input.size(); row++) {
            if (input.anyNull(row)) {
                output.setNull(row);
            } else {
                BigInteger value = read(input.vector(0).getBytes(row));
                output.setString(row, new BigDecimal(value, input.vector(1).getInt(row)).toPlainString());
            }
        }
    }

    private static void flip(InputChunk input, OutputVector output) {
        for (int row = 0; row < input.size(); row++) {
            if (input.anyNull(row)) {
                output.setNull(row);
            } else {
                byte[] bytes = input.vector(0).getBytes(row);
                bytes[0] ^= (byte) 0x80;
                output.setBytes(row, bytes);
            }
        }
    }

    private static void compute(InputChunk input, OutputVector output) {
        for (int row = 0; row < input.size(); row++) {
            if (input.anyNull(row)) {
                output.setNull(row);
                continue;
            }
            BigInteger left = read(input.vector(1).getBytes(row));
            BigInteger right = read(input.vector(2).getBytes(row));
            int shift = input.vector(3).getInt(row);
            BigInteger result = compute((char) input.vector(0).getByteAt(row, 0), left, right, shift);
            write(checked(result, input.vector(4).getInt(row)), output, row);
        }
    }

    private static BigInteger compute(char operator, BigInteger left, BigInteger right, int shift) {
        if ((operator == '/' || operator == '%') && right.signum() == 0) {
            throw new ArithmeticException("Divide by zero");
        }
        return switch (operator) {
            case '+' -> left.add(right);
            case '-' -> left.subtract(right);
            case '*' -> left.multiply(right);
            case '/' -> left.multiply(BigInteger.TEN.pow(shift)).divide(right);
            case '%' -> left.remainder(right);
            default -> throw new IllegalArgumentException("operator " + operator);
        };
    }

    private static BigInteger read(byte[] sortable) {
        byte[] bytes = sortable.clone();
        bytes[0] ^= (byte) 0x80;
        return new BigInteger(bytes);
    }

    private static void write(BigInteger value, OutputVector output, int row) {
        byte[] bytes = new byte[BYTES];
        byte[] magnitude = value.toByteArray();
        Arrays.fill(bytes, 0, BYTES - magnitude.length, (byte) (value.signum() < 0 ? -1 : 0));
        System.arraycopy(magnitude, 0, bytes, BYTES - magnitude.length, magnitude.length);
        bytes[0] ^= (byte) 0x80;
        output.setBytes(row, bytes);
    }
}
