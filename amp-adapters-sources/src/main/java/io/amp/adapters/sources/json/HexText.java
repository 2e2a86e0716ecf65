package io.amp.adapters.sources.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the content of a string means as bytes or as a number. Zeros follow the content. */
final class HexText {
    private HexText() {}

    static boolean isPrefix(byte[] bytes, int at) {
        return bytes[at] == '0' && (bytes[at + 1] | 0x20) == 'x';
    }

    static boolean append(byte[] bytes, int from, int to, ByteSink sink) {
        if (to == from) {
            return true;
        }
        int digits = to - from - 2;
        if (digits < 0 || (digits & 1) != 0 || !isPrefix(bytes, from)) {
            return false;
        }
        int length = digits >> 1;
        int at = sink.reserve(length);
        if (!Hex.decode(bytes, from + 2, sink.array(), at, length)) {
            return false;
        }
        sink.advance(length);
        return true;
    }

    static boolean padded(byte[] bytes, int from, int until, byte[] to, int at, int width) {
        if (until - from < 2 || !isPrefix(bytes, from)) {
            return false;
        }
        int first = from + 2;
        while (until - first > 2 * width && bytes[first] == '0') {
            first++;
        }
        int digits = until - first;
        if (digits > 2 * width) {
            return false;
        }
        int whole = digits >> 1;
        Arrays.fill(to, at, at + width - whole, (byte) 0);
        if ((digits & 1) != 0) {
            int value = Hex.value(bytes[first]);
            if (value < 0) {
                return false;
            }
            to[at + width - whole - 1] = (byte) value;
        }
        return Hex.decode(bytes, until - 2 * whole, to, at + width - whole, whole);
    }

    static boolean quantity(byte[] bytes, int from, int until, Quantity to) {
        if (until - from < 2 || !isPrefix(bytes, from)) {
            return decimal(bytes, from, until, to);
        }
        to.clear();
        for (int i = from + 2; i < until; i++) {
            int digit = Hex.value(bytes[i]);
            if (digit < 0 || !to.shiftIn(digit)) {
                return false;
            }
        }
        return true;
    }

    static boolean decimal(byte[] bytes, int from, int until, Quantity to) {
        // 256 bits have 78 digits; more zeros in front than this are no number a node sends.
        if (from == until || until - from > 100) {
            return false;
        }
        long value = 0;
        for (int i = from; i < until; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        if (until - from <= 18) {
            to.set(value);
            return true;
        }
        return to.set(new BigInteger(new String(bytes, from, until - from, StandardCharsets.US_ASCII)));
    }
}
