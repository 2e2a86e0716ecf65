package io.amp.adapters.http.jsonl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/** A growing byte array with the primitives of JSON text. Reused for every batch of a response; not thread-safe. */
final class JsonBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final int LONG_DIGITS_MAX = 20;

    private byte[] bytes = new byte[1 << 12];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Takes back everything behind a position. */
    void truncate(int position) {
        size = position;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void require(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    void put(char ascii) {
        require(1);
        bytes[size++] = (byte) ascii;
    }

    void put(byte[] raw) {
        require(raw.length);
        System.arraycopy(raw, 0, bytes, size, raw.length);
        size += raw.length;
    }

    void ascii(String text) {
        int length = text.length();
        require(length);
        for (int i = 0; i < length; i++) {
            bytes[size + i] = (byte) text.charAt(i);
        }
        size += length;
    }

    void bool(boolean value) {
        put(value ? TRUE : FALSE);
    }

    void nullValue() {
        put(NULL);
    }

    void number(long value) {
        if (value < 0) {
            put('-');
            digits(-value);
        } else {
            digits(value);
        }
    }

    /** All 64 bits as a positive number; also right for the negated minimum. */
    void digits(long unsigned) {
        require(LONG_DIGITS_MAX);
        int length = 1;
        for (long rest = Long.divideUnsigned(unsigned, 10); rest != 0; rest /= 10) {
            length++;
        }
        long rest = unsigned;
        int at = size + length;
        if (rest < 0) {
            long quotient = Long.divideUnsigned(rest, 10);
            bytes[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        do {
            long quotient = rest / 10;
            bytes[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        } while (at > size);
        size += length;
    }

    /** A number with leading zeros. */
    void digits(long value, int width) {
        require(width);
        long rest = value;
        for (int at = size + width - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += width;
    }

    /** Quoted lower-case hex without prefix. */
    void hex(ArrowBuf buffer, long start, int length) {
        require(2 * length + 2);
        bytes[size++] = '"';
        for (int i = 0; i < length; i++) {
            int value = buffer.getByte(start + i);
            bytes[size++] = HEX[(value >> 4) & 0xF];
            bytes[size++] = HEX[value & 0xF];
        }
        bytes[size++] = '"';
    }

    /** Quoted UTF-8 with the escapes that JSON demands, and no others. */
    void string(ArrowBuf buffer, long start, int length) {
        require(6 * length + 2);
        bytes[size++] = '"';
        for (int i = 0; i < length; i++) {
            escaped(buffer.getByte(start + i));
        }
        bytes[size++] = '"';
    }

    void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        require(6 * utf8.length + 2);
        bytes[size++] = '"';
        for (byte value : utf8) {
            escaped(value);
        }
        bytes[size++] = '"';
    }

    private void escaped(byte value) {
        if ((value >= 0x20 && value != '"' && value != '\\') || value < 0) {
            bytes[size++] = value;
            return;
        }
        bytes[size++] = '\\';
        switch (value) {
            case '"', '\\' -> bytes[size++] = value;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            case '\b' -> bytes[size++] = 'b';
            case '\f' -> bytes[size++] = 'f';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[value >> 4];
                bytes[size++] = HEX[value & 0xF];
            }
        }
    }
}
