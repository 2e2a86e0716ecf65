package io.amp.adapters.query.duckdb;

import java.math.BigInteger;

/** A reusable whole number: a sign and 256 bits of magnitude. */
final class Wide {
    private static final int DIGITS_MAX = 76;
    private static final int STEP_DIGITS = 18;
    private static final long[] POWERS = new long[STEP_DIGITS + 1];
    /** Four words for each power of ten, lowest word first. */
    private static final long[] BOUNDS = new long[(DIGITS_MAX + 1) * 4];

    static {
        for (int i = 0; i <= STEP_DIGITS; i++) {
            POWERS[i] = BigInteger.TEN.pow(i).longValueExact();
        }
        for (int digits = 0; digits <= DIGITS_MAX; digits++) {
            BigInteger power = BigInteger.TEN.pow(digits);
            for (int word = 0; word < 4; word++) {
                BOUNDS[digits * 4 + word] = power.shiftRight(64 * word).longValue();
            }
        }
    }

    private boolean negative;
    private long m0;
    private long m1;
    private long m2;
    private long m3;

    void setSigned(long value) {
        set(value < 0, value < 0 ? -value : value, 0, 0, 0);
    }

    void setUnsigned(long low, long high) {
        set(false, low, high, 0, 0);
    }

    /** A 128-bit number in two's complement. */
    void setSigned(long low, long high) {
        if (high < 0) {
            set(true, -low, low == 0 ? -high : ~high, 0, 0);
        } else {
            set(false, low, high, 0, 0);
        }
    }

    void set(boolean minus, long w0, long w1, long w2, long w3) {
        negative = minus;
        m0 = w0;
        m1 = w1;
        m2 = w2;
        m3 = w3;
    }

    void negate() {
        negative = !negative;
    }

    /** The low 64 bits in two's complement. */
    long low() {
        return negative ? -m0 : m0;
    }

    boolean fitsInteger(int bits, boolean signed) {
        if ((m1 | m2 | m3) != 0) {
            return false;
        }
        if (!signed) {
            return (!negative || m0 == 0) && (bits == 64 || m0 >>> bits == 0);
        }
        long limit = 1L << (bits - 1);
        return Long.compareUnsigned(m0, negative ? limit : limit - 1) <= 0;
    }

    /** Whether the magnitude is below 10 to the {@code digits}, 76 at most. */
    boolean fitsDigits(int digits) {
        int at = digits * 4;
        int order = Long.compareUnsigned(m3, BOUNDS[at + 3]);
        order = order != 0 ? order : Long.compareUnsigned(m2, BOUNDS[at + 2]);
        order = order != 0 ? order : Long.compareUnsigned(m1, BOUNDS[at + 1]);
        order = order != 0 ? order : Long.compareUnsigned(m0, BOUNDS[at]);
        return order < 0;
    }

    /** Appends {@code digits} decimal zeros. @return false when that needs more than 256 bits */
    boolean shiftLeft10(int digits) {
        for (int left = digits; left > 0; left -= STEP_DIGITS) {
            if (!multiplyAdd(POWERS[Math.min(left, STEP_DIGITS)], 0)) {
                return false;
            }
        }
        return true;
    }

    /** Appends the up to 18 {@code digits} of {@code value}. @return false when that needs more than 256 bits */
    boolean appendDigits(long value, int digits) {
        return multiplyAdd(POWERS[digits], value);
    }

    private boolean multiplyAdd(long factor, long summand) {
        long carry = summand;
        long low = m0 * factor;
        long high = Math.unsignedMultiplyHigh(m0, factor);
        m0 = low + carry;
        carry = high + (Long.compareUnsigned(m0, low) < 0 ? 1 : 0);
        low = m1 * factor;
        high = Math.unsignedMultiplyHigh(m1, factor);
        m1 = low + carry;
        carry = high + (Long.compareUnsigned(m1, low) < 0 ? 1 : 0);
        low = m2 * factor;
        high = Math.unsignedMultiplyHigh(m2, factor);
        m2 = low + carry;
        carry = high + (Long.compareUnsigned(m2, low) < 0 ? 1 : 0);
        low = m3 * factor;
        high = Math.unsignedMultiplyHigh(m3, factor);
        m3 = low + carry;
        carry = high + (Long.compareUnsigned(m3, low) < 0 ? 1 : 0);
        return carry == 0;
    }

    /** Writes two's complement of 16 or 32 bytes, lowest byte first. */
    void write(long address, int width) {
        long flip = negative ? -1 : 0;
        long carry = negative ? 1 : 0;
        long w0 = (m0 ^ flip) + carry;
        carry = carry == 1 && w0 == 0 ? 1 : 0;
        long w1 = (m1 ^ flip) + carry;
        Memory.putLong(address, w0);
        Memory.putLong(address + 8, w1);
        if (width == 32) {
            carry = carry == 1 && w1 == 0 ? 1 : 0;
            long w2 = (m2 ^ flip) + carry;
            carry = carry == 1 && w2 == 0 ? 1 : 0;
            Memory.putLong(address + 16, w2);
            Memory.putLong(address + 24, (m3 ^ flip) + carry);
        }
    }

    BigInteger toBigInteger() {
        BigInteger magnitude = BigInteger.ZERO;
        for (long word : new long[] {m3, m2, m1, m0}) {
            magnitude = magnitude.shiftLeft(64).or(new BigInteger(Long.toUnsignedString(word)));
        }
        return negative ? magnitude.negate() : magnitude;
    }

    @Override
    public String toString() {
        return toBigInteger().toString();
    }
}
