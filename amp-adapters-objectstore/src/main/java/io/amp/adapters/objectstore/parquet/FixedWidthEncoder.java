package io.amp.adapters.objectstore.parquet;

import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Values of one width: integers, floats, decimals, times and fixed-size binary. */
final class FixedWidthEncoder extends ValueEncoder {
    /** How an Arrow value becomes the bytes of a plain Parquet value. */
    enum Form {
        /** The same bytes. */
        SAME,
        /** One signed byte to four. */
        SIGNED_1_TO_4,
        /** One unsigned byte to four. */
        UNSIGNED_1_TO_4,
        /** Two signed bytes to four. */
        SIGNED_2_TO_4,
        /** Two unsigned bytes to four. */
        UNSIGNED_2_TO_4,
        /** Eight bytes to eight, seconds to milliseconds, which Parquet has no coarser unit than. */
        SECONDS_TO_MILLIS,
        /** Little-endian to big-endian, for decimals. */
        REVERSED
    }

    private final int arrowWidth;
    private final int width;
    private final Form form;
    private byte[] scratch = new byte[0];
    private @Nullable ArrowBuf data;

    FixedWidthEncoder(
            int arrowWidth,
            int width,
            Form form,
            MinMax minMax,
            @Nullable BloomFilterBuilder bloom,
            @Nullable ValueDictionary dictionary) {
        super(minMax, bloom, dictionary);
        this.arrowWidth = arrowWidth;
        this.width = width;
        this.form = form;
    }

    @Override
    void bind(FieldVector vector) {
        data = vector.getDataBuffer();
    }

    @Override
    long bytesOf(int from, int count) {
        return (long) count * width;
    }

    @Override
    void add(int from, int count) {
        if (!usesDictionary()) {
            ensurePlain(count * width);
            read(from, count, plain, plainLength);
            addRead(count);
            return;
        }
        if (scratch.length < count * width) {
            scratch = new byte[count * width];
        }
        read(from, count, scratch, 0);
        int done = 0;
        while (done < count && usesDictionary()) {
            int offset = done * width;
            int next = done + 1;
            while (next < count && isEqual(offset, next * width)) {
                next++;
            }
            addToDictionary(scratch, offset, width, hash(offset), width, next - done);
            done = next;
        }
        if (done < count) {
            int left = count - done;
            ensurePlain(left * width);
            System.arraycopy(scratch, done * width, plain, plainLength, left * width);
            addRead(left);
        }
    }

    private boolean isEqual(int first, int second) {
        return width == 4
                ? PlainBytes.getInt(scratch, first) == PlainBytes.getInt(scratch, second)
                : PlainBytes.isEqual(scratch, first, second, width);
    }

    private long hash(int offset) {
        if (hasBloom() || (width != 4 && width != 8)) {
            return XxHash64.hash(scratch, offset, width);
        }
        return XxHash64.mix(width == 4 ? PlainBytes.getInt(scratch, offset) : PlainBytes.getLong(scratch, offset));
    }

    private void addRead(int count) {
        addedPlain(plainLength, width, count);
        plainLength += count * width;
    }

    @Override
    int appendPlain(byte[] bytes, int offset, int length, int at) {
        System.arraycopy(bytes, offset, plain, at, length);
        return at + length;
    }

    private void read(int from, int count, byte[] target, int at) {
        ArrowBuf source = Objects.requireNonNull(data, "no vector is bound");
        if (arrowWidth == width) {
            source.getBytes((long) from * width, target, at, count * width);
            transform(count, target, at);
            return;
        }
        for (int i = 0; i < count; i++) {
            int value = switch (form) {
                case SIGNED_1_TO_4 -> source.getByte(from + i);
                case UNSIGNED_1_TO_4 -> source.getByte(from + i) & 0xFF;
                case SIGNED_2_TO_4 -> source.getShort(2L * (from + i));
                case UNSIGNED_2_TO_4 -> source.getShort(2L * (from + i)) & 0xFFFF;
                case SAME, SECONDS_TO_MILLIS, REVERSED -> throw new IllegalStateException(form + " keeps the width");
            };
            PlainBytes.putInt(target, at + 4 * i, value);
        }
    }

    private void transform(int count, byte[] target, int at) {
        switch (form) {
            case REVERSED -> {
                for (int i = 0; i < count; i++) {
                    PlainBytes.reverse(target, at + i * width, width);
                }
            }
            case SECONDS_TO_MILLIS -> {
                for (int i = 0; i < count; i++) {
                    long seconds = PlainBytes.getLong(target, at + i * width);
                    PlainBytes.putLong(target, at + i * width, Math.multiplyExact(seconds, 1000L));
                }
            }
            case SAME -> {}
            case SIGNED_1_TO_4, UNSIGNED_1_TO_4, SIGNED_2_TO_4, UNSIGNED_2_TO_4 ->
                throw new IllegalStateException(form + " changes the width");
        }
    }
}
