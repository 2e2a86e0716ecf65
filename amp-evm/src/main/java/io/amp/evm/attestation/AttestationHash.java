package io.amp.evm.attestation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 16-byte fingerprint of a multiset of rows: their order, and how they were split into parts, do not matter; duplicates do. Add rows, merge
 * parts, {@linkplain #finish() finish}. Fixed memory, no allocation per row; not thread-safe.
 */
public final class AttestationHash {
    /*
     * Implementation note. A hasher is a number m of 192 bits and a count. u(x, y) = P + Q (x + y) + 8 x y mod 2^192 is commutative and
     * associative, so writes and parts may come in any order. A row is a hasher of its own, whose state is written into the result's.
     */

    public static final int STATE_BYTES = 32;
    public static final int HASH_BYTES = 16;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ROOT = 17;
    private static final long CHILD_FACTOR = 486_187_739L;

    /** Limbs of the initial m and of P and Q, lowest first. */
    private static final long INITIAL_0 = 0xe000000000000001L;

    private static final long INITIAL_1 = -1;
    private static final long INITIAL_2 = -1;
    private static final long P_0 = 0x2000000000000007L;
    private static final long P_1 = 0x1ffffffffffffffeL;
    private static final long Q = 0xfffffffffffffff9L;

    private static final class Hasher {
        long m0 = INITIAL_0;
        long m1 = INITIAL_1;
        long m2 = INITIAL_2;
        long count;

        void reset() {
            m0 = INITIAL_0;
            m1 = INITIAL_1;
            m2 = INITIAL_2;
            count = 0;
        }

        /** m = u(m, y). */
        void mix(long y0, long y1, long y2) {
            // The sum s = m + y.
            long s0 = m0 + y0;
            long carry = Long.compareUnsigned(s0, m0) < 0 ? 1 : 0;
            long s1 = m1 + y1;
            long carry1 = Long.compareUnsigned(s1, m1) < 0 ? 1 : 0;
            s1 += carry;
            carry1 += Long.compareUnsigned(s1, carry) < 0 ? 1 : 0;
            long s2 = m2 + y2 + carry1;
            // Q s.
            long q0 = Q * s0;
            long q1 = Math.unsignedMultiplyHigh(Q, s0);
            long part = Q * s1;
            q1 += part;
            long q2 = (Long.compareUnsigned(q1, part) < 0 ? 1 : 0) + Math.unsignedMultiplyHigh(Q, s1) + Q * s2;
            // m y.
            long x0 = m0 * y0;
            long x1 = Math.unsignedMultiplyHigh(m0, y0);
            long x2 = Math.unsignedMultiplyHigh(m0, y1) + Math.unsignedMultiplyHigh(m1, y0);
            part = m0 * y1;
            x1 += part;
            x2 += Long.compareUnsigned(x1, part) < 0 ? 1 : 0;
            part = m1 * y0;
            x1 += part;
            x2 += Long.compareUnsigned(x1, part) < 0 ? 1 : 0;
            x2 += m0 * y2 + m1 * y1 + m2 * y0;
            // 8 m y.
            x2 = x2 << 3 | x1 >>> 61;
            x1 = x1 << 3 | x0 >>> 61;
            x0 = x0 << 3;
            // P + Q s + 8 m y.
            add(P_0, P_1, 0, q0, q1, q2);
            add(m0, m1, m2, x0, x1, x2);
        }

        /** m = a + b. */
        private void add(long a0, long a1, long a2, long b0, long b1, long b2) {
            long sum0 = a0 + b0;
            long carry = Long.compareUnsigned(sum0, a0) < 0 ? 1 : 0;
            long sum1 = a1 + b1;
            long carry1 = Long.compareUnsigned(sum1, a1) < 0 ? 1 : 0;
            sum1 += carry;
            carry1 += Long.compareUnsigned(sum1, carry) < 0 ? 1 : 0;
            m0 = sum0;
            m1 = sum1;
            m2 = a2 + b2 + carry1;
        }

        void state(byte[] to) {
            LONG.set(to, 0, m0);
            LONG.set(to, 8, m1);
            LONG.set(to, 16, m2);
            LONG.set(to, 24, count);
        }
    }

    private final Xxh3 xxh3 = new Xxh3();
    private final Hasher total = new Hasher();
    private final Hasher row = new Hasher();
    private final byte[] state = new byte[STATE_BYTES];
    private final byte[] lengthBytes = new byte[Long.BYTES];

    /** A hash of no rows. */
    public AttestationHash() {}

    /** Goes on from a {@linkplain #state state}. */
    public static AttestationHash of(byte[] state, int offset) {
        var hash = new AttestationHash();
        hash.load(state, offset);
        return hash;
    }

    /** Forgets all rows and goes on from a {@linkplain #state state}. */
    public void load(byte[] from, int offset) {
        total.m0 = (long) LONG.get(from, offset);
        total.m1 = (long) LONG.get(from, offset + 8);
        total.m2 = (long) LONG.get(from, offset + 16);
        total.count = (long) LONG.get(from, offset + 24);
    }

    /** Starts a row. */
    public void beginRow() {
        row.reset();
    }

    /**
     * The value of an argument of the row; a NULL is left out.
     *
     * @param argument its position, from 0
     * @param bytes the value's bytes: numbers little-endian at their width, text and binary as they are
     */
    public void value(int argument, byte[] bytes, int offset, int length) {
        // child(a, n) = a * 486187739 + n mod 2^128; small arguments keep child(17, i) below 2^64.
        long argumentLow = ROOT * CHILD_FACTOR + argument;
        long valueLow = argumentLow * CHILD_FACTOR;
        long valueHigh = Math.unsignedMultiplyHigh(argumentLow, CHILD_FACTOR);
        long baseLow = valueLow * CHILD_FACTOR;
        long baseHigh = Math.unsignedMultiplyHigh(valueLow, CHILD_FACTOR) + valueHigh * CHILD_FACTOR;
        for (int i = 0; i < length; i++) {
            if (bytes[offset + i] != 0) {
                long low = baseLow + i;
                long high = baseHigh + (Long.compareUnsigned(low, baseLow) < 0 ? 1 : 0);
                write(row, high, low, bytes, offset + i, 1);
            }
        }
        if (length > 0) {
            LONG.set(lengthBytes, 0, (long) length);
            int used = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            write(row, valueHigh, valueLow, lengthBytes, 0, used);
        }
        write(row, 0, argumentLow, bytes, offset, 0);
    }

    /** Adds the row. */
    public void endRow() {
        row.state(state);
        addRow(state, 0);
    }

    /** Writes the {@link #STATE_BYTES} of the row instead of adding it, so that {@link #addRow} can add it elsewhere. */
    public void rowState(byte[] to, int offset) {
        row.state(state);
        System.arraycopy(state, 0, to, offset, STATE_BYTES);
    }

    /** Adds a row by its {@linkplain #rowState state}. */
    public void addRow(byte[] rowState, int offset) {
        write(total, 0, ROOT, rowState, offset, STATE_BYTES);
    }

    private void write(Hasher hasher, long addressHigh, long addressLow, byte[] bytes, int offset, int length) {
        xxh3.hash(bytes, offset, length, addressLow);
        hasher.mix(addressHigh & Long.MAX_VALUE, xxh3.low(), xxh3.high());
        hasher.count++;
    }

    /** Adds all rows of another part. */
    public void merge(AttestationHash other) {
        total.mix(other.total.m0, other.total.m1, other.total.m2);
        total.count += other.total.count;
    }

    /** Writes the {@link #STATE_BYTES} of a partial result. */
    public void state(byte[] to, int offset) {
        total.state(state);
        System.arraycopy(state, 0, to, offset, STATE_BYTES);
    }

    /** The fingerprint, {@link #HASH_BYTES} long; more rows may follow. */
    public byte[] finish() {
        total.state(state);
        xxh3.hash(state, 0, 24, total.count);
        byte[] hash = new byte[HASH_BYTES];
        LONG.set(hash, 0, xxh3.low());
        LONG.set(hash, 8, xxh3.high());
        return hash;
    }
}
