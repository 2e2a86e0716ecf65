package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.VarColumn;
import io.amp.adapters.sources.json.Quantity;
import java.nio.charset.StandardCharsets;

/** Numbers as decimal digits. */
final class Decimals {
    private static final int DIGITS_MAX = 20;

    private Decimals() {}

    /** Appends the digits, without sign or leading zeros. */
    static void append(Quantity quantity, VarColumn text) {
        if (!quantity.fitsUnsignedLong()) {
            byte[] digits = quantity.toBigInteger().toString().getBytes(StandardCharsets.US_ASCII);
            int at = text.reserve(digits.length);
            System.arraycopy(digits, 0, text.array(), at, digits.length);
            text.advance(digits.length);
            return;
        }
        long rest = quantity.low();
        int room = text.reserve(2 * DIGITS_MAX);
        byte[] bytes = text.array();
        // From the last digit backwards into the upper half of the room, then down to its start.
        int at = room + 2 * DIGITS_MAX;
        if (rest < 0) {
            long tenth = (rest >>> 1) / 5;
            bytes[--at] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        do {
            long tenth = rest / 10;
            bytes[--at] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        } while (rest != 0);
        int length = room + 2 * DIGITS_MAX - at;
        System.arraycopy(bytes, at, bytes, room, length);
        text.advance(length);
    }
}
