package io.amp.adapters.sources.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLSocketFactory;

/** A WebSocket connection (RFC 6455) without extensions. Answers pings by itself. */
public final class WebSocketChannel implements MessageChannel {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL_BYTES_MAX = 125;

    private final Socket socket;
    private final WireInput in;
    private final OutputStream out;
    private final BodyPool bodies;
    private final Object sending = new Object();

    private WebSocketChannel(Socket socket, BodyPool bodies) throws IOException {
        this.socket = socket;
        this.in = new WireInput(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.bodies = bodies;
    }

    /** A refused handshake. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(int status) {
            super("HTTP status " + status + " instead of a WebSocket");
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /**
     * Connects and shakes hands.
     *
     * @param url {@code ws} or {@code wss}
     * @throws RefusedException the server answered something else
     */
    public static WebSocketChannel connect(URI url, Map<String, String> headers, Duration timeout, BodyPool bodies)
            throws IOException, ConnectionFailure, InterruptedException {
        boolean tls = "wss".equalsIgnoreCase(url.getScheme());
        Peer peer = new Peer(url.getHost(), url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80, tls, (SSLSocketFactory)
                SSLSocketFactory.getDefault());
        try (Deadline deadline = Deadline.in(timeout)) {
            try {
                Socket socket = peer.connect(deadline);
                try {
                    WebSocketChannel channel = new WebSocketChannel(socket, bodies);
                    channel.shakeHands(peer, HttpEndpoint.target(url), headers);
                    return channel;
                } catch (IOException | RuntimeException e) {
                    Peer.closeAfter(e, socket);
                    throw e;
                }
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                throw Failures.of(e, deadline.passed());
            }
        }
    }

    private void shakeHands(Peer peer, String target, Map<String, String> headers) throws IOException {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        StringBuilder request = new StringBuilder();
        request.append("GET ").append(target).append(" HTTP/1.1\r\n");
        request.append("Host: ").append(peer.hostHeader()).append("\r\n");
        request.append("User-Agent: amp\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        request.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        request.append("\r\n");
        out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        HttpHead head = HttpHead.read(in);
        if (head.status() != 101) {
            throw new RefusedException(head.status());
        }
        if (!accept(key).equals(head.header("sec-websocket-accept"))) {
            throw new IOException("a WebSocket handshake with a wrong accept key");
        }
    }

    /** RFC 6455, section 4.2.2. */
    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void send(byte[] json, Duration atMost) throws IOException {
        try (Deadline deadline = Deadline.in(atMost)) {
            deadline.guard(socket);
            sendFrame(TEXT, json, json.length);
        }
    }

    private void sendFrame(int opcode, byte[] payload, int length) throws IOException {
        byte[] frame = new byte[length + 14];
        int at = 0;
        frame[at++] = (byte) (0x80 | opcode);
        if (length < 126) {
            frame[at++] = (byte) (0x80 | length);
        } else if (length < 1 << 16) {
            frame[at++] = (byte) (0x80 | 126);
            frame[at++] = (byte) (length >>> 8);
            frame[at++] = (byte) length;
        } else {
            frame[at++] = (byte) (0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame[at++] = (byte) ((long) length >>> shift);
            }
        }
        int mask = ThreadLocalRandom.current().nextInt();
        byte[] keys = {(byte) (mask >>> 24), (byte) (mask >>> 16), (byte) (mask >>> 8), (byte) mask};
        System.arraycopy(keys, 0, frame, at, 4);
        at += 4;
        for (int i = 0; i < length; i++) {
            frame[at++] = (byte) (payload[i] ^ keys[i & 3]);
        }
        synchronized (sending) {
            out.write(frame, 0, at);
            out.flush();
        }
    }

    @Override
    public ResponseBody receive() throws IOException {
        ResponseBody message = bodies.take();
        try {
            boolean started = false;
            while (true) {
                int first = in.read();
                int second = in.read();
                int opcode = first & 0x0f;
                if ((first & 0x70) != 0 || (second & 0x80) != 0) {
                    throw new IOException("a WebSocket frame that no server may send");
                }
                long length = length(second & 0x7f);
                switch (opcode) {
                    case TEXT, BINARY, CONTINUATION -> {
                        if (started == (opcode != CONTINUATION)) {
                            throw new IOException("WebSocket fragments out of order");
                        }
                        started = true;
                        in.readInto(message, length);
                        if ((first & 0x80) != 0) {
                            return message.seal();
                        }
                    }
                    case PING -> {
                        byte[] payload = control(length);
                        sendFrame(PONG, payload, payload.length);
                    }
                    case PONG -> control(length);
                    case CLOSE -> {
                        control(length);
                        throw new EOFException("connection closed by the peer");
                    }
                    default -> throw new IOException("an unknown WebSocket frame");
                }
            }
        } catch (IOException | RuntimeException e) {
            message.close();
            throw e;
        }
    }

    private long length(int shortLength) throws IOException {
        int bytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
        if (bytes == 0) {
            return shortLength;
        }
        long length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | in.read();
        }
        if (length < 0 || length > BodyPool.BODY_BYTES_MAX) {
            throw new IOException("a WebSocket frame of " + Long.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    private byte[] control(long length) throws IOException {
        if (length > CONTROL_BYTES_MAX) {
            throw new IOException("a WebSocket control frame of " + length + " bytes");
        }
        try (ResponseBody payload = bodies.take()) {
            in.readInto(payload, length);
            return Arrays.copyOf(payload.bytes(), payload.length());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
