package io.amp.evm.signature;

import org.jspecify.annotations.Nullable;

/**
 * A point of the curve y^2 = x^3 + 7 in Jacobian coordinates (x = X/Z^2, y = Y/Z^3; Z = 0 at infinity), with room for its own
 * arithmetic. Formulas: Bernstein and Lange, Explicit-Formulas Database, short Weierstrass with a = 0: dbl-2009-l, and additions by the
 * book.
 */
final class Point {
    final long[] x = new long[Field.LIMBS];
    final long[] y = new long[Field.LIMBS];
    final long[] z = new long[Field.LIMBS];

    private final long[] t0 = new long[Field.LIMBS];
    private final long[] t1 = new long[Field.LIMBS];
    private final long[] t2 = new long[Field.LIMBS];
    private final long[] t3 = new long[Field.LIMBS];
    private final long[] t4 = new long[Field.LIMBS];
    private final long[] t5 = new long[Field.LIMBS];
    private boolean infinite = true;

    boolean isInfinite() {
        return infinite;
    }

    void setInfinite() {
        infinite = true;
    }

    void setAffine(long[] affineX, long[] affineY) {
        Field.set(x, affineX);
        Field.set(y, affineY);
        Field.setSmall(z, 1);
        infinite = false;
    }

    void set(Point other) {
        Field.set(x, other.x);
        Field.set(y, other.y);
        Field.set(z, other.z);
        infinite = other.infinite;
    }

    void negate() {
        Field.setSmall(t0, 0);
        Field.sub(y, t0, y);
    }

    void twice() {
        // The group's order is odd, so y is never 0 and the result is never at infinity.
        if (infinite) {
            return;
        }
        Field.square(t0, x);
        Field.square(t1, y);
        Field.square(t2, t1);
        Field.add(t3, x, t1);
        Field.square(t3, t3);
        Field.add(t4, t0, t2);
        Field.sub(t3, t3, t4);
        Field.add(t3, t3, t3);
        Field.add(t4, t0, t0);
        Field.add(t4, t4, t0);
        Field.mul(z, y, z);
        Field.add(z, z, z);
        Field.weaken(z);
        Field.square(t5, t4);
        Field.add(t0, t3, t3);
        Field.sub(x, t5, t0);
        Field.sub(t3, t3, x);
        Field.mul(t3, t3, t4);
        Field.add(t2, t2, t2);
        Field.add(t2, t2, t2);
        Field.sub(y, t3, t2);
        Field.sub(y, y, t2);
    }

    /** Adds the affine point (otherX, otherY), or its negative. */
    void add(long[] otherX, long[] otherY, boolean negative) {
        Field.set(t1, otherY);
        if (negative) {
            Field.setSmall(t0, 0);
            Field.sub(t1, t0, t1);
        }
        if (infinite) {
            setAffine(otherX, t1);
            return;
        }
        Field.square(t0, z);
        Field.mul(t2, otherX, t0);
        Field.mul(t0, t0, z);
        Field.mul(t3, t1, t0);
        Field.sub(t2, t2, x);
        Field.sub(t3, t3, y);
        finishAddition(null);
    }

    void add(Point other, boolean negative) {
        if (other.infinite) {
            return;
        }
        if (infinite) {
            set(other);
            if (negative) {
                negate();
            }
            return;
        }
        Field.set(t1, other.y);
        if (negative) {
            Field.setSmall(t0, 0);
            Field.sub(t1, t0, t1);
        }
        Field.square(t0, z);
        Field.mul(t2, other.x, t0);
        Field.mul(t0, t0, z);
        Field.mul(t3, t1, t0);
        Field.square(t0, other.z);
        Field.mul(x, x, t0);
        Field.mul(t0, t0, other.z);
        Field.mul(y, y, t0);
        Field.sub(t2, t2, x);
        Field.sub(t3, t3, y);
        finishAddition(other.z);
    }

    /**
     * From U1 = x, S1 = y, H = U2 - U1 = t2, R = S2 - S1 = t3: X3 = R^2 - H^3 - 2 U1 H^2, Y3 = R (U1 H^2 - X3) - S1 H^3, Z3 = H Z1 Z2.
     *
     * @param otherZ null for 1
     */
    private void finishAddition(long @Nullable [] otherZ) {
        Field.normalize(t2);
        if (Field.isZero(t2)) {
            Field.normalize(t3);
            if (!Field.isZero(t3)) {
                infinite = true;
                return;
            }
            if (otherZ != null) {
                // x and y stand over Z1 Z2 by now.
                Field.mul(z, z, otherZ);
            }
            twice();
            return;
        }
        Field.mul(z, z, t2);
        if (otherZ != null) {
            Field.mul(z, z, otherZ);
        }
        Field.square(t4, t2);
        Field.mul(t5, t4, t2);
        Field.mul(t4, x, t4);
        Field.square(x, t3);
        Field.sub(x, x, t5);
        Field.add(t0, t4, t4);
        Field.sub(x, x, t0);
        Field.sub(t4, t4, x);
        Field.mul(t4, t4, t3);
        Field.mul(t5, t5, y);
        Field.sub(y, t4, t5);
    }

    /** Writes x and y, 32 bytes each, of a point that is not at infinity. */
    void writeAffine(byte[] to) {
        Field.invert(t0, z);
        Field.square(t1, t0);
        Field.mul(t2, x, t1);
        Field.normalize(t2);
        Field.write(t2, to, 0);
        Field.mul(t1, t1, t0);
        Field.mul(t2, y, t1);
        Field.normalize(t2);
        Field.write(t2, to, Field.BYTES);
    }
}
