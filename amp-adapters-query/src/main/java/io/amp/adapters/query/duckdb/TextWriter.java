package io.amp.adapters.query.duckdb;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/** Values whose text has to be made: labels of enums, UUIDs, wide integers. */
final class TextWriter extends BytesWriter {
    /** Makes the text of the value in row {@code row} of the vector at {@code source}. */
    interface Text {
        byte[] of(long source, int row);
    }

    private final Text text;

    TextWriter(Field field, BufferAllocator allocator, boolean large, Text text) {
        super(field, allocator, large);
        this.text = text;
    }

    static Text labels(List<String> labels) {
        byte[][] texts =
                labels.stream().map(l -> l.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        int width = texts.length <= 0x100 ? 1 : texts.length <= 0x10000 ? 2 : 4;
        return (source, row) -> {
            long at = source + (long) row * width;
            return texts[
                    switch (width) {
                        case 1 -> Memory.getByte(at) & 0xff;
                        case 2 -> Memory.getShort(at) & 0xffff;
                        default -> Memory.getInt(at);
                    }];
        };
    }

    static byte[] uuid(long source, int row) {
        long at = source + row * 16L;
        UUID uuid = new UUID(Memory.getLong(at + 8) ^ Long.MIN_VALUE, Memory.getLong(at));
        return uuid.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] bignum(long source, int row) {
        String digits = WideSource.Bignum.bigInteger(source + (long) row * StringT.BYTES)
                .toString();
        return digits.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    long measure(int from, int count) {
        long total = 4L * count;
        for (int i = from; i < from + count; i++) {
            total += isSourceValid(i) ? text.of(source, i).length : 0;
        }
        return total;
    }

    @Override
    void appendValues(int from, int count, boolean anyNull) {
        byte[][] texts = new byte[count][];
        long total = 0;
        for (int i = 0; i < count; i++) {
            texts[i] = !anyNull || isValid(rows + i) ? text.of(source, from + i) : new byte[0];
            total += texts[i].length;
        }
        long to = reserve(count, total);
        for (int i = 0; i < count; i++) {
            Memory.put(texts[i], 0, values.address() + to, texts[i].length);
            to += texts[i].length;
            putEnd(rows + i, to);
        }
    }
}
