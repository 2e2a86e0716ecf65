package io.amp.evm.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The three bits that an address or a topic sets in a log bloom. Remembers recent values, since a block's logs name the same contracts and
 * event hashes again and again. Memory is fixed (about 250 kB); not thread-safe.
 */
public final class BloomBits {
    private static final int SLOTS = 4096;
    private static final int KEY_WORDS = 4;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final Keccak256 keccak;
    private final byte[] hash = new byte[Keccak256.HASH_BYTES];

    /** By slot: the value in four words; addresses fill two and a half. */
    private final long[] keys = new long[SLOTS * KEY_WORDS];

    /** By slot: length of the value << 33, its bits below; 0 = free. */
    private final long[] entries = new long[SLOTS];

    public BloomBits(Keccak256 keccak) {
        this.keccak = keccak;
    }

    /** The bits of a 20-byte address as three numbers of 11 bits, for {@link Bloom#add}. */
    public long ofAddress(byte[] array, int offset) {
        long word0 = (long) LONG.get(array, offset);
        long word1 = (long) LONG.get(array, offset + 8);
        long word2 = (int) INT.get(array, offset + 16) & 0xffff_ffffL;
        return lookUp(array, offset, 20, word0, word1, word2, 0);
    }

    /** The bits of a 32-byte topic as three numbers of 11 bits, for {@link Bloom#add}. */
    public long ofTopic(byte[] array, int offset) {
        long word0 = (long) LONG.get(array, offset);
        long word1 = (long) LONG.get(array, offset + 8);
        long word2 = (long) LONG.get(array, offset + 16);
        long word3 = (long) LONG.get(array, offset + 24);
        return lookUp(array, offset, 32, word0, word1, word2, word3);
    }

    private long lookUp(byte[] array, int offset, int length, long word0, long word1, long word2, long word3) {
        long mixed = ((word0 * 31 + word1) * 31 + word2) * 31 + word3;
        int slot = (int) ((mixed * 0x9E3779B97F4A7C15L) >>> 52);
        int key = slot * KEY_WORDS;
        long entry = entries[slot];
        if (entry >>> 33 != length
                || keys[key] != word0
                || keys[key + 1] != word1
                || keys[key + 2] != word2
                || keys[key + 3] != word3) {
            entry = (long) length << 33 | compute(array, offset, length);
            keys[key] = word0;
            keys[key + 1] = word1;
            keys[key + 2] = word2;
            keys[key + 3] = word3;
            entries[slot] = entry;
        }
        return entry & ((1L << 33) - 1);
    }

    private long compute(byte[] array, int offset, int length) {
        keccak.hash(array, offset, length, hash, 0);
        return (long) bit(0) << 22 | bit(2) << 11 | bit(4);
    }

    private int bit(int at) {
        return ((hash[at] & 0xff) << 8 | (hash[at + 1] & 0xff)) & 0x7ff;
    }
}
