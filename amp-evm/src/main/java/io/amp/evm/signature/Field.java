package io.amp.evm.signature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The field of integers modulo p = 2^256 - 2^32 - 977. An element is five limbs of 52 bits, lowest first, in a {@code long[5]}. */
final class Field {
    /*
     * Implementation note. 52-bit limbs leave room in a long: sums need no carry, and the two halves of a product are
     * (a * b) mod 2^52 and unsignedMultiplyHigh(a << 6, b << 6) = (a * b) / 2^52, which are summed per column without carries either.
     * As in libsecp256k1, an element has a magnitude m: its limbs are at most 2m times those of p (the highest: of 2^48). mul, square, sub
     * and weaken give magnitude 1, add gives the sum; operands of mul and square may have up to 4, the subtrahend of sub up to 4.
     * Only normalized elements have a unique form.
     */

    static final int LIMBS = 5;
    static final int BYTES = 32;

    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long MASK = (1L << 52) - 1;
    private static final long TOP_MASK = (1L << 48) - 1;

    /** 2^256 mod p. */
    private static final long FOLD_256 = 0x1000003D1L;

    /** 2^260 mod p, for what overflows five limbs. */
    private static final long FOLD_260 = FOLD_256 << 4;

    private static final long P0 = 0xFFFFEFFFFFC2FL;

    /** Sixteen times p, limb by limb: more than any subtrahend. */
    private static final long BIAS_0 = P0 * 16;

    private static final long BIAS = MASK * 16;
    private static final long BIAS_TOP = TOP_MASK * 16;

    private Field() {}

    static void read(long[] to, byte[] bytes, int offset) {
        long w0 = (long) BIG.get(bytes, offset + 24);
        long w1 = (long) BIG.get(bytes, offset + 16);
        long w2 = (long) BIG.get(bytes, offset + 8);
        long w3 = (long) BIG.get(bytes, offset);
        to[0] = w0 & MASK;
        to[1] = (w0 >>> 52 | w1 << 12) & MASK;
        to[2] = (w1 >>> 40 | w2 << 24) & MASK;
        to[3] = (w2 >>> 28 | w3 << 36) & MASK;
        to[4] = w3 >>> 16;
    }

    /** Writes a normalized element. */
    static void write(long[] a, byte[] bytes, int offset) {
        BIG.set(bytes, offset + 24, a[0] | a[1] << 52);
        BIG.set(bytes, offset + 16, a[1] >>> 12 | a[2] << 40);
        BIG.set(bytes, offset + 8, a[2] >>> 24 | a[3] << 28);
        BIG.set(bytes, offset, a[3] >>> 36 | a[4] << 16);
    }

    static void set(long[] to, long[] a) {
        System.arraycopy(a, 0, to, 0, LIMBS);
    }

    static void setSmall(long[] to, int value) {
        to[0] = value;
        to[1] = 0;
        to[2] = 0;
        to[3] = 0;
        to[4] = 0;
    }

    static void add(long[] to, long[] a, long[] b) {
        to[0] = a[0] + b[0];
        to[1] = a[1] + b[1];
        to[2] = a[2] + b[2];
        to[3] = a[3] + b[3];
        to[4] = a[4] + b[4];
    }

    static void sub(long[] to, long[] a, long[] b) {
        carry(
                to,
                a[0] + BIAS_0 - b[0],
                a[1] + BIAS - b[1],
                a[2] + BIAS - b[2],
                a[3] + BIAS - b[3],
                a[4] + BIAS_TOP - b[4]);
    }

    /** Brings the magnitude down to 1. */
    static void weaken(long[] a) {
        carry(a, a[0], a[1], a[2], a[3], a[4]);
    }

    private static void carry(long[] to, long a0, long a1, long a2, long a3, long a4) {
        long r0 = a0 + (a4 >>> 48) * FOLD_256;
        long r1 = a1 + (r0 >>> 52);
        long r2 = a2 + (r1 >>> 52);
        long r3 = a3 + (r2 >>> 52);
        to[0] = r0 & MASK;
        to[1] = r1 & MASK;
        to[2] = r2 & MASK;
        to[3] = r3 & MASK;
        to[4] = (a4 & TOP_MASK) + (r3 >>> 52);
    }

    /** The unique form below p. */
    static void normalize(long[] a) {
        weaken(a);
        // Now below 2p; adding 2^256 - p overflows 2^256 exactly when a is at least p, and leaves a - p.
        long r0 = a[0] + FOLD_256;
        long r1 = a[1] + (r0 >>> 52);
        long r2 = a[2] + (r1 >>> 52);
        long r3 = a[3] + (r2 >>> 52);
        long r4 = a[4] + (r3 >>> 52);
        if (r4 >>> 48 != 0) {
            a[0] = r0 & MASK;
            a[1] = r1 & MASK;
            a[2] = r2 & MASK;
            a[3] = r3 & MASK;
            a[4] = r4 & TOP_MASK;
        }
    }

    /** Of a normalized element. */
    static boolean isZero(long[] a) {
        return (a[0] | a[1] | a[2] | a[3] | a[4]) == 0;
    }

    /** Of a normalized element. */
    static boolean isOdd(long[] a) {
        return (a[0] & 1) != 0;
    }

    static void square(long[] to, long[] a) {
        mul(to, a, a);
    }

