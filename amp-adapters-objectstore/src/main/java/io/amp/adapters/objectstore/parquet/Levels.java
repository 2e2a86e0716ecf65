package io.amp.adapters.objectstore.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/** Repetition or definition levels of one page. */
final class Levels {
    private static final int FIRST_BYTES = 1024;

    private final int max;
    private final int bitWidth;
    private byte[] levels = new byte[FIRST_BYTES];
    private int count;

    Levels(int max) {
        this.max = max;
        this.bitWidth = Integer.SIZE - Integer.numberOfLeadingZeros(max);
    }

    void add(int level) {
        if (count == levels.length) {
            levels = Arrays.copyOf(levels, 2 * count);
        }
        levels[count++] = (byte) level;
    }

    void addRun(int level, int length) {
        if (count + length > levels.length) {
            levels = Arrays.copyOf(levels, Math.max(2 * levels.length, count + length));
        }
        Arrays.fill(levels, count, count + length, (byte) level);
        count += length;
    }

    int count() {
        return count;
    }

    /** Entries below the maximum: for definition levels, those without a value. */
    int belowMax() {
        int below = 0;
        for (int i = 0; i < count; i++) {
            below += levels[i] < max ? 1 : 0;
        }
        return below;
    }

    /** The levels as version 1 pages hold them: a length of four bytes, then runs. Clears the buffer. */
    BytesInput take() throws IOException {
        BytesInput encoded = isOneRun() ? oneRun() : hybrid();
        count = 0;
        return BytesInput.concat(BytesInput.fromInt((int) encoded.size()), encoded);
    }

    private boolean isOneRun() {
        for (int i = 1; i < count; i++) {
            if (levels[i] != levels[0]) {
                return false;
            }
        }
        return count > 0;
    }

    private BytesInput oneRun() {
        return BytesInput.concat(BytesInput.fromUnsignedVarInt(count << 1), BytesInput.from(new byte[] {levels[0]}));
    }

    private BytesInput hybrid() throws IOException {
        try (var encoder = new RunLengthBitPackingHybridEncoder(
                bitWidth, 256, FIRST_BYTES + count, HeapByteBufferAllocator.getInstance())) {
            for (int i = 0; i < count; i++) {
                encoder.writeInt(levels[i]);
            }
            return encoder.toBytes().copy(HeapByteBufferAllocator.getInstance(), _ -> {});
        }
    }
}
