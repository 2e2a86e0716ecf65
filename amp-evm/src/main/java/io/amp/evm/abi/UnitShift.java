package io.amp.evm.abi;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * value × 10^units, exactly, as plain decimal text (functions specification, section 5.11). Works on digits, so that nothing is ever
 * rounded. An instance is reused and allocates nothing except to format the rarer kinds of value; it is not thread-safe. The result of the
 * last call stands in {@link #array()} from 0 to the length returned.
 */
public final class UnitShift {
    public static final int UNITS_MAX = 32;

    /** Characters of a text value; also the largest exponent. */
    public static final int TEXT_LENGTH_MAX = 1024;

    /** Returned for text that is no number, or one beyond the limits; {@link #problem()} says which. */
    public static final int INVALID = -1;

    private static final String INVALID_DIGIT = "invalid digit found in string";

    private final byte[] number = new byte[Math.max(TEXT_LENGTH_MAX, 2 * Word.DECIMAL_LENGTH_MAX)];
    private final byte[] digits = new byte[TEXT_LENGTH_MAX + Word.DECIMAL_LENGTH_MAX];
    private byte[] out = new byte[256];
    private String problem = "";

    /** Holds the last result, ASCII; valid until the next call. */
    public byte[] array() {
        return out;
    }

    /** Why the last call returned {@link #INVALID}. */
    public String problem() {
        return problem;
    }

    /**
     * The units a call may shift by.
     *
     * @throws AbiException when they are out of range
     */
    public static int requireUnits(BigInteger units) {
        if (units.abs().compareTo(BigInteger.valueOf(UNITS_MAX)) > 0) {
            throw new AbiException(
                    "units must be between -" + UNITS_MAX + " and " + UNITS_MAX + " (got " + units + ")");
        }
        return units.intValueExact();
    }

    /**
     * Reads units from text.
     *
     * @throws AbiException when it is no integer or out of range
     */
    public static int parseUnits(String text) {
        if (!text.matches("[+-]?[0-9]+") || text.length() > TEXT_LENGTH_MAX) {
            throw new AbiException("failed to parse integer: " + INVALID_DIGIT);
        }
        return requireUnits(new BigInteger(text));
    }

    /** Shifts an integer; returns the length of the result. */
    public int shift(long value, boolean signed, int units) {
        boolean negative = signed && value < 0;
        int end = Word.writeDigits(negative ? -value : value, digits, 0);
        return format(negative, end, units);
    }

    /** Shifts a decimal whose unscaled value is a 32-byte two's complement word; returns the length of the result. */
    public int shiftDecimal(byte[] array, int offset, int scale, int units) {
        int length = Word.writeDecimal(array, offset, true, number, 0);
        boolean negative = number[0] == '-';
        int sign = negative ? 1 : 0;
        System.arraycopy(number, sign, digits, 0, length - sign);
        return format(negative, length - sign, units - scale);
    }

    /** Shifts a number in its shortest form that reads back the same; {@link #INVALID} for NaN and infinities. */
    public int shift(double value, int units) {
        return shiftFloat(Double.toString(value), Double.isFinite(value), "failed to parse float64", units);
    }

    public int shift(float value, int units) {
        return shiftFloat(Float.toString(value), Float.isFinite(value), "failed to parse float32", units);
    }

    /** Shifts a number of IEEE 754 half precision, given by its bits. */
    public int shiftHalf(short bits, int units) {
        float value = Float.float16ToFloat(bits);
        return shiftFloat(shortestHalf(value), Float.isFinite(value), "failed to parse float16", units);
    }

    /** The text of fewest digits that rounds to the same half: at most five are needed. */
    private static String shortestHalf(float value) {
        for (int precision = 1; precision < 5; precision++) {
            String text = String.format(Locale.ROOT, "%." + (precision - 1) + "e", value);
            if (Float.isFinite(value) && Float.floatToFloat16(Float.parseFloat(text)) == Float.floatToFloat16(value)) {
                return text;
            }
        }
        return Float.toString(value);
    }

    private int shiftFloat(String text, boolean finite, String message, int units) {
        if (!finite) {
            problem = message;
            return INVALID;
        }
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        return shift(ascii, 0, ascii.length, units);
    }

    /**
     * Shifts a number in text: {@code [+-]digits[.digits][(e|E)[+-]digits]}, digits may be missing on one side of the point, {@code _} after
     * the first digit is skipped.
     *
     * @return length of the result, or {@link #INVALID}
     */
    public int shift(byte[] text, int offset, int length, int units) {
        if (length > TEXT_LENGTH_MAX) {
            problem = "text is longer than " + TEXT_LENGTH_MAX + " characters";
            return INVALID;
        }
        int at = offset;
        int end = offset + length;
        boolean negative = at < end && text[at] == '-';
        if (negative || (at < end && text[at] == '+')) {
            at++;
        }
        int count = 0;
        int fraction = 0;
        boolean point = false;
        boolean digitSeen = false;
        for (; at < end; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                digitSeen = true;
                fraction += point ? 1 : 0;
                if (count > 0 || c != '0') {
                    digits[count++] = c;
                }
            } else if (c == '.' && !point) {
                point = true;
            } else if (c != '_' || !digitSeen) {
                break;
            }
        }
        int exponent = 0;
        boolean valid = digitSeen;
        if (valid && at < end) {
            valid = (text[at] | 0x20) == 'e';
            at++;
            boolean negativeExponent = at < end && text[at] == '-';
            if (negativeExponent || (at < end && text[at] == '+')) {
                at++;
            }
            boolean exponentSeen = false;
            for (; at < end && valid; at++) {
                byte c = text[at];
                if (c >= '0' && c <= '9') {
                    exponentSeen = true;
                    exponent = Math.min(TEXT_LENGTH_MAX + 1, exponent * 10 + c - '0');
                } else {
                    valid = c == '_' && exponentSeen;
                }
            }
            valid &= exponentSeen;
            if (valid && exponent > TEXT_LENGTH_MAX) {
                problem = "the exponent is beyond " + TEXT_LENGTH_MAX;
                return INVALID;
            }
            exponent = negativeExponent ? -exponent : exponent;
        }
        if (!valid) {
            problem = INVALID_DIGIT;
            return INVALID;
        }
        return format(negative, count, units + exponent - fraction);
    }

    /** Writes the first {@code count} of {@link #digits} × 10^exponent. */
    private int format(boolean negative, int count, int exponent) {
        int last = count;
        int shift = exponent;
        while (last > 0 && digits[last - 1] == '0') {
            last--;
            shift++;
        }
        if (last == 0) {
            out[0] = '0';
            return 1;
        }
        int needed = last + Math.abs(shift) + 3;
        if (needed > out.length) {
            out = new byte[needed];
        }
        int at = 0;
        if (negative) {
            out[at++] = '-';
        }
        if (shift >= 0) {
            System.arraycopy(digits, 0, out, at, last);
            return zeros(at + last, shift);
        }
        int whole = last + shift;
        if (whole > 0) {
            System.arraycopy(digits, 0, out, at, whole);
            at += whole;
            out[at++] = '.';
            System.arraycopy(digits, whole, out, at, last - whole);
            return at + last - whole;
        }
        out[at++] = '0';
        out[at++] = '.';
        at = zeros(at, -whole);
        System.arraycopy(digits, 0, out, at, last);
        return at + last;
    }

    private int zeros(int at, int count) {
        for (int i = at; i < at + count; i++) {
            out[i] = '0';
        }
        return at + count;
    }
}
