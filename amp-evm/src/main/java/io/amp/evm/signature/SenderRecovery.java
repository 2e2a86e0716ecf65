package io.amp.evm.signature;

import io.amp.evm.hash.Keccak256;
import java.math.BigInteger;

/** Recovers the address whose key made a signature (SEC 1, section 4.1.6). An instance is reused and not thread-safe. */
public final class SenderRecovery {
    /*
     * Implementation note. The public key is u1 G + u2 R, computed with one run of doublings over both scalars in windowed
     * non-adjacent form (Hankerson, Menezes, Vanstone, algorithms 3.36 and 3.51). Multiples of G are precomputed once. About a tenth of the
     * time goes into the two scalars, which are BigIntegers.
     */

    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static final int WINDOW = 5;
    private static final int GENERATOR_WINDOW = 8;

    /** x and y of the odd multiples G, 3G, 5G, … */
    private static final long[][] GENERATOR = generatorMultiples();

    private final Keccak256 keccak;
    private final byte[] key = new byte[2 * Field.BYTES];
    private final byte[] hash = new byte[Keccak256.HASH_BYTES];
    private final Point point = new Point();
    private final Point sum = new Point();
    private final Point[] multiples = new Point[1 << (WINDOW - 2)];
    private final byte[] digits1 = new byte[257];
    private final byte[] digits2 = new byte[257];

    public SenderRecovery(Keccak256 keccak) {
        this.keccak = keccak;
        for (int i = 0; i < multiples.length; i++) {
            multiples[i] = new Point();
        }
    }

    private static long[][] generatorMultiples() {
        long[][] table = new long[2 << (GENERATOR_WINDOW - 2)][Field.LIMBS];
        byte[] bytes = new BigInteger(
                        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                                + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
                        16)
                .toByteArray();
        Field.read(table[0], bytes, 0);
        Field.read(table[1], bytes, Field.BYTES);
        var step = new Point();
        step.setAffine(table[0], table[1]);
        step.twice();
        var multiple = new Point();
        multiple.setAffine(table[0], table[1]);
        byte[] affine = new byte[2 * Field.BYTES];
        for (int i = 2; i < table.length; i += 2) {
            multiple.add(step, false);
            multiple.writeAffine(affine);
            Field.read(table[i], affine, 0);
            Field.read(table[i + 1], affine, Field.BYTES);
        }
        return table;
    }

    /**
     * Writes the 20 bytes of the signer's address.
     *
     * @param messageHash 32 bytes that were signed
     * @param r 32 bytes, big-endian; so is {@code s}
     * @param oddY parity of the y coordinate of the signature's point
     * @return false when no key can have made the signature
     */
    public boolean recover(byte[] messageHash, byte[] r, byte[] s, boolean oddY, byte[] address) {
        var rValue = new BigInteger(1, r, 0, Field.BYTES);
        var sValue = new BigInteger(1, s, 0, Field.BYTES);
        if (rValue.signum() == 0
                || sValue.signum() == 0
                || rValue.compareTo(ORDER) >= 0
                || sValue.compareTo(ORDER) >= 0
                || !lift(r, oddY)) {
            return false;
        }
        BigInteger inverse = rValue.modInverse(ORDER);
        BigInteger message = new BigInteger(1, messageHash, 0, Field.BYTES);
        recode(message.negate().multiply(inverse).mod(ORDER), GENERATOR_WINDOW, digits1);
        recode(sValue.multiply(inverse).mod(ORDER), WINDOW, digits2);
        multiplyAndAdd();
        if (sum.isInfinite()) {
            return false;
        }
        sum.writeAffine(key);
        keccak.hash(key, 0, key.length, hash, 0);
        System.arraycopy(hash, 12, address, 0, 20);
        return true;
    }

    /** Makes {@link #point} the point with this x. */
    private boolean lift(byte[] r, boolean oddY) {
        long[] x = new long[Field.LIMBS];
        long[] y = new long[Field.LIMBS];
        Field.read(x, r, 0);
        long[] seven = new long[Field.LIMBS];
        Field.setSmall(seven, 7);
        Field.square(y, x);
        Field.mul(y, y, x);
        Field.add(y, y, seven);
        if (!Field.squareRoot(y, y)) {
            return false;
        }
        Field.normalize(y);
        point.setAffine(x, y);
        if (Field.isOdd(y) != oddY) {
            point.negate();
        }
        return true;
    }

    /** {@link #sum} = digits1 * G + digits2 * point. */
    private void multiplyAndAdd() {
        multiples[0].set(point);
        sum.set(point);
        sum.twice();
        for (int i = 1; i < multiples.length; i++) {
            multiples[i].set(sum);
            multiples[i].add(multiples[i - 1], false);
        }
        sum.setInfinite();
        for (int bit = digits1.length - 1; bit >= 0; bit--) {
            sum.twice();
            int digit = digits2[bit];
            if (digit != 0) {
                sum.add(multiples[Math.abs(digit) / 2], digit < 0);
            }
            digit = digits1[bit];
            if (digit != 0) {
                int entry = Math.abs(digit) / 2 * 2;
                sum.add(GENERATOR[entry], GENERATOR[entry + 1], digit < 0);
            }
        }
    }

    /** Non-adjacent form of a scalar: odd digits below 2^(window-1) in size, at least window apart. */
    private static void recode(BigInteger scalar, int window, byte[] digits) {
        int carry = 0;
        int bit = 0;
        while (bit < digits.length) {
            if ((scalar.testBit(bit) ? 1 : 0) == carry) {
                digits[bit++] = 0;
                continue;
            }
            int width = Math.min(window, digits.length - bit);
            int value = carry;
            for (int i = 0; i < width; i++) {
                value += scalar.testBit(bit + i) ? 1 << i : 0;
            }
            carry = value >>> (window - 1) & 1;
            value -= carry << window;
            digits[bit] = (byte) value;
            for (int i = 1; i < width; i++) {
                digits[bit + i] = 0;
            }
            bit += width;
        }
    }
}
