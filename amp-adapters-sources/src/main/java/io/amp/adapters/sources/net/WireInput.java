package io.amp.adapters.sources.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Buffered reading of what a peer sends: lines and frames from a small buffer, large pieces straight into a body. One thread. */
final class WireInput {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int TRUSTED_BYTES = 8 << 20;
    private static final int LINE_BYTES_MAX = 16 << 10;

    private final InputStream in;
    private final byte[] buffer;
    private int start;
    private int end;
    private long received;

    WireInput(InputStream in) {
        this(in, BUFFER_BYTES);
    }

    WireInput(InputStream in, int bufferBytes) {
        this.in = in;
        this.buffer = new byte[bufferBytes];
    }

    /** Bytes that have come from the peer so far. */
    long received() {
        return received;
    }

    /** True when something is there that nobody asked for yet. */
    boolean hasRest() {
        return start < end;
    }

    int read() throws IOException {
        if (start == end) {
            fill();
        }
        return buffer[start++] & 0xff;
    }

    /** Text up to a line feed, without it and a carriage return in front of it. */
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (start == end) {
                fill();
            }
            int at = start;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            line.append(new String(buffer, start, at - start, StandardCharsets.ISO_8859_1));
            start = at;
            if (line.length() > LINE_BYTES_MAX) {
                throw new IOException("a header line of more than " + LINE_BYTES_MAX + " bytes");
            }
            if (at < end) {
                start++;
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return line.toString();
            }
        }
    }

    /** Appends exactly {@code length} bytes. */
    void readInto(ResponseBody body, long length) throws IOException {
        long left = length;
        while (left > 0) {
            if (start < end || left < BUFFER_BYTES) {
                if (start == end) {
                    fill();
                }
                int part = (int) Math.min(left, end - start);
                body.reserve(part);
                System.arraycopy(buffer, start, body.bytes(), body.length(), part);
                body.advance(part);
                start += part;
                left -= part;
            } else {
                // Beyond this it grows while it comes: a peer that only claims a large body does not cost its size.
                if (body.room() == 0 || body.length() == 0) {
                    body.reserve((int) Math.min(left, TRUSTED_BYTES));
                }
                left -= readSome(body, (int) Math.min(left, body.room()));
            }
        }
    }

    /** Appends all bytes until the peer ends the connection. */
    void readToEnd(ResponseBody body) throws IOException {
        body.reserve(end - start);
        System.arraycopy(buffer, start, body.bytes(), body.length(), end - start);
        body.advance(end - start);
        start = end;
        while (true) {
            if (body.room() == 0) {
                body.reserve(BUFFER_BYTES);
            }
            int count = in.read(body.bytes(), body.length(), body.room());
            if (count < 0) {
                return;
            }
            received += count;
            body.advance(count);
        }
    }

    /** Appends the next bytes up to the end of a JSON value; false when it goes on. */
    boolean readValuePart(JsonFraming framing, ResponseBody body) throws IOException {
        if (start == end) {
            fill();
        }
        int stop = framing.end(buffer, start, end);
        int part = (stop < 0 ? end : stop) - start;
        body.reserve(part);
        System.arraycopy(buffer, start, body.bytes(), body.length(), part);
        body.advance(part);
        start += part;
        return stop >= 0;
    }

    private int readSome(ResponseBody body, int most) throws IOException {
        int count = in.read(body.bytes(), body.length(), most);
        if (count < 0) {
            throw new EOFException("connection closed by the peer");
        }
        received += count;
        body.advance(count);
        return count;
    }

    private void fill() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            throw new EOFException("connection closed by the peer");
        }
        received += count;
        start = 0;
        end = count;
    }
}
