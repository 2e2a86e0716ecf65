package io.amp.adapters.query.duckdb;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Decimals of 256 bits from binaries that sort like them: the unscaled value in 32 bytes, highest first, the sign bit flipped.
 */
final class SortableDecimalWriter extends FixedWidthWriters.Copy {
    static final int BYTES = 32;

    SortableDecimalWriter(Field field, BufferAllocator allocator) {
        super(field, allocator, BYTES);
    }

    @Override
    void convert(int from, int count, long target, boolean anyNull) {
        for (int i = 0; i < count; i++) {
            if (anyNull && !isValid(rows + i)) {
                continue;
            }
            long at = source + (long) (from + i) * StringT.BYTES;
            if (StringT.length(at) != BYTES) {
                throw outOfRange("a binary of " + StringT.length(at) + " bytes");
            }
            long bytes = StringT.data(at);
            long to = target + (long) i * BYTES;
            for (int word = 0; word < 4; word++) {
                long value = Long.reverseBytes(Memory.getLong(bytes + 24 - word * 8L));
                Memory.putLong(to + word * 8L, word == 3 ? value ^ Long.MIN_VALUE : value);
            }
        }
    }
}
