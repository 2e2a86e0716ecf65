package io.amp.adapters.objectstore.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Least and greatest value of one page, in the order that the column's type has in Parquet. Values come as they stand in plain pages, so
 * no object is made per value; parquet-java's statistics get two values per page.
 */
abstract class MinMax {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    boolean empty = true;

    abstract void add(byte[] bytes, int offset, int length);

    /** Values of one width, one behind the other. A loop of its own in each class, so that it is compiled for that class. */
    abstract void addAll(byte[] bytes, int offset, int width, int count);

    /** Hands the two values over and starts the next page. */
    final void moveTo(Statistics<?> statistics) {
        if (!empty) {
            write(statistics);
        }
        empty = true;
    }

    abstract void write(Statistics<?> statistics);

    static MinMax of(PrimitiveType type, boolean unsigned) {
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> unsigned ? new Ints(Integer.MIN_VALUE) : new Ints(0);
            case INT64 -> unsigned ? new Longs(Long.MIN_VALUE) : new Longs(0);
            case FLOAT -> new Floats();
            case DOUBLE -> new Doubles();
            case BOOLEAN -> new Booleans();
            case BINARY -> new Bytes(false);
            case FIXED_LEN_BYTE_ARRAY -> new Bytes(type.getLogicalTypeAnnotation() != null);
            case INT96 -> throw new IllegalArgumentException("no column is written as INT96");
        };
    }

    /** Numbers of four or eight bytes; {@code flip} is the sign bit for unsigned order, else 0. */
    private static final class Ints extends MinMax {
        private final int flip;
        private int min;
        private int max;

        Ints(int flip) {
            this.flip = flip;
        }

        @Override
        void add(byte[] bytes, int offset, int length) {
            int value = PlainBytes.getInt(bytes, offset) ^ flip;
            min = empty || value < min ? value : min;
            max = empty || value > max ? value : max;
            empty = false;
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(min ^ flip);
            statistics.updateStats(max ^ flip);
        }
    }

    /** Numbers of four or eight bytes; {@code flip} is the sign bit for unsigned order, else 0. */
    private static final class Longs extends MinMax {
        private final long flip;
        private long min;
        private long max;

        Longs(long flip) {
            this.flip = flip;
        }

        @Override
        void add(byte[] bytes, int offset, int length) {
            long value = PlainBytes.getLong(bytes, offset) ^ flip;
            min = empty || value < min ? value : min;
            max = empty || value > max ? value : max;
            empty = false;
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(min ^ flip);
            statistics.updateStats(max ^ flip);
        }
    }

    /** Without NaN, which has no place in an order; a page of NaN alone has no statistics. */
    private static final class Floats extends MinMax {
        private float min;
        private float max;

        @Override
        void add(byte[] bytes, int offset, int length) {
            float value = Float.intBitsToFloat(PlainBytes.getInt(bytes, offset));
            if (!Float.isNaN(value)) {
                min = empty ? value : Math.min(min, value);
                max = empty ? value : Math.max(max, value);
                empty = false;
            }
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(min);
            statistics.updateStats(max);
        }
    }

    /** As {@link Floats}. */
    private static final class Doubles extends MinMax {
        private double min;
        private double max;

        @Override
        void add(byte[] bytes, int offset, int length) {
            double value = Double.longBitsToDouble(PlainBytes.getLong(bytes, offset));
            if (!Double.isNaN(value)) {
                min = empty ? value : Math.min(min, value);
                max = empty ? value : Math.max(max, value);
                empty = false;
            }
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(min);
            statistics.updateStats(max);
        }
    }

    private static final class Booleans extends MinMax {
        private boolean min;
        private boolean max;

        @Override
        void add(byte[] bytes, int offset, int length) {
            boolean value = bytes[offset] != 0;
            min = empty ? value : min && value;
            max = empty ? value : max || value;
            empty = false;
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(min);
            statistics.updateStats(max);
        }
    }

    /** Bytes in unsigned order; decimals as big-endian two's complement of one length. */
    private static final class Bytes extends MinMax {
        private final int flip;
        private byte[] min = new byte[0];
        private byte[] max = new byte[0];

        Bytes(boolean decimal) {
            this.flip = decimal ? 0x80 : 0;
        }

        @Override
        void add(byte[] bytes, int offset, int length) {
            if (empty) {
                min = Arrays.copyOfRange(bytes, offset, offset + length);
                max = min;
                empty = false;
            } else if (compare(bytes, offset, length, min) < 0) {
                min = Arrays.copyOfRange(bytes, offset, offset + length);
            } else if (compare(bytes, offset, length, max) > 0) {
                max = Arrays.copyOfRange(bytes, offset, offset + length);
            }
        }

        private int compare(byte[] bytes, int offset, int length, byte[] other) {
            if (flip != 0) {
                int first = Integer.compare((bytes[offset] & 0xFF) ^ flip, (other[0] & 0xFF) ^ flip);
                if (first != 0) {
                    return first;
                }
            } else if (length >= 8 && other.length >= 8) {
                long mine = (long) LONG_BE.get(bytes, offset);
                long others = (long) LONG_BE.get(other, 0);
                if (mine != others) {
                    return Long.compareUnsigned(mine, others);
                }
            }
            return Arrays.compareUnsigned(bytes, offset, offset + length, other, 0, other.length);
        }

        @Override
        void addAll(byte[] bytes, int offset, int width, int count) {
            for (int i = 0; i < count; i++) {
                add(bytes, offset + i * width, width);
            }
        }

        @Override
        void write(Statistics<?> statistics) {
            statistics.updateStats(Binary.fromConstantByteArray(min));
            statistics.updateStats(Binary.fromConstantByteArray(max));
        }
    }
}
