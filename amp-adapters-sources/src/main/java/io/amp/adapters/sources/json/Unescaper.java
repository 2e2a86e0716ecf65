package io.amp.adapters.sources.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The content of strings with escapes, in an array used again and again. */
final class Unescaper {
    private byte[] scratch = new byte[256];

    /** Where the content is; replaced when it grows. */
    byte[] bytes() {
        return scratch;
    }

    /** Fills {@link #bytes} with the content of a checked string, as UTF-8, zeros behind it; returns the length. */
    int unescape(byte[] text, int from, int to) {
        if (scratch.length < to - from + JsonCursor.PADDING) {
            scratch = new byte[Math.max(to - from + JsonCursor.PADDING, 2 * scratch.length)];
        }
        int length = 0;
        int at = from;
        while (at < to) {
            byte next = text[at++];
            if (next != '\\') {
                scratch[length++] = next;
                continue;
            }
            byte kind = text[at++];
            switch (kind) {
                case 'b' -> scratch[length++] = '\b';
                case 'f' -> scratch[length++] = '\f';
                case 'n' -> scratch[length++] = '\n';
                case 'r' -> scratch[length++] = '\r';
                case 't' -> scratch[length++] = '\t';
                case 'u' -> {
                    int unit = unit(text, at);
                    at += 4;
                    int codePoint = unit;
                    if (Character.isHighSurrogate((char) unit)
                            && at + 6 <= to
                            && text[at] == '\\'
                            && text[at + 1] == 'u'
                            && Character.isLowSurrogate((char) unit(text, at + 2))) {
                        codePoint = Character.toCodePoint((char) unit, (char) unit(text, at + 2));
                        at += 6;
                    }
                    // A lone surrogate becomes '?', as String does it.
                    byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(utf8, 0, scratch, length, utf8.length);
                    length += utf8.length;
                }
                default -> scratch[length++] = kind;
            }
        }
        Arrays.fill(scratch, length, length + JsonCursor.PADDING, (byte) 0);
        return length;
    }

    private static int unit(byte[] text, int at) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            unit = unit << 4 | Hex.value(text[at + i]);
        }
        return unit;
    }
}
