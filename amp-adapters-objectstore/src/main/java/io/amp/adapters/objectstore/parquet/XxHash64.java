package io.amp.adapters.objectstore.parquet;

/**
 * XXH64 with seed 0, the hash of Parquet Bloom filters (parquet-format, BloomFilter.md). The library's own needs a wrapper object per
 * value.
 */
final class XxHash64 {
    private static final long PRIME1 = 0x9E3779B185EBCA87L;
    /** The sum wraps. */
    private static final long PRIME1_PLUS_PRIME2 = 0x60EA27EEADC0B5D6L;

    private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME3 = 0x165667B19E3779F9L;
    private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME5 = 0x27D4EB2F165667C5L;

    private XxHash64() {}

    static long hash(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        long hash;
        if (length >= 32) {
            long a = PRIME1_PLUS_PRIME2;
            long b = PRIME2;
            long c = 0;
            long d = -PRIME1;
            do {
                a = round(a, PlainBytes.getLong(bytes, at));
                b = round(b, PlainBytes.getLong(bytes, at + 8));
                c = round(c, PlainBytes.getLong(bytes, at + 16));
                d = round(d, PlainBytes.getLong(bytes, at + 24));
                at += 32;
                left -= 32;
            } while (left >= 32);
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        } else {
            hash = PRIME5;
        }
        hash += length;
        while (left >= 8) {
            hash ^= round(0, PlainBytes.getLong(bytes, at));
            hash = Long.rotateLeft(hash, 27) * PRIME1 + PRIME4;
            at += 8;
            left -= 8;
        }
        if (left >= 4) {
            hash ^= (PlainBytes.getInt(bytes, at) & 0xFFFFFFFFL) * PRIME1;
            hash = Long.rotateLeft(hash, 23) * PRIME2 + PRIME3;
            at += 4;
            left -= 4;
        }
        while (left > 0) {
            hash ^= (bytes[at] & 0xFF) * PRIME5;
            hash = Long.rotateLeft(hash, 11) * PRIME1;
            at++;
            left--;
        }
        hash ^= hash >>> 33;
        hash *= PRIME2;
        hash ^= hash >>> 29;
        hash *= PRIME3;
        return hash ^ (hash >>> 32);
    }

    /** A cheap hash of a number, for tables of this process only. */
    static long mix(long value) {
        long hash = (value ^ (value >>> 32)) * PRIME1;
        return (hash ^ (hash >>> 29)) * PRIME2 ^ hash;
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * PRIME2, 31) * PRIME1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * PRIME1 + PRIME4;
    }
}
