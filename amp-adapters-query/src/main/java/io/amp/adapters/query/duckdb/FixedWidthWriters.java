package io.amp.adapters.query.duckdb;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/** The writers whose Arrow values all have the same width. */
final class FixedWidthWriters {
    private FixedWidthWriters() {}

    /** Values of {@code width} bytes each; the base of the others, and by itself a copy of values that are laid out alike. */
    static class Copy extends ColumnWriter {
        final int width;
        private final GrowingBuffer values = buffer();

        Copy(Field field, BufferAllocator allocator, int width) {
            super(field, allocator);
            this.width = width;
        }

        @Override
        final long measure(int from, int count) {
            return (long) count * width;
        }

        @Override
        final void appendValues(int from, int count, boolean anyNull) {
            long first = (long) rows * width;
            long address = values.ensure(first, first + (long) count * width);
            if (anyNull) {
                zeroNulls(address, width, count);
            }
            convert(from, count, address + first, anyNull);
        }

        @Override
        final void appendNullValues(int count) {
            long first = (long) rows * width;
            long address = values.ensure(first, first + (long) count * width);
            Memory.zero(address + first, (long) count * width);
        }

        /** Writes the valid rows to {@code target}, which is zero for the others when there are any. */
        void convert(int from, int count, long target, boolean anyNull) {
            if (!anyNull) {
                Memory.copy(source + (long) from * width, target, (long) count * width);
                return;
            }
            for (int i = 0; i < count; i++) {
                if (isValid(rows + i)) {
                    Memory.copy(source + (long) (from + i) * width, target + (long) i * width, width);
                }
            }
        }

        @Override
        final void takeBuffers(List<ArrowBuf> buffers) {
            buffers.add(values.take((long) rows * width));
        }

        @Override
        void release() {
            super.release();
            values.release();
        }
    }

    /** A byte per truth value becomes a bit. */
    static final class Bool extends ColumnWriter {
        private final GrowingBuffer values = buffer();

        Bool(Field field, BufferAllocator allocator) {
            super(field, allocator);
        }

        @Override
        long measure(int from, int count) {
            return count / 8 + 1L;
        }

        @Override
        void appendValues(int from, int count, boolean anyNull) {
            long address = values.ensure(rows == 0 ? 0 : Bits.capacity(rows), Bits.capacity(rows + count));
            for (int done = 0; done < count; done += 64) {
                int step = Math.min(64, count - done);
                long word = 0;
                for (int i = 0; i < step; i++) {
                    word |= (Memory.getByte(source + from + done + i) & 1L) << i;
                }
                Bits.append(address, rows + done, word & Bits.word(validity.address(), rows + done, step), step);
            }
        }

        @Override
        void appendNullValues(int count) {
            long used = rows == 0 ? 0 : Bits.capacity(rows);
            Bits.fill(values.ensure(used, Bits.capacity(rows + count)), rows, count, false);
        }

        @Override
        void takeBuffers(List<ArrowBuf> buffers) {
            buffers.add(values.take((rows + 7) / 8));
        }

        @Override
        void release() {
            super.release();
            values.release();
        }
    }

    /** Counts of one unit become counts of another: dates, times, timestamps and durations of 4 or 8 bytes. */
    static final class Scaled extends Copy {
        private final int sourceWidth;
        private final long multiplier;
        private final long divisor;

