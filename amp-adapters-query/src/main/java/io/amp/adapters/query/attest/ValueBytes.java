package io.amp.adapters.query.attest;

import io.amp.adapters.query.duckdb.InputVector;
import io.amp.adapters.query.type.SqlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.types.TimeUnit;

/** Reads the bytes that are hashed of values in a vector of the engine. Made per chunk. */
final class ValueBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MICROS_PER_MILLI = 1000;
    private static final long NANOS_PER_MICRO = 1000;
    private static final int WORD_BYTES = 32;

    private final InputVector vector;
    private final SqlType type;
    private byte[] bytes = new byte[64];
    private int length;

    ValueBytes(InputVector vector, SqlType type) {
        this.vector = vector;
        this.type = type;
    }

    static boolean isSupported(SqlType type) {
        return switch (type) {
            case SqlType.Floating ignored -> false;
            case SqlType.ListOf ignored -> false;
            case SqlType.Struct ignored -> false;
            case SqlType.MapOf ignored -> false;
            default -> true;
        };
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Loads the value of a row; false when it is NULL. */
    boolean load(int row) {
        if (type.isNull() || vector.isNull(row)) {
            return false;
        }
        switch (type) {
            case SqlType.Bool ignored -> number(vector.getBoolean(row) ? 1 : 0, 1);
            case SqlType.Int t -> number(integer(t.bits(), row), t.bits() / Byte.SIZE);
            case SqlType.Decimal t -> decimal(t, row);
            case SqlType.Date t -> {
                if (t.bits() == 32) {
                    number(vector.getInt(row), Integer.BYTES);
                } else {
                    number(Math.floorDiv(vector.getLong(row), MICROS_PER_MILLI), Long.BYTES);
                }
            }
            case SqlType.Time t ->
                number(ofMicros(vector.getLong(row), t.unit()), is32Bit(t.unit()) ? Integer.BYTES : Long.BYTES);
            case SqlType.Timestamp t -> number(ofMicros(vector.getLong(row), t.unit()), Long.BYTES);
            case SqlType.Duration ignored -> number(vector.getLong(row), Long.BYTES);
            case SqlType.Interval t -> interval(t, row);
            default -> text(row);
        }
        return true;
    }

    private long integer(int bits, int row) {
        return switch (bits) {
            case 8 -> vector.getByte(row);
            case 16 -> vector.getShort(row);
            case 32 -> vector.getInt(row);
            default -> vector.getLong(row);
        };
    }

    private void number(long value, int size) {
        LONG.set(bytes, 0, value);
        length = size;
    }

    private static boolean is32Bit(TimeUnit unit) {
        return unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
    }

    private static long ofMicros(long micros, TimeUnit unit) {
        return switch (unit) {
            case SECOND -> Math.floorDiv(micros, 1_000_000L);
            case MILLISECOND -> Math.floorDiv(micros, MICROS_PER_MILLI);
            case MICROSECOND -> micros;
            case NANOSECOND -> micros * NANOS_PER_MICRO;
        };
    }

    /** Little-endian two's complement of 16 or 32 bytes. */
    private void decimal(SqlType.Decimal decimal, int row) {
        if (decimal.isWide()) {
            MemorySegment word = vector.getSegment(row);
            for (int i = 0; i < WORD_BYTES; i++) {
                bytes[WORD_BYTES - 1 - i] = word.get(ValueLayout.JAVA_BYTE, i);
            }
            bytes[WORD_BYTES - 1] ^= (byte) 0x80;
            length = WORD_BYTES;
            return;
        }
        int digits = decimal.precision();
        long low;
        long high;
        if (digits > 18) {
            low = vector.getLow(row);
            high = vector.getHigh(row);
        } else {
            low = digits > 9 ? vector.getLong(row) : digits > 4 ? vector.getInt(row) : vector.getShort(row);
            high = low >> 63;
        }
        LONG.set(bytes, 0, low);
        LONG.set(bytes, 8, high);
        length = decimal.bits() / Byte.SIZE;
        Arrays.fill(bytes, 16, WORD_BYTES, (byte) (high >> 63));
    }

    /** The engine's interval: months and days of 32 bits, microseconds of 64. */
    private void interval(SqlType.Interval interval, int row) {
        long monthsAndDays = vector.getLow(row);
        long micros = vector.getHigh(row);
        switch (interval.unit()) {
            case YEAR_MONTH -> number(monthsAndDays, Integer.BYTES);
            case DAY_TIME -> {
                long millis = Math.floorDiv(micros, MICROS_PER_MILLI);
                number((monthsAndDays >>> 32) | (millis << 32), Long.BYTES);
            }
            case MONTH_DAY_NANO -> {
                LONG.set(bytes, 8, micros * NANOS_PER_MICRO);
                LONG.set(bytes, 0, monthsAndDays);
                length = 16;
            }
        }
    }

    private void text(int row) {
        MemorySegment value = vector.getSegment(row);
        length = (int) value.byteSize();
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        MemorySegment.copy(value, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
    }
}
