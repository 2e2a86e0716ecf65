package io.amp.evm.hash;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Keccak-256 with the original padding byte 0x01 (FIPS 202's SHA3-256 uses 0x06). An instance is reused for any number of hashes and
 * allocates nothing per hash; it is not thread-safe.
 */
public final class Keccak256 {
    /*
     * Implementation note. The 25 lanes live in local variables and two rounds are written out per loop step, from a to e and back, so
     * that rho and pi are only a choice of names and no lane is copied (Keccak implementation overview 3.2, section 2). The loop keeps
     * the method below the size at which HotSpot refuses to compile.
     */

    public static final int HASH_BYTES = 32;

    private static final int RATE_BYTES = 136;
    private static final int RATE_LANES = RATE_BYTES / Long.BYTES;

    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong SEGMENT_LANE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long[] ROUND_CONSTANTS = {
        0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
        0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
        0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
        0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
        0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
        0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L
    };

    private final long[] state = new long[25];
    private final byte[] last = new byte[RATE_BYTES];

    /** Hash of whole arrays, one after the other. For callers that hash rarely. */
    public static byte[] hash(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        byte[] out = new byte[HASH_BYTES];
        new Keccak256().hash(joined, 0, length, out, 0);
        return out;
    }

    /** Writes the 32 bytes of the hash of {@code in[offset, offset + length)} to {@code out}, which may be {@code in}. */
    public void hash(byte[] in, int offset, int length, byte[] out, int outOffset) {
        Arrays.fill(state, 0);
        int at = offset;
        int left = length;
        for (; left >= RATE_BYTES; left -= RATE_BYTES, at += RATE_BYTES) {
            absorb(in, at);
        }
        System.arraycopy(in, at, last, 0, left);
        finish(left, out, outOffset);
    }

    /** As {@link #hash(byte[], int, int, byte[], int)}, of memory on or off heap. */
    public void hash(MemorySegment in, long offset, long length, byte[] out, int outOffset) {
        Arrays.fill(state, 0);
        long at = offset;
        long left = length;
        for (; left >= RATE_BYTES; left -= RATE_BYTES, at += RATE_BYTES) {
            for (int lane = 0; lane < RATE_LANES; lane++) {
                state[lane] ^= in.get(SEGMENT_LANE, at + (long) lane * Long.BYTES);
            }
            permute(state);
        }
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, at, last, 0, (int) left);
        finish((int) left, out, outOffset);
    }

    private void finish(int left, byte[] out, int outOffset) {
        Arrays.fill(last, left, RATE_BYTES, (byte) 0);
        last[left] = 0x01;
        last[RATE_BYTES - 1] |= (byte) 0x80;
        absorb(last, 0);
        for (int lane = 0; lane < HASH_BYTES / Long.BYTES; lane++) {
            LANE.set(out, outOffset + lane * Long.BYTES, state[lane]);
        }
    }

    private void absorb(byte[] block, int offset) {
        for (int lane = 0; lane < RATE_LANES; lane++) {
            state[lane] ^= (long) LANE.get(block, offset + lane * Long.BYTES);
        }
        permute(state);
    }

    private static void permute(long[] state) {
        long a0 = state[0];
        long a1 = state[1];
        long a2 = state[2];
        long a3 = state[3];
        long a4 = state[4];
        long a5 = state[5];
        long a6 = state[6];
        long a7 = state[7];
        long a8 = state[8];
        long a9 = state[9];
        long a10 = state[10];
        long a11 = state[11];
        long a12 = state[12];
        long a13 = state[13];
        long a14 = state[14];
        long a15 = state[15];
        long a16 = state[16];
        long a17 = state[17];
        long a18 = state[18];
        long a19 = state[19];
        long a20 = state[20];
        long a21 = state[21];
        long a22 = state[22];
        long a23 = state[23];
        long a24 = state[24];
        for (int round = 0; round < 24; round += 2) {
            long c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
            long c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
            long c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            long c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
            long c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            long d0 = c4 ^ Long.rotateLeft(c1, 1);
            long d1 = c0 ^ Long.rotateLeft(c2, 1);
            long d2 = c1 ^ Long.rotateLeft(c3, 1);
            long d3 = c2 ^ Long.rotateLeft(c4, 1);
            long d4 = c3 ^ Long.rotateLeft(c0, 1);
            long b0 = a0 ^ d0;
            long b1 = Long.rotateLeft(a6 ^ d1, 44);
            long b2 = Long.rotateLeft(a12 ^ d2, 43);
            long b3 = Long.rotateLeft(a18 ^ d3, 21);
            long b4 = Long.rotateLeft(a24 ^ d4, 14);
            long e0 = b0 ^ (~b1 & b2) ^ ROUND_CONSTANTS[round];
            long e1 = b1 ^ (~b2 & b3);
            long e2 = b2 ^ (~b3 & b4);
            long e3 = b3 ^ (~b4 & b0);
            long e4 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(a3 ^ d3, 28);
            b1 = Long.rotateLeft(a9 ^ d4, 20);
            b2 = Long.rotateLeft(a10 ^ d0, 3);
            b3 = Long.rotateLeft(a16 ^ d1, 45);
            b4 = Long.rotateLeft(a22 ^ d2, 61);
            long e5 = b0 ^ (~b1 & b2);
            long e6 = b1 ^ (~b2 & b3);
            long e7 = b2 ^ (~b3 & b4);
            long e8 = b3 ^ (~b4 & b0);
            long e9 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(a1 ^ d1, 1);
            b1 = Long.rotateLeft(a7 ^ d2, 6);
            b2 = Long.rotateLeft(a13 ^ d3, 25);
            b3 = Long.rotateLeft(a19 ^ d4, 8);
            b4 = Long.rotateLeft(a20 ^ d0, 18);
            long e10 = b0 ^ (~b1 & b2);
            long e11 = b1 ^ (~b2 & b3);
            long e12 = b2 ^ (~b3 & b4);
            long e13 = b3 ^ (~b4 & b0);
            long e14 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(a4 ^ d4, 27);
            b1 = Long.rotateLeft(a5 ^ d0, 36);
            b2 = Long.rotateLeft(a11 ^ d1, 10);
            b3 = Long.rotateLeft(a17 ^ d2, 15);
            b4 = Long.rotateLeft(a23 ^ d3, 56);
            long e15 = b0 ^ (~b1 & b2);
            long e16 = b1 ^ (~b2 & b3);
            long e17 = b2 ^ (~b3 & b4);
            long e18 = b3 ^ (~b4 & b0);
            long e19 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(a2 ^ d2, 62);
            b1 = Long.rotateLeft(a8 ^ d3, 55);
            b2 = Long.rotateLeft(a14 ^ d4, 39);
            b3 = Long.rotateLeft(a15 ^ d0, 41);
            b4 = Long.rotateLeft(a21 ^ d1, 2);
            long e20 = b0 ^ (~b1 & b2);
            long e21 = b1 ^ (~b2 & b3);
            long e22 = b2 ^ (~b3 & b4);
            long e23 = b3 ^ (~b4 & b0);
            long e24 = b4 ^ (~b0 & b1);

            c0 = e0 ^ e5 ^ e10 ^ e15 ^ e20;
            c1 = e1 ^ e6 ^ e11 ^ e16 ^ e21;
            c2 = e2 ^ e7 ^ e12 ^ e17 ^ e22;
            c3 = e3 ^ e8 ^ e13 ^ e18 ^ e23;
            c4 = e4 ^ e9 ^ e14 ^ e19 ^ e24;
            d0 = c4 ^ Long.rotateLeft(c1, 1);
            d1 = c0 ^ Long.rotateLeft(c2, 1);
            d2 = c1 ^ Long.rotateLeft(c3, 1);
            d3 = c2 ^ Long.rotateLeft(c4, 1);
            d4 = c3 ^ Long.rotateLeft(c0, 1);
            b0 = e0 ^ d0;
            b1 = Long.rotateLeft(e6 ^ d1, 44);
            b2 = Long.rotateLeft(e12 ^ d2, 43);
            b3 = Long.rotateLeft(e18 ^ d3, 21);
            b4 = Long.rotateLeft(e24 ^ d4, 14);
            a0 = b0 ^ (~b1 & b2) ^ ROUND_CONSTANTS[round + 1];
            a1 = b1 ^ (~b2 & b3);
            a2 = b2 ^ (~b3 & b4);
            a3 = b3 ^ (~b4 & b0);
            a4 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(e3 ^ d3, 28);
            b1 = Long.rotateLeft(e9 ^ d4, 20);
            b2 = Long.rotateLeft(e10 ^ d0, 3);
            b3 = Long.rotateLeft(e16 ^ d1, 45);
            b4 = Long.rotateLeft(e22 ^ d2, 61);
            a5 = b0 ^ (~b1 & b2);
            a6 = b1 ^ (~b2 & b3);
            a7 = b2 ^ (~b3 & b4);
            a8 = b3 ^ (~b4 & b0);
            a9 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(e1 ^ d1, 1);
            b1 = Long.rotateLeft(e7 ^ d2, 6);
            b2 = Long.rotateLeft(e13 ^ d3, 25);
            b3 = Long.rotateLeft(e19 ^ d4, 8);
            b4 = Long.rotateLeft(e20 ^ d0, 18);
            a10 = b0 ^ (~b1 & b2);
            a11 = b1 ^ (~b2 & b3);
            a12 = b2 ^ (~b3 & b4);
            a13 = b3 ^ (~b4 & b0);
            a14 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(e4 ^ d4, 27);
            b1 = Long.rotateLeft(e5 ^ d0, 36);
            b2 = Long.rotateLeft(e11 ^ d1, 10);
            b3 = Long.rotateLeft(e17 ^ d2, 15);
            b4 = Long.rotateLeft(e23 ^ d3, 56);
            a15 = b0 ^ (~b1 & b2);
            a16 = b1 ^ (~b2 & b3);
            a17 = b2 ^ (~b3 & b4);
            a18 = b3 ^ (~b4 & b0);
            a19 = b4 ^ (~b0 & b1);
            b0 = Long.rotateLeft(e2 ^ d2, 62);
            b1 = Long.rotateLeft(e8 ^ d3, 55);
            b2 = Long.rotateLeft(e14 ^ d4, 39);
            b3 = Long.rotateLeft(e15 ^ d0, 41);
            b4 = Long.rotateLeft(e21 ^ d1, 2);
            a20 = b0 ^ (~b1 & b2);
            a21 = b1 ^ (~b2 & b3);
            a22 = b2 ^ (~b3 & b4);
            a23 = b3 ^ (~b4 & b0);
            a24 = b4 ^ (~b0 & b1);
        }
        state[0] = a0;
        state[1] = a1;
        state[2] = a2;
        state[3] = a3;
        state[4] = a4;
        state[5] = a5;
        state[6] = a6;
        state[7] = a7;
        state[8] = a8;
        state[9] = a9;
        state[10] = a10;
        state[11] = a11;
        state[12] = a12;
        state[13] = a13;
        state[14] = a14;
        state[15] = a15;
        state[16] = a16;
        state[17] = a17;
        state[18] = a18;
        state[19] = a19;
        state[20] = a20;
        state[21] = a21;
        state[22] = a22;
        state[23] = a23;
        state[24] = a24;
    }
}
