package io.amp.adapters.sources.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Hex digits to bytes.
 *
 * <p>Implementation note: eight digits are one little-endian word. All bytes are checked at once: for a byte below 0x80, adding
 * {@code 0x80 - x} sets its top bit exactly when the byte is at least {@code x}, and no carry leaves the byte. A digit's value is its low
 * nibble, plus 9 for a letter (bit 6 set). Checked against a table for all 65536 pairs of bytes by a test.
 */
final class Hex {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle HALF = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long TOP = 0x8080808080808080L;
    private static final long FROM_0 = 0x5050505050505050L;
    private static final long ABOVE_9 = 0x4646464646464646L;
    private static final long LOWER_CASE = 0x2020202020202020L;
    private static final long FROM_A = 0x1f1f1f1f1f1f1f1fL;
    private static final long ABOVE_F = 0x1919191919191919L;
    private static final long NIBBLE = 0x0f0f0f0f0f0f0f0fL;
    private static final long ONES = 0x0101010101010101L;

    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 10; i++) {
            VALUES['0' + i] = (byte) i;
        }
        for (int i = 0; i < 6; i++) {
            VALUES['a' + i] = (byte) (10 + i);
            VALUES['A' + i] = (byte) (10 + i);
        }
    }

    private Hex() {}

    /** Value of one digit, negative for anything else. */
    static int value(byte digit) {
        return VALUES[digit & 0xff];
    }

    /**
     * Decodes {@code 2 * length} digits; reads no byte beyond them.
     *
     * @return false when one of them is not a hex digit; then {@code to} is partly written
     */
    static boolean decode(byte[] from, int at, byte[] to, int toAt, int length) {
        int done = 0;
        for (; done + 4 <= length; done += 4) {
            long digits = (long) WORD.get(from, at + 2 * done);
            long lower = digits | LOWER_CASE;
            long valid = ((digits + FROM_0) & ~(digits + ABOVE_9)) | ((lower + FROM_A) & ~(lower + ABOVE_F));
            if ((valid & ~digits & TOP) != TOP) {
                return false;
            }
            long letters = (digits >>> 6) & ONES;
            long values = (digits & NIBBLE) + (letters << 3) + letters;
            long pairs = (values << 4 | values >>> 8) & 0x00ff00ff00ff00ffL;
            pairs = (pairs | pairs >>> 8) & 0x0000ffff0000ffffL;
            HALF.set(to, toAt + done, (int) (pairs | pairs >>> 16));
        }
        for (; done < length; done++) {
            int value = value(from[at + 2 * done]) << 4 | value(from[at + 2 * done + 1]);
            if (value < 0) {
                return false;
            }
            to[toAt + done] = (byte) value;
        }
        return true;
    }
}
