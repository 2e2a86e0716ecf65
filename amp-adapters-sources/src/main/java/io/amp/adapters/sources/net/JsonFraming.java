package io.amp.adapters.sources.net;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the end of a JSON object or array in bytes that come piece by piece. Only counts brackets outside strings; whether the text is
 * JSON is for its reader to say.
 */
final class JsonFraming {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOP = 0x8080808080808080L;
    private static final long QUOTES = 0x2222222222222222L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

    private int depth;
    private boolean inString;
    private boolean escaped;

    void restart() {
        depth = 0;
        inString = false;
        escaped = false;
    }

    /**
     * Looks at the next bytes.
     *
     * @return position behind the value's last byte, or -1 when it is not among them
     * @throws IOException something else than an object or array
     */
    int end(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            if (inString) {
                at = skipString(bytes, at, to);
                continue;
            }
            byte next = bytes[at++];
            switch (next) {
                case '"' -> inString = true;
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    depth--;
                    if (depth <= 0) {
                        return at;
                    }
                }
                default -> {
                    if (depth == 0 && next > ' ') {
                        throw new IOException("something else than JSON objects");
                    }
                }
            }
        }
        return -1;
    }

    private int skipString(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (escaped) {
                escaped = false;
                at++;
                continue;
            }
            if (at + Long.BYTES <= to) {
                long word = (long) WORD.get(bytes, at);
                long quote = word ^ QUOTES;
                long backslash = word ^ BACKSLASHES;
                long marks = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash);
                if ((marks & TOP) == 0) {
                    at += Long.BYTES;
                    continue;
                }
            }
            byte next = bytes[at++];
            if (next == '"') {
                inString = false;
                return at;
            }
            escaped = next == '\\';
        }
        return at;
    }
}
