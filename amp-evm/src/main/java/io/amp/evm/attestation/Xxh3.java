package io.amp.evm.attestation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** XXH3 of 128 bits with a seed (xxHash specification 0.2.0), for the input lengths that fingerprints need: 0 to 8, 17 to 32. */
final class Xxh3 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_MX1 = 0x165667919E3779F9L;
    private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

    /** The first 96 bytes of the standard secret as little-endian words. */
    private static final long[] SECRET = {
        0xbe4ba423396cfeb8L, 0x1cad21f72c81017cL, 0xdb979083e96dd4deL, 0x1f67b3b7a4a44072L,
        0x78e5c0cc4ee679cbL, 0x2172ffcc7dd05a82L, 0x8e2443f7744608b8L, 0x4c263a81e69035e0L,
        0xcb00c391bb52283cL, 0xa32e531b8b65d088L, 0x4ef90da297486471L, 0xd8acdea946ef1938L
    };

    private long low;
    private long high;

    /** The low 64 bits of the last hash. */
    long low() {
        return low;
    }

    long high() {
        return high;
    }

    void hash(byte[] in, int offset, int length, long seed) {
        if (length == 0) {
            low = finalMix(seed ^ SECRET[8] ^ SECRET[9]);
            high = finalMix(seed ^ SECRET[10] ^ SECRET[11]);
        } else if (length <= 3) {
            hashUpTo3(in, offset, length, seed);
        } else if (length <= 8) {
            hashUpTo8(in, offset, length, seed);
        } else if (length >= 17 && length <= 32) {
            hashUpTo32(in, offset, length, seed);
        } else {
            throw new IllegalArgumentException("no hash of " + length + " bytes");
        }
    }

    private void hashUpTo3(byte[] in, int offset, int length, long seed) {
        int first = in[offset] & 0xff;
        int middle = in[offset + (length >> 1)] & 0xff;
        int last = in[offset + length - 1] & 0xff;
        int combined = first << 16 | middle << 24 | last | length << 8;
        int swapped = Integer.rotateLeft(Integer.reverseBytes(combined), 13);
        long flipLow = ((SECRET[0] ^ SECRET[0] >>> 32) & 0xffff_ffffL) + seed;
        long flipHigh = ((SECRET[1] ^ SECRET[1] >>> 32) & 0xffff_ffffL) - seed;
        low = finalMix((combined & 0xffff_ffffL) ^ flipLow);
        high = finalMix((swapped & 0xffff_ffffL) ^ flipHigh);
    }

    private void hashUpTo8(byte[] in, int offset, int length, long seed) {
        long mixedSeed = seed ^ (Integer.reverseBytes((int) seed) & 0xffff_ffffL) << 32;
        long start = (int) INT.get(in, offset) & 0xffff_ffffL;
        long end = (int) INT.get(in, offset + length - 4) & 0xffff_ffffL;
        long keyed = (start | end << 32) ^ ((SECRET[2] ^ SECRET[3]) + mixedSeed);
        long factor = PRIME_1 + ((long) length << 2);
        long productLow = keyed * factor;
        long productHigh = Math.unsignedMultiplyHigh(keyed, factor) + (productLow << 1);
        productLow ^= productHigh >>> 3;
        productLow ^= productLow >>> 35;
        productLow *= PRIME_MX2;
        productLow ^= productLow >>> 28;
        low = productLow;
        high = avalanche(productHigh);
    }

    private void hashUpTo32(byte[] in, int offset, int length, long seed) {
        int tail = offset + length - 16;
        long accLow = length * PRIME_1 + mix16(in, offset, SECRET[0], SECRET[1], seed);
        accLow ^= (long) LONG.get(in, tail) + (long) LONG.get(in, tail + 8);
        long accHigh = mix16(in, tail, SECRET[2], SECRET[3], seed);
        accHigh ^= (long) LONG.get(in, offset) + (long) LONG.get(in, offset + 8);
        low = avalanche(accLow + accHigh);
        high = -avalanche(accLow * PRIME_1 + accHigh * PRIME_4 + (length - seed) * PRIME_2);
    }

    private static long mix16(byte[] in, int offset, long secretLow, long secretHigh, long seed) {
        long left = (long) LONG.get(in, offset) ^ (secretLow + seed);
        long right = (long) LONG.get(in, offset + 8) ^ (secretHigh - seed);
        return left * right ^ Math.unsignedMultiplyHigh(left, right);
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 37) * PRIME_MX1;
        return mixed ^ mixed >>> 32;
    }

    private static long finalMix(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }
}
