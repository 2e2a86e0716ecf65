package io.amp.adapters.objectstore.parquet;

import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Booleans, one bit each. */
final class BooleanEncoder extends ValueEncoder {
    private static final byte[] FALSE_TRUE = {0, 1};

    private @Nullable ArrowBuf data;

    BooleanEncoder(MinMax minMax) {
        super(minMax, null, null);
    }

    @Override
    void bind(FieldVector vector) {
        data = vector.getDataBuffer();
    }

    @Override
    long bytesOf(int from, int count) {
        return (count + 7L) / 8;
    }

    @Override
    void add(int from, int count) {
        ArrowBuf bits = Objects.requireNonNull(data, "no vector is bound");
        for (int i = from; i < from + count; i++) {
            int bit = (bits.getByte(i >> 3) >> (i & 7)) & 1;
            int position = pageValues() & 7;
            if (position == 0) {
                ensurePlain(1);
                plain[plainLength++] = 0;
            }
            plain[plainLength - 1] |= (byte) (bit << position);
            count(FALSE_TRUE, bit, 1);
        }
    }

    @Override
    int appendPlain(byte[] bytes, int offset, int length, int at) {
        throw new IllegalStateException("booleans have no dictionary");
    }
}
