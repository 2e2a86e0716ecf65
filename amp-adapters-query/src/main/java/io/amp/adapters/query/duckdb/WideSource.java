package io.amp.adapters.query.duckdb;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Reads whole numbers out of vectors of the number types; decimals as their unscaled value. */
interface WideSource {
    /** @return false when the value is no number or has more than 256 bits */
    boolean read(long source, int row, Wide value);

    /** The value as text, for messages. */
    default String describe(long source, int row) {
        Wide value = new Wide();
        return read(source, row, value) ? value.toString() : "the number";
    }

    static WideSource of(DuckType type) {
        return switch (type.id()) {
            case TINYINT -> signed(1);
            case SMALLINT -> signed(2);
            case INTEGER -> signed(4);
            case BIGINT -> signed(8);
            case HUGEINT -> signed(16);
            case UTINYINT -> unsigned(1);
            case USMALLINT -> unsigned(2);
            case UINTEGER -> unsigned(4);
            case UBIGINT -> unsigned(8);
            case UHUGEINT -> unsigned(16);
            case DECIMAL -> signed(decimalWidth(type.width()));
            case BIGNUM -> new Bignum();
            default -> throw new IllegalArgumentException(type + " is no whole number");
        };
    }

    /** Bytes of a {@code DECIMAL} of so many digits. */
    static int decimalWidth(int digits) {
        return digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
    }

    private static WideSource signed(int width) {
        return (source, row, value) -> {
            long at = source + (long) row * width;
            switch (width) {
                case 1 -> value.setSigned(Memory.getByte(at));
                case 2 -> value.setSigned(Memory.getShort(at));
                case 4 -> value.setSigned(Memory.getInt(at));
                case 8 -> value.setSigned(Memory.getLong(at));
                default -> value.setSigned(Memory.getLong(at), Memory.getLong(at + 8));
            }
            return true;
        };
    }

    private static WideSource unsigned(int width) {
        return (source, row, value) -> {
            long at = source + (long) row * width;
            switch (width) {
                case 1 -> value.setUnsigned(Memory.getByte(at) & 0xffL, 0);
                case 2 -> value.setUnsigned(Memory.getShort(at) & 0xffffL, 0);
                case 4 -> value.setUnsigned(Memory.getInt(at) & 0xffff_ffffL, 0);
                case 8 -> value.setUnsigned(Memory.getLong(at), 0);
                default -> value.setUnsigned(Memory.getLong(at), Memory.getLong(at + 8));
            }
            return true;
        };
    }

    /**
     * The engine's wide integer: 3 bytes of header, whose top bit is set for positive numbers and whose other bits count the bytes of
     * magnitude that follow, highest first; every bit of a negative number is flipped.
     */
    final class Bignum implements WideSource {
        private static final int HEADER = 3;

        @Override
        public boolean read(long source, int row, Wide value) {
            long at = source + (long) row * StringT.BYTES;
            int length = StringT.length(at) - HEADER;
            long data = StringT.data(at);
            boolean minus = Memory.getByte(data) >= 0;
            int flip = minus ? 0xff : 0;
            long first = data + HEADER;
            while (length > 0 && (Memory.getByte(first) ^ flip) == 0) {
                first++;
                length--;
            }
            if (length > 32) {
                return false;
            }
            long w0 = word(first, length, 0, flip);
            long w1 = word(first, length, 8, flip);
            long w2 = word(first, length, 16, flip);
            long w3 = word(first, length, 24, flip);
            value.set(minus, w0, w1, w2, w3);
            return true;
        }

        private static long word(long first, int length, int skip, int flip) {
            long word = 0;
            for (int i = Math.max(0, length - skip - 8); i < length - skip; i++) {
                word = (word << 8) | ((Memory.getByte(first + i) ^ flip) & 0xff);
            }
            return word;
        }

        static BigInteger bigInteger(long at) {
            byte[] bytes = Memory.bytes(StringT.data(at), StringT.length(at));
            boolean minus = bytes[0] >= 0;
            if (minus) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) ~bytes[i];
                }
            }
            return new BigInteger(minus ? -1 : 1, bytes, HEADER, bytes.length - HEADER);
        }

        @Override
        public String describe(long source, int row) {
            return bigInteger(source + (long) row * StringT.BYTES).toString();
        }
    }

    /** Decimal text: a sign, digits, and after a point up to {@code scale} digits. */
    record DecimalText(int scale) implements WideSource {
        @Override
        public boolean read(long source, int row, Wide value) {
            long at = source + (long) row * StringT.BYTES;
            int length = StringT.length(at);
            long data = StringT.data(at);
            int i = 0;
            boolean minus = false;
            if (length > 0 && (Memory.getByte(data) == '-' || Memory.getByte(data) == '+')) {
                minus = Memory.getByte(data) == '-';
                i = 1;
            }
            value.set(false, 0, 0, 0, 0);
            long pending = 0;
            int pendingDigits = 0;
            int digits = 0;
            int fraction = -1;
            for (; i < length; i++) {
                int digit = Memory.getByte(data + i) - '0';
                if (digit == '.' - '0' && fraction < 0) {
                    fraction = 0;
                    continue;
                }
                if (digit < 0 || digit > 9 || fraction == scale) {
                    return false;
                }
                pending = pending * 10 + digit;
                digits++;
                fraction += fraction < 0 ? 0 : 1;
                if (++pendingDigits == 18) {
                    if (!value.appendDigits(pending, pendingDigits)) {
                        return false;
                    }
                    pending = 0;
                    pendingDigits = 0;
                }
            }
            boolean fits = digits > 0
                    && value.appendDigits(pending, pendingDigits)
                    && value.shiftLeft10(scale - Math.max(fraction, 0));
            if (minus) {
                value.negate();
            }
            return fits;
        }

        @Override
        public String describe(long source, int row) {
            long at = source + (long) row * StringT.BYTES;
            byte[] start = Memory.bytes(StringT.data(at), Math.min(StringT.length(at), 100));
            return "'" + new String(start, StandardCharsets.UTF_8) + "'";
        }
    }
}