        Scaled(Field field, BufferAllocator allocator, int sourceWidth, int width, long multiplier, long divisor) {
            super(field, allocator, width);
            this.sourceWidth = sourceWidth;
            this.multiplier = multiplier;
            this.divisor = divisor;
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (long) (from + i) * sourceWidth;
                    long value = sourceWidth == 8 ? Memory.getLong(at) : Memory.getInt(at);
                    long scaled = value * multiplier;
                    if (multiplier != 1 && Math.multiplyHigh(value, multiplier) != scaled >> 63) {
                        throw outOfRange(Long.toString(value));
                    }
                    if (divisor != 1) {
                        scaled = Math.floorDiv(scaled, divisor);
                    }
                    if (width == 8) {
                        Memory.putLong(target + i * 8L, scaled);
                    } else if ((int) scaled == scaled) {
                        Memory.putInt(target + i * 4L, (int) scaled);
                    } else {
                        throw outOfRange(Long.toString(value));
                    }
                }
            }
        }
    }

    /** Months, days and microseconds become months, days and nanoseconds. */
    static final class Interval extends Copy {
        Interval(Field field, BufferAllocator allocator) {
            super(field, allocator, 16);
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (from + i) * 16L;
                    long to = target + i * 16L;
                    long micros = Memory.getLong(at + 8);
                    if (Math.multiplyHigh(micros, 1000) != (micros * 1000) >> 63) {
                        throw outOfRange("an interval of " + micros + " microseconds");
                    }
                    Memory.putLong(to, Memory.getLong(at));
                    Memory.putLong(to + 8, micros * 1000);
                }
            }
        }
    }

    /** An interval without months becomes a count of one unit. */
    static final class Duration extends Copy {
        private static final long MICROS_PER_DAY = 86_400_000_000L;
        private final long multiplier;
        private final long divisor;

        Duration(Field field, BufferAllocator allocator, long multiplier, long divisor) {
            super(field, allocator, 8);
            this.multiplier = multiplier;
            this.divisor = divisor;
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (from + i) * 16L;
                    int months = Memory.getInt(at);
                    int days = Memory.getInt(at + 4);
                    long micros = Memory.getLong(at + 8);
                    if (months != 0) {
                        throw outOfRange("an interval of " + months + " months");
                    }
                    try {
                        long whole = Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), micros);
                        long scaled = Math.multiplyExact(whole, multiplier);
                        Memory.putLong(target + i * 8L, Math.floorDiv(scaled, divisor));
                    } catch (ArithmeticException e) {
                        throw outOfRange("an interval of " + days + " days and " + micros + " microseconds");
                    }
                }
            }
        }
    }

    static final class Half extends Copy {
        Half(Field field, BufferAllocator allocator) {
            super(field, allocator, 2);
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                float value = Float.intBitsToFloat(Memory.getInt(source + (from + i) * 4L));
                if (!anyNull || isValid(rows + i)) {
                    Memory.putShort(target + i * 2L, Float.floatToFloat16(value));
                }
            }
        }
    }

    /** Integers of any width and sign, up to 128 bits, become others when they fit. */
    static final class WholeNumber extends Copy {
        private final WideSource reader;
        private final boolean signed;

        WholeNumber(Field field, BufferAllocator allocator, DuckType type, int width, boolean signed) {
            super(field, allocator, width);
            this.reader = WideSource.of(type);
            this.signed = signed;
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            Wide value = new Wide();
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    reader.read(source, from + i, value);
                    if (!value.fitsInteger(width * 8, signed)) {
                        throw outOfRange(value.toString());
                    }
                    long low = value.low();
                    long at = target + (long) i * width;
                    switch (width) {
                        case 1 -> Memory.putByte(at, (byte) low);
                        case 2 -> Memory.putShort(at, (short) low);
                        case 4 -> Memory.putInt(at, (int) low);
                        default -> Memory.putLong(at, low);
                    }
                }
            }
        }
    }

    /** Decimals, integers of any width and decimal texts become decimals of 16 or 32 bytes when they fit. */
    static final class Decimal extends Copy {
        private final WideSource reader;
        private final int precision;
        private final int shift;

        /** @param shift digits of scale to add */
        Decimal(Field field, BufferAllocator allocator, WideSource reader, int width, int precision, int shift) {
            super(field, allocator, width);
            this.reader = reader;
            this.precision = precision;
            this.shift = shift;
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            Wide value = new Wide();
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    boolean read = reader.read(source, from + i, value);
                    if (!read || !value.shiftLeft10(shift) || !value.fitsDigits(precision)) {
                        throw outOfRange(reader.describe(source, from + i));
                    }
                    value.write(target + (long) i * width, width);
                }
            }
        }
    }

    /** Binary values of exactly the width. */
    static final class FixedBinary extends Copy {
        private static final int ADDRESS = 20;
        private static final int HASH = 32;

        FixedBinary(Field field, BufferAllocator allocator, int width) {
            super(field, allocator, width);
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (long) (from + i) * StringT.BYTES;
                    if (Memory.getInt(at) != width) {
                        throw outOfRange("a binary of " + Memory.getInt(at) + " bytes");
                    }
                    long to = target + (long) i * width;
                    switch (width) {
                        case HASH -> copyHash(Memory.getLong(at + 8), to);
                        case ADDRESS -> copyAddress(Memory.getLong(at + 8), to);
                        default -> Memory.copy(StringT.data(at), to, width);
                    }
                }
            }
        }

        private static void copyHash(long from, long to) {
            long a = Memory.getLong(from);
            long b = Memory.getLong(from + 8);
            long c = Memory.getLong(from + 16);
            long d = Memory.getLong(from + 24);
            Memory.putLong(to, a);
            Memory.putLong(to + 8, b);
            Memory.putLong(to + 16, c);
            Memory.putLong(to + 24, d);
        }

        private static void copyAddress(long from, long to) {
            long a = Memory.getLong(from);
            long b = Memory.getLong(from + 8);
            int c = Memory.getInt(from + 16);
            Memory.putLong(to, a);
            Memory.putLong(to + 8, b);
            Memory.putInt(to + 16, c);
        }
    }

    static final class Uuid extends Copy {
        Uuid(Field field, BufferAllocator allocator) {
            super(field, allocator, 16);
        }

        @Override
        void convert(int from, int count, long target, boolean anyNull) {
            for (int i = 0; i < count; i++) {
                if (!anyNull || isValid(rows + i)) {
                    long at = source + (from + i) * 16L;
                    Memory.putLong(target + i * 16L, Long.reverseBytes(Memory.getLong(at + 8) ^ Long.MIN_VALUE));
                    Memory.putLong(target + i * 16L + 8, Long.reverseBytes(Memory.getLong(at)));
                }
            }
        }
    }
}
