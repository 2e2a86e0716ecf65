package io.amp.adapters.query.duckdb;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/** Texts and binaries of any length, as they are, with offsets of 4 or 8 bytes. */
class BytesWriter extends ColumnWriter {
    /** Room behind the values, so that short ones can be written with whole words. */
    private static final int SLACK = 16;

    private static final int INLINE_MAX = 12;

    private final boolean large;
    private final GrowingBuffer offsets = buffer();
    final GrowingBuffer values = buffer();
    private long end;

    BytesWriter(Field field, BufferAllocator allocator, boolean large) {
        super(field, allocator);
        this.large = large;
    }

    @Override
    long measure(int from, int count) {
        long total = (long) count * (large ? 8 : 4);
        for (int i = from; i < from + count; i++) {
            if (isSourceValid(i)) {
                total += Integer.toUnsignedLong(StringT.length(source + (long) i * StringT.BYTES));
            }
        }
        return total;
    }

    @Override
    void appendValues(int from, int count, boolean anyNull) {
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (!anyNull || isValid(rows + i)) {
                total += Integer.toUnsignedLong(StringT.length(source + (long) (from + i) * StringT.BYTES));
            }
        }
        long start = reserve(count, total);
        long base = values.address();
        long to = start;
        for (int i = 0; i < count; i++) {
            if (!anyNull || isValid(rows + i)) {
                long at = source + (long) (from + i) * StringT.BYTES;
                int length = Memory.getInt(at);
                if (length <= INLINE_MAX) {
                    Memory.putLong(base + to, Memory.getLong(at + 4));
                    Memory.putInt(base + to + 8, Memory.getInt(at + 12));
                } else {
                    Memory.copy(Memory.getLong(at + 8), base + to, length);
                }
                to += length;
            }
            putEnd(rows + i, to);
        }
    }

    @Override
    final void appendNullValues(int count) {
        long to = reserve(count, 0);
        for (int i = 0; i < count; i++) {
            putEnd(rows + i, to);
        }
    }

    /** Makes room for {@code count} more rows of {@code total} bytes. @return where in the values they start */
    final long reserve(int count, long total) {
        if (!large && end + total > Integer.MAX_VALUE) {
            throw outOfRange("more than 2 GiB of values");
        }
        int width = large ? 8 : 4;
        long used = rows == 0 ? 0 : (rows + 1L) * width;
        long address = offsets.ensure(used, (rows + count + 1L) * width);
        if (rows == 0) {
            Memory.zero(address, width);
        }
        values.ensure(end, end + total + SLACK);
        long start = end;
        end += total;
        return start;
    }

    /** Sets where the value of {@code row} ends. */
    final void putEnd(int row, long offset) {
        if (large) {
            Memory.putLong(offsets.address() + (row + 1L) * 8, offset);
        } else {
            Memory.putInt(offsets.address() + (row + 1L) * 4, (int) offset);
        }
    }

    @Override
    final void takeBuffers(List<ArrowBuf> buffers) {
        if (rows == 0) {
            reserve(0, 0);
        }
        buffers.add(offsets.take((rows + 1L) * (large ? 8 : 4)));
        buffers.add(values.take(end));
        end = 0;
    }

    @Override
    void release() {
        super.release();
        offsets.release();
        values.release();
        end = 0;
    }
}
