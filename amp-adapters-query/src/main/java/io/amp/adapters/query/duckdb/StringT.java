package io.amp.adapters.query.duckdb;

/** {@code duckdb_string_t}: 16 bytes, a length, then up to 12 bytes in place, or a prefix of 4 and a pointer. */
final class StringT {
    static final int BYTES = 16;
    private static final int INLINE_MAX = 12;

    private StringT() {}

    /** Unsigned in the engine, which has no value this large; a negative one is refused by whoever allocates. */
    static int length(long at) {
        return Memory.getInt(at);
    }

    static long data(long at) {
        return Memory.getInt(at) <= INLINE_MAX ? at + 4 : Memory.getLong(at + 8);
    }
}
