package io.amp.adapters.query.duckdb;

/**
 * Bitmaps at raw addresses, lowest bit first, as the engine and Arrow both keep them.
 *
 * <p>Bits are appended in order: a write may zero what follows in its word. So a destination needs no clearing, but {@link
 * #capacity(long)} bytes.
 */
final class Bits {
    private Bits() {}

    /** Bytes to hold so that {@code bits} can be appended word-wise. */
    static long capacity(long bits) {
        return (bits + 63) / 64 * 8 + 8;
    }

    static boolean get(long address, long bit) {
        return ((Memory.getByte(address + (bit >>> 3)) >>> (bit & 7)) & 1) != 0;
    }

    static void clear(long address, long bit) {
        long at = address + (bit >>> 3);
        Memory.putByte(at, (byte) (Memory.getByte(at) & ~(1 << (bit & 7))));
    }

    /** The {@code count} bits from {@code bit} on, 1 to 64; reads no word that holds none of them. */
    static long word(long address, long bit, int count) {
        long at = address + (bit >>> 6) * 8;
        int shift = (int) (bit & 63);
        long word = Memory.getLong(at) >>> shift;
        if (shift + count > 64) {
            word |= Memory.getLong(at + 8) << (64 - shift);
        }
        return word & mask(count);
    }

    /** Appends the low {@code count} bits of {@code word}, 1 to 64, whose other bits are zero. */
    static void append(long address, long bit, long word, int count) {
        long at = address + (bit >>> 6) * 8;
        int shift = (int) (bit & 63);
        long kept = shift == 0 ? 0 : Memory.getLong(at) & mask(shift);
        Memory.putLong(at, kept | (word << shift));
        if (shift + count > 64) {
            Memory.putLong(at + 8, word >>> (64 - shift));
        }
    }

    /** Appends {@code count} bits, all zeros or all ones. */
    static void fill(long address, long bit, int count, boolean ones) {
        for (int done = 0; done < count; done += 64) {
            int step = Math.min(64, count - done);
            append(address, bit + done, ones ? mask(step) : 0, step);
        }
    }

    /** @return how many of the copied bits are zero */
    static int copy(long from, long fromBit, long to, long toBit, int count) {
        int zeros = 0;
        for (int done = 0; done < count; done += 64) {
            int step = Math.min(64, count - done);
            long word = word(from, fromBit + done, step);
            append(to, toBit + done, word, step);
            zeros += step - Long.bitCount(word);
        }
        return zeros;
    }

    private static long mask(int count) {
        return count == 64 ? -1 : (1L << count) - 1;
    }
}