    static void mul(long[] to, long[] a, long[] b) {
        long a0 = a[0];
        long a1 = a[1];
        long a2 = a[2];
        long a3 = a[3];
        long a4 = a[4];
        long b0 = b[0];
        long b1 = b[1];
        long b2 = b[2];
        long b3 = b[3];
        long b4 = b[4];
        long c0 = low(a0, b0);
        long c1 = high(a0, b0) + low(a0, b1) + low(a1, b0);
        long c2 = high(a0, b1) + high(a1, b0) + low(a0, b2) + low(a1, b1) + low(a2, b0);
        long c3 = high(a0, b2) + high(a1, b1) + high(a2, b0) + low(a0, b3) + low(a1, b2) + low(a2, b1) + low(a3, b0);
        long c4 = high(a0, b3)
                + high(a1, b2)
                + high(a2, b1)
                + high(a3, b0)
                + low(a0, b4)
                + low(a1, b3)
                + low(a2, b2)
                + low(a3, b1)
                + low(a4, b0);
        long c5 = high(a0, b4)
                + high(a1, b3)
                + high(a2, b2)
                + high(a3, b1)
                + high(a4, b0)
                + low(a1, b4)
                + low(a2, b3)
                + low(a3, b2)
                + low(a4, b1);
        long c6 = high(a1, b4) + high(a2, b3) + high(a3, b2) + high(a4, b1) + low(a2, b4) + low(a3, b3) + low(a4, b2);
        long c7 = high(a2, b4) + high(a3, b3) + high(a4, b2) + low(a3, b4) + low(a4, b3);
        long c8 = high(a3, b4) + high(a4, b3) + low(a4, b4);
        long c9 = high(a4, b4);

        // The upper five columns as proper limbs, then 2^260 = FOLD_260 moves them down.
        c6 += c5 >>> 52;
        c5 &= MASK;
        c7 += c6 >>> 52;
        c6 &= MASK;
        c8 += c7 >>> 52;
        c7 &= MASK;
        c9 += c8 >>> 52;
        c8 &= MASK;
        c0 += low(c5, FOLD_260);
        c1 += high(c5, FOLD_260) + low(c6, FOLD_260);
        c2 += high(c6, FOLD_260) + low(c7, FOLD_260);
        c3 += high(c7, FOLD_260) + low(c8, FOLD_260);
        c4 += high(c8, FOLD_260) + low(c9, FOLD_260);
        long rest = high(c9, FOLD_260);

        c1 += c0 >>> 52;
        c0 &= MASK;
        c2 += c1 >>> 52;
        c1 &= MASK;
        c3 += c2 >>> 52;
        c2 &= MASK;
        c4 += c3 >>> 52;
        c3 &= MASK;
        // What is left above 2^256: the top of c4, and rest * 2^260.
        long over = (c4 >>> 48) + (rest << 4);
        c4 &= TOP_MASK;
        c0 += low(over, FOLD_256);
        c1 += high(over, FOLD_256) + (c0 >>> 52);
        to[0] = c0 & MASK;
        c2 += c1 >>> 52;
        to[1] = c1 & MASK;
        c3 += c2 >>> 52;
        to[2] = c2 & MASK;
        to[3] = c3 & MASK;
        to[4] = c4 + (c3 >>> 52);
    }

    private static long low(long a, long b) {
        return a * b & MASK;
    }

    private static long high(long a, long b) {
        return Math.unsignedMultiplyHigh(a << 6, b << 6);
    }

    /** a^(2^times). */
    private static void square(long[] to, long[] a, int times) {
        square(to, a);
        for (int i = 1; i < times; i++) {
            square(to, to);
        }
    }

    /**
     * Powers by an addition chain: {@code ones[k]} = a^(2^k - 1). p - 2 and (p + 1) / 4 both start with 223 one bits, a zero and 22 ones.
     */
    private static void commonPower(long[] to, long[] a, long[] x2) {
        long[] x3 = new long[LIMBS];
        long[] x6 = new long[LIMBS];
        long[] x9 = new long[LIMBS];
        long[] x11 = new long[LIMBS];
        long[] x22 = new long[LIMBS];
        long[] x44 = new long[LIMBS];
        long[] x88 = new long[LIMBS];
        long[] x176 = new long[LIMBS];
        long[] x220 = new long[LIMBS];
        long[] x223 = new long[LIMBS];
        raise(x2, a, 1, a);
        raise(x3, x2, 1, a);
        raise(x6, x3, 3, x3);
        raise(x9, x6, 3, x3);
        raise(x11, x9, 2, x2);
        raise(x22, x11, 11, x11);
        raise(x44, x22, 22, x22);
        raise(x88, x44, 44, x44);
        raise(x176, x88, 88, x88);
        raise(x220, x176, 44, x44);
        raise(x223, x220, 3, x3);
        raise(to, x223, 23, x22);
    }

    /** a^(2^times) * b; {@code to} is not {@code b}. */
    private static void raise(long[] to, long[] a, int times, long[] b) {
        square(to, a, times);
        mul(to, to, b);
    }

    /** 1/a = a^(p-2); 0 for 0. */
    static void invert(long[] to, long[] a) {
        long[] x2 = new long[LIMBS];
        long[] power = new long[LIMBS];
        commonPower(power, a, x2);
        raise(power, power, 5, a);
        raise(power, power, 3, x2);
        raise(to, power, 2, a);
    }

    /** A root of a; false when there is none. */
    static boolean squareRoot(long[] to, long[] a) {
        long[] x2 = new long[LIMBS];
        long[] root = new long[LIMBS];
        commonPower(root, a, x2);
        raise(root, root, 6, x2);
        square(root, root, 2);
        long[] difference = new long[LIMBS];
        square(difference, root);
        sub(difference, difference, a);
        normalize(difference);
        set(to, root);
        return isZero(difference);
    }
}
