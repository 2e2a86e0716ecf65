package io.amp.evm.abi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Arithmetic on 256-bit words, each 32 big-endian bytes inside an array: tests of range, decimal text, and the little-endian forms of
 * columns. Nothing here allocates, except where it says so.
 */
public final class Word {
    /*
     * Implementation note. Decimal text is made 19 digits at a time by dividing four 64-bit limbs by 10^19. 10^19 has its top bit set,
     * so the division of two limbs by one is two multiplications with its reciprocal: Möller and Granlund, "Improved division by
     * invariant integers", algorithm 4.
     */

    public static final int BYTES = 32;

    /** Characters of the longest decimal text: 78 digits and a sign. */
    public static final int DECIMAL_LENGTH_MAX = 79;

    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle PAIR = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long TEN_19 = 0x8AC7230489E80000L;
    private static final long TEN_19_RECIPROCAL = 0xD83C94FB6D2AC34AL;
    private static final int CHUNK_DIGITS = 19;

    /** 10^38 and 10^76 as limbs, highest first. */
    private static final long[] TEN_38 = limbs(BigInteger.TEN.pow(38));

    private static final long[] TEN_76 = limbs(BigInteger.TEN.pow(76));

    /** Both digits of 0 to 99. */
    private static final short[] PAIRS = new short[100];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) ('0' + i / 10 | ('0' + i % 10) << 8);
        }
    }

    private Word() {}

    private static long[] limbs(BigInteger value) {
        return new long[] {
            value.shiftRight(192).longValue(),
            value.shiftRight(128).longValue(),
            value.shiftRight(64).longValue(),
            value.longValue()
        };
    }

    /** Limb 0 is the highest. */
    public static long limb(byte[] array, int offset, int index) {
        return (long) BIG.get(array, offset + index * Long.BYTES);
    }

    public static boolean isZero(byte[] array, int offset) {
        return (limb(array, offset, 0) | limb(array, offset, 1) | limb(array, offset, 2) | limb(array, offset, 3)) == 0;
    }

    public static boolean isNegative(byte[] array, int offset) {
        return array[offset] < 0;
    }

    /** The low 64 bits. */
    public static long toLong(byte[] array, int offset) {
        return limb(array, offset, 3);
    }

    /** True when the word, read as unsigned, is below 2^bits. */
    public static boolean fitsUnsigned(byte[] array, int offset, int bits) {
        for (int limb = 0; limb < 4; limb++) {
            int free = bits - (3 - limb) * 64;
            if (free < 64 && (free <= 0 ? limb(array, offset, limb) : limb(array, offset, limb) >>> free) != 0) {
                return false;
            }
        }
        return true;
    }

    /** True when the word, read as two's complement, is in [-2^(bits-1), 2^(bits-1)). */
    public static boolean fitsSigned(byte[] array, int offset, int bits) {
        long sign = limb(array, offset, 0) >> 63;
        int value = bits - 1;
        for (int limb = 0; limb < 4; limb++) {
            int free = value - (3 - limb) * 64;
            if (free < 64 && (free <= 0 ? limb(array, offset, limb) : limb(array, offset, limb) >> free) != sign) {
                return false;
            }
        }
        return true;
    }

    /** True when the value has at most {@code digits} (38 or 76) decimal digits. */
    public static boolean fitsDecimal(byte[] array, int offset, boolean signed, int digits) {
        long[] bound = digits == 38 ? TEN_38 : TEN_76;
        long w0 = limb(array, offset, 0);
        long w1 = limb(array, offset, 1);
        long w2 = limb(array, offset, 2);
        long w3 = limb(array, offset, 3);
        if (signed && w0 < 0) {
            w3 = -w3;
            w2 = ~w2 + (w3 == 0 ? 1 : 0);
            w1 = ~w1 + (w3 == 0 && w2 == 0 ? 1 : 0);
            w0 = ~w0 + (w3 == 0 && w2 == 0 && w1 == 0 ? 1 : 0);
        }
        int order = Long.compareUnsigned(w0, bound[0]);
        order = order != 0 ? order : Long.compareUnsigned(w1, bound[1]);
        order = order != 0 ? order : Long.compareUnsigned(w2, bound[2]);
        order = order != 0 ? order : Long.compareUnsigned(w3, bound[3]);
        return order < 0;
    }

    /** Writes the low 128 bits as 16 little-endian bytes. */
    public static void writeLittleEndian128(byte[] array, int offset, byte[] to, int at) {
        LITTLE.set(to, at, limb(array, offset, 3));
        LITTLE.set(to, at + 8, limb(array, offset, 2));
    }

    /** Writes the word as 32 little-endian bytes. */
    public static void writeLittleEndian256(byte[] array, int offset, byte[] to, int at) {
        writeLittleEndian128(array, offset, to, at);
        LITTLE.set(to, at + 16, limb(array, offset, 1));
        LITTLE.set(to, at + 24, limb(array, offset, 0));
    }

    /** Makes a word of a 64-bit integer, sign- or zero-extended. */
    public static void write(long value, boolean signed, byte[] to, int at) {
        write(signed ? value >> 63 : 0, value, to, at);
    }

    /** Makes a word of a 128-bit two's complement integer. */
    public static void write(long high, long low, byte[] to, int at) {
        long sign = high >> 63;
        write(sign, sign, high, low, to, at);
    }

    private static void write(long w0, long w1, long w2, long w3, byte[] to, int at) {
        BIG.set(to, at, w0);
        BIG.set(to, at + 8, w1);
        BIG.set(to, at + 16, w2);
        BIG.set(to, at + 24, w3);
    }

    /** Replaces the word by its two's complement. */
    public static void negate(byte[] array, int offset) {
        long w3 = -limb(array, offset, 3);
        long w2 = ~limb(array, offset, 2) + (w3 == 0 ? 1 : 0);
        long w1 = ~limb(array, offset, 1) + ((w3 | w2) == 0 ? 1 : 0);
        long w0 = ~limb(array, offset, 0) + ((w3 | w2 | w1) == 0 ? 1 : 0);
        write(w0, w1, w2, w3, array, offset);
    }

    /** Allocates. */
    public static BigInteger toBigInteger(byte[] array, int offset, boolean signed) {
        return signed ? new BigInteger(array, offset, BYTES) : new BigInteger(1, array, offset, BYTES);
    }

    /**
     * Makes a word of an integer.
     *
     * @throws IllegalArgumentException when it has more than 256 bits
     */
    public static void write(BigInteger value, byte[] to, int at) {
        if (value.bitLength() > (value.signum() < 0 ? 255 : 256)) {
            throw new IllegalArgumentException("an integer of " + value.bitLength() + " bits is no 256-bit word");
        }
        write(
                value.shiftRight(192).longValue(),
                value.shiftRight(128).longValue(),
                value.shiftRight(64).longValue(),
                value.longValue(),
                to,
                at);
    }

    /** Allocates. */
    public static String toDecimal(byte[] array, int offset, boolean signed) {
        byte[] text = new byte[DECIMAL_LENGTH_MAX];
        int length = writeDecimal(array, offset, signed, text, 0);
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes the decimal digits, with {@code -} when negative and without leading zeros.
     *
     * @param to has {@link #DECIMAL_LENGTH_MAX} bytes from {@code at}
     * @return number of bytes written
     */
    public static int writeDecimal(byte[] array, int offset, boolean signed, byte[] to, int at) {
        long w0 = limb(array, offset, 0);
        long w1 = limb(array, offset, 1);
        long w2 = limb(array, offset, 2);
        long w3 = limb(array, offset, 3);
        int start = at;
        if (signed && w0 < 0) {
            w3 = -w3;
            w2 = ~w2 + (w3 == 0 ? 1 : 0);
            w1 = ~w1 + (w3 == 0 && w2 == 0 ? 1 : 0);
            w0 = ~w0 + (w3 == 0 && w2 == 0 && w1 == 0 ? 1 : 0);
            to[start++] = '-';
        }
        if ((w0 | w1 | w2) == 0) {
            return writeDigits(w3, to, start) - at;
        }
        long chunk0 = 0;
        long chunk1 = 0;
        long chunk2 = 0;
        long chunk3 = 0;
        int chunks = 0;
        // Each pass divides the four limbs by 10^19, highest first, and leaves the lowest 19 digits in the remainder.
        while ((w0 | w1 | w2) != 0) {
            long remainder = 0;
            if (w0 != 0) {
                // Both operands stay below 2^64, and 2^64 < 2 * 10^19.
                long quotient = Long.compareUnsigned(w0, TEN_19) >= 0 ? 1 : 0;
                remainder = w0 - (quotient == 0 ? 0 : TEN_19);
                w0 = quotient;
            }
            long q1 = quotient(remainder, w1);
            remainder = w1 - q1 * TEN_19;
            w1 = q1;
            long q2 = quotient(remainder, w2);
            remainder = w2 - q2 * TEN_19;
            w2 = q2;
            long q3 = quotient(remainder, w3);
            remainder = w3 - q3 * TEN_19;
            w3 = q3;
            switch (chunks++) {
                case 0 -> chunk0 = remainder;
                case 1 -> chunk1 = remainder;
                case 2 -> chunk2 = remainder;
                default -> chunk3 = remainder;
            }
        }
        // At least 2^64 was divided by 10^19, so w3 is not zero.
        int end = writeDigits(w3, to, start);
        for (int chunk = chunks - 1; chunk >= 0; chunk--) {
            end = writeChunk(chunk(chunk, chunk0, chunk1, chunk2, chunk3), to, end);
        }
        return end - at;
    }

    private static long chunk(int index, long chunk0, long chunk1, long chunk2, long chunk3) {
        return switch (index) {
            case 0 -> chunk0;
            case 1 -> chunk1;
            case 2 -> chunk2;
            default -> chunk3;
        };
    }

    /** (high, low) divided by 10^19; high is below 10^19. */
    private static long quotient(long high, long low) {
        long productLow = TEN_19_RECIPROCAL * high;
        long productHigh = Math.unsignedMultiplyHigh(TEN_19_RECIPROCAL, high);
        long sumLow = productLow + low;
        long quotient = productHigh + high + (Long.compareUnsigned(sumLow, productLow) < 0 ? 1 : 0) + 1;
        long remainder = low - quotient * TEN_19;
        if (Long.compareUnsigned(remainder, sumLow) > 0) {
            quotient--;
            remainder += TEN_19;
        }
        if (Long.compareUnsigned(remainder, TEN_19) >= 0) {
            quotient++;
        }
        return quotient;
    }

    /**
     * Writes an unsigned 64-bit integer without leading zeros.
     *
     * @param to has 20 bytes from {@code at}
     * @return index after the last digit
     */
    public static int writeDigits(long value, byte[] to, int at) {
        int digits = digits(value);
        writePadded(value, digits, to, at);
        return at + digits;
    }

    private static int writeChunk(long value, byte[] to, int at) {
        writePadded(value, CHUNK_DIGITS, to, at);
        return at + CHUNK_DIGITS;
    }

    private static void writePadded(long value, int digits, byte[] to, int at) {
        long rest = value;
        int end = at + digits;
        if (rest < 0) {
            // Unsigned division by 10: shift first, so that the signed division by 5 is exact and cheap.
            long quotient = (rest >>> 1) / 5;
            to[--end] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        while (end - at >= 2) {
            long quotient = rest / 100;
            end -= 2;
            PAIR.set(to, end, PAIRS[(int) (rest - quotient * 100)]);
            rest = quotient;
        }
        if (end > at) {
            to[at] = (byte) ('0' + rest);
        }
    }

    private static int digits(long value) {
        if (value < 0) {
            return Long.compareUnsigned(value, TEN_19) >= 0 ? 20 : 19;
        }
        int digits = 1;
        for (long bound = 10; digits < 19 && value >= bound; bound *= 10) {
            digits++;
        }
        return digits;
    }

    /**
     * Reads unsigned decimal digits into a word.
     *
     * @return false when there is no digit, another character, or a value of 2^256 or more; then {@code to} is undefined
     */
    public static boolean parseDecimal(byte[] text, int offset, int length, byte[] to, int at) {
        if (length == 0) {
            return false;
        }
        long w0 = 0;
        long w1 = 0;
        long w2 = 0;
        long w3 = 0;
        int index = offset;
        int end = offset + length;
        while (index < end) {
            int step = Math.min(18, end - index);
            long chunk = 0;
            long factor = 1;
            for (int i = 0; i < step; i++) {
                int digit = text[index + i] - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                chunk = chunk * 10 + digit;
                factor *= 10;
            }
            index += step;
            long carry = chunk;
            long low = w3 * factor;
            long high = Math.unsignedMultiplyHigh(w3, factor);
            w3 = low + carry;
            carry = high + (Long.compareUnsigned(w3, low) < 0 ? 1 : 0);
            low = w2 * factor;
            high = Math.unsignedMultiplyHigh(w2, factor);
            w2 = low + carry;
            carry = high + (Long.compareUnsigned(w2, low) < 0 ? 1 : 0);
            low = w1 * factor;
            high = Math.unsignedMultiplyHigh(w1, factor);
            w1 = low + carry;
            carry = high + (Long.compareUnsigned(w1, low) < 0 ? 1 : 0);
            low = w0 * factor;
            high = Math.unsignedMultiplyHigh(w0, factor);
            w0 = low + carry;
            if (high + (Long.compareUnsigned(w0, low) < 0 ? 1 : 0) != 0) {
                return false;
            }
        }
        write(w0, w1, w2, w3, to, at);
        return true;
    }
}
