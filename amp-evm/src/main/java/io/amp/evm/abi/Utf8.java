package io.amp.evm.abi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * UTF-8 as the WHATWG encoding standard decodes it: each maximal bad subpart becomes one U+FFFD. The JDK's decoder differs: it replaces
 * an encoded surrogate by one character, the standard by three.
 */
final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    private Utf8() {}

    static boolean isValid(byte[] array, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            while (end - at >= Long.BYTES && ((long) LONG.get(array, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            }
            if (at < end) {
                int step = sequence(array, at, end);
                if (step < 0) {
                    return false;
                }
                at += step;
            }
        }
        return true;
    }

    /** A copy with every bad subpart replaced; at most three times as long. */
    static byte[] repair(byte[] array, int offset, int length) {
        byte[] out = new byte[Math.multiplyExact(3, length)];
        int written = 0;
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int step = sequence(array, at, end);
            if (step > 0) {
                System.arraycopy(array, at, out, written, step);
                written += step;
                at += step;
            } else {
                System.arraycopy(REPLACEMENT, 0, out, written, REPLACEMENT.length);
                written += REPLACEMENT.length;
                at -= step;
            }
        }
        return Arrays.copyOf(out, written);
    }

    /** Length of the well-formed sequence at {@code at}, or minus the length of the maximal bad subpart there. */
    private static int sequence(byte[] array, int at, int end) {
        int first = array[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        // The second byte's range excludes overlong forms, surrogates and what is beyond U+10FFFF.
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (int i = 1; i < length; i++) {
            int next = at + i < end ? array[at + i] & 0xff : -1;
            if (next < low || next > high) {
                return -i;
            }
            low = 0x80;
            high = 0xbf;
        }
        return length == 1 ? -1 : length;
    }
}
