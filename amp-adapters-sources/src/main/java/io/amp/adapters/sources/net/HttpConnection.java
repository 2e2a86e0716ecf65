package io.amp.adapters.sources.net;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.zip.GZIPInputStream;

/** One HTTP/1.1 connection, used for one request after the other. One thread at a time. */
final class HttpConnection implements Closeable {
    private static final int TRAILER_LINES_MAX = 100;

    private final Socket socket;
    private final WireInput in;
    private final OutputStream out;
    private final BodyPool bodies;
    private boolean reusable = true;
    private long idleSinceNanos;

    HttpConnection(Socket socket, BodyPool bodies) throws IOException {
        this.socket = socket;
        this.in = new WireInput(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.bodies = bodies;
    }

    /** Sends the request's bytes and reads the answer. */
    HttpReply exchange(byte[] request) throws IOException {
        reusable = false;
        out.write(request);
        out.flush();
        HttpHead head = HttpHead.read(in);
        ResponseBody body = bodies.take();
        try {
            boolean ends = readBody(head, body);
            HttpReply reply = new HttpReply(
                    head.status(),
                    head.header("retry-after"),
                    decompressed(head, body).seal());
            reusable = ends && head.keepsAlive() && !in.hasRest();
            return reply;
        } catch (IOException | RuntimeException e) {
            body.close();
            throw e;
        }
    }

    /** Bytes received in all exchanges. */
    long received() {
        return in.received();
    }

    boolean reusable() {
        return reusable;
    }

    void markIdle(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    Socket socket() {
        return socket;
    }

    /** False when the body ends with the connection. */
    private boolean readBody(HttpHead head, ResponseBody body) throws IOException {
        if (head.status() == 204 || head.status() == 304) {
            return true;
        }
        if (head.has("transfer-encoding", "chunked")) {
            readChunks(body);
            return true;
        }
        String length = head.header("content-length");
        if (length == null) {
            in.readToEnd(body);
            return false;
        }
        try {
            in.readInto(body, Math.max(0, Long.parseLong(length)));
        } catch (NumberFormatException e) {
            throw new IOException("content-length is no number", e);
        }
        return true;
    }

    private void readChunks(ResponseBody body) throws IOException {
        while (true) {
            String line = in.readLine();
            int semicolon = line.indexOf(';');
            long size;
            try {
                size = Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("chunk size is no number", e);
            }
            if (size < 0) {
                throw new IOException("chunk size is negative");
            }
            if (size == 0) {
                for (int i = 0; !in.readLine().isEmpty(); i++) {
                    if (i == TRAILER_LINES_MAX) {
                        throw new IOException("more than " + TRAILER_LINES_MAX + " trailers");
                    }
                }
                return;
            }
            in.readInto(body, size);
            if (!in.readLine().isEmpty()) {
                throw new IOException("a chunk is longer than its size");
            }
        }
    }

    private ResponseBody decompressed(HttpHead head, ResponseBody body) throws IOException {
        String encoding = head.header("content-encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity") || body.length() == 0) {
            return body;
        }
        if (!encoding.equalsIgnoreCase("gzip") && !encoding.equalsIgnoreCase("x-gzip")) {
            throw new IOException("content encoding that was not asked for");
        }
        ResponseBody plain = bodies.take();
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(body.bytes(), 0, body.length()), 64 << 10)) {
            new WireInput(gzip).readToEnd(plain);
            body.close();
            return plain;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
