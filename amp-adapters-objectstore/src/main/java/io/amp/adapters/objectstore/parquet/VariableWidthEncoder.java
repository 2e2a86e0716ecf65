package io.amp.adapters.objectstore.parquet;

import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Texts and byte strings of any length, with offsets of 32 or 64 bits. */
final class VariableWidthEncoder extends ValueEncoder {
    private byte[] scratch = new byte[0];
    private @Nullable ArrowBuf data;
    private @Nullable ArrowBuf offsets;
    private boolean large;

    VariableWidthEncoder(MinMax minMax, @Nullable BloomFilterBuilder bloom, @Nullable ValueDictionary dictionary) {
        super(minMax, bloom, dictionary);
    }

    @Override
    void bind(FieldVector vector) {
        data = vector.getDataBuffer();
        offsets = vector.getOffsetBuffer();
        large = vector instanceof BaseLargeVariableWidthVector;
    }

    private long offset(int index) {
        ArrowBuf bound = Objects.requireNonNull(offsets, "no vector is bound");
        return large ? bound.getLong(8L * index) : bound.getInt(4L * index);
    }

    @Override
    long bytesOf(int from, int count) {
        return count == 0 ? 0 : offset(from + count) - offset(from) + 4L * count;
    }

    @Override
    void add(int from, int count) {
        long start = offset(from);
        int total = Math.toIntExact(offset(from + count) - start);
        if (scratch.length < total) {
            scratch = new byte[total];
        }
        if (total > 0) {
            Objects.requireNonNull(data, "no vector is bound").getBytes(start, scratch, 0, total);
        }
        int at = 0;
        for (int i = 1; i <= count; i++) {
            int end = (int) (offset(from + i) - start);
            addOne(at, end - at);
            at = end;
        }
    }

    private void addOne(int at, int length) {
        if (usesDictionary()) {
            addToDictionary(scratch, at, length, XxHash64.hash(scratch, at, length), length + 4, 1);
            return;
        }
        ensurePlain(length + 4);
        plainLength = appendPlain(scratch, at, length, plainLength);
        addedPlain(plainLength - length, length);
    }

    @Override
    int appendPlain(byte[] bytes, int offset, int length, int at) {
        PlainBytes.putInt(plain, at, length);
        System.arraycopy(bytes, offset, plain, at + 4, length);
        return at + 4 + length;
    }
}
