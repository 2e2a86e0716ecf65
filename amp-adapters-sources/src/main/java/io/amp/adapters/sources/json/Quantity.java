package io.amp.adapters.sources.json;

import java.math.BigInteger;

/** A number of up to 256 bits, filled by {@link JsonCursor#quantity} and reused. {@code word0} holds the lowest bits. */
public final class Quantity {
    /** 10^38 - 1, the largest value of a Decimal(38, 0). */
    private static final BigInteger DECIMAL_38_MAX = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);

    private static final long DECIMAL_38_MAX_HIGH =
            DECIMAL_38_MAX.shiftRight(64).longValue();
    private static final long DECIMAL_38_MAX_LOW = DECIMAL_38_MAX.longValue();

    long word0;
    long word1;
    long word2;
    long word3;

    /** The lowest 64 bits, unsigned. */
    public long low() {
        return word0;
    }

    /** Bits 64 to 127, unsigned. */
    public long high() {
        return word1;
    }

    public boolean fitsUnsignedInt() {
        return fitsUnsignedLong() && word0 >>> 32 == 0;
    }

    public boolean fitsUnsignedLong() {
        return (word1 | word2 | word3) == 0;
    }

    /** True for a value that fits a signed 64-bit number. */
    public boolean fitsLong() {
        return fitsUnsignedLong() && word0 >= 0;
    }

    /** True up to 10^38 - 1. */
    public boolean fitsDecimal38() {
        if ((word2 | word3) != 0) {
            return false;
        }
        int high = Long.compareUnsigned(word1, DECIMAL_38_MAX_HIGH);
        return high < 0 || (high == 0 && Long.compareUnsigned(word0, DECIMAL_38_MAX_LOW) <= 0);
    }

    public boolean isZero() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    public BigInteger toBigInteger() {
        byte[] bytes = new byte[32];
        copyBigEndian(bytes, 0);
        return new BigInteger(1, bytes);
    }

    /** Writes 32 bytes, most significant first. */
    public void copyBigEndian(byte[] to, int at) {
        put(to, at, word3);
        put(to, at + 8, word2);
        put(to, at + 16, word1);
        put(to, at + 24, word0);
    }

    void clear() {
        word0 = 0;
        word1 = 0;
        word2 = 0;
        word3 = 0;
    }

    public void set(long value) {
        clear();
        word0 = value;
    }

    /** Makes room for one hex digit at the low end; false when the top digit would be lost. */
    boolean shiftIn(int digit) {
        if (word3 >>> 60 != 0) {
            return false;
        }
        word3 = word3 << 4 | word2 >>> 60;
        word2 = word2 << 4 | word1 >>> 60;
        word1 = word1 << 4 | word0 >>> 60;
        word0 = word0 << 4 | digit;
        return true;
    }

    /** False when it does not fit. */
    boolean set(BigInteger value) {
        if (value.bitLength() > 256) {
            return false;
        }
        word0 = value.longValue();
        word1 = value.shiftRight(64).longValue();
        word2 = value.shiftRight(128).longValue();
        word3 = value.shiftRight(192).longValue();
        return true;
    }

    private static void put(byte[] to, int at, long word) {
        for (int i = 7; i >= 0; i--) {
            to[at + i] = (byte) word;
            word >>>= 8;
        }
    }

    @Override
    public String toString() {
        return toBigInteger().toString();
    }
}
