package io.amp.testkit.chain;

import io.amp.ports.runtime.Clock;
import io.amp.testkit.runtime.WallClock;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON-RPC server for tests: HTTP/1.1 and WebSocket on one free TCP port, and a Unix socket. Every request text goes to a handler;
 * a WebSocket or IPC client that asks {@code eth_subscribe} gets what {@link #push} sends. Virtual threads, one for each connection.
 */
public final class JsonRpcServer implements AutoCloseable {
    private static final String WEB_SOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final Clock CLOCK = new WallClock();
    private static final int HEADERS_KEPT_MAX = 1000;

    private final Handler handler;
    private final ServerSocketChannel tcp;
    private final ServerSocketChannel unix;
    private final Path socketDirectory;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Map<String, String>> requestHeaders = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean compressing;
    private volatile boolean chunked;
    private volatile boolean refusesSubscriptions;

    /** Answers one request text, an object or a list. Called by many threads. */
    public interface Handler {
        RpcAnswer answer(byte[] request) throws InterruptedException;
    }

    private interface Subscriber {
        void send(byte[] text) throws IOException;
    }

    /** Listens at once. */
    public JsonRpcServer(Handler handler) {
        this(handler, 0);
    }

    /** @param port 0 for any free one */
    public JsonRpcServer(Handler handler, int port) {
        this.handler = handler;
        try {
            tcp = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            socketDirectory = Files.createTempDirectory("rpc");
            unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(socketDirectory.resolve("node.ipc")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(tcp, false));
        Thread.ofVirtual().start(() -> accept(unix, true));
    }

    public int port() {
        try {
            return ((InetSocketAddress) tcp.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI httpUrl() {
        return URI.create("http://127.0.0.1:" + port());
    }

    public URI webSocketUrl() {
        return URI.create("ws://127.0.0.1:" + port());
    }

    public URI ipcUrl() {
        return URI.create("ipc://" + socketDirectory.resolve("node.ipc"));
    }

    /** Compresses answers for clients that accept it. */
    public void compress(boolean on) {
        compressing = on;
    }

    /** Sends bodies in chunks instead of with their length. */
    public void chunk(boolean on) {
        chunked = on;
    }

    public void refuseSubscriptions(boolean on) {
        refusesSubscriptions = on;
    }

    /** Sends a text to everybody who subscribed. */
    public void push(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        subscribers.removeIf(subscriber -> {
            try {
                subscriber.send(bytes);
                return false;
            } catch (IOException e) {
                // A client that is gone gets nothing.
                return true;
            }
        });
    }

    public int subscriberCount() {
        return subscribers.size();
    }

    /** Headers of the first thousand HTTP requests and WebSocket handshakes, by lower-case name; the request line under the empty name. */
    public List<Map<String, String>> requestHeaders() {
        return List.copyOf(requestHeaders);
    }

    /** Connections accepted so far. */
    public int connectionCount() {
        return accepted.get();
    }

    /** Cuts all connections; new ones are accepted. */
    public void dropConnections() {
        subscribers.clear();
        connections.forEach(JsonRpcServer::closeQuietly);
    }

    @Override
    public void close() {
        closeQuietly(tcp);
        closeQuietly(unix);
        dropConnections();
        try {
            Files.deleteIfExists(socketDirectory.resolve("node.ipc"));
            Files.deleteIfExists(socketDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel server, boolean ipc) {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                accepted.incrementAndGet();
                connections.add(connection);
                if (!ipc) {
                    connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                Thread.ofVirtual().start(() -> serve(connection, ipc));
            } catch (IOException e) {
                if (server.isOpen()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(SocketChannel connection, boolean ipc) {
        try (connection) {
            InputStream in = new BufferedInputStream(new ChannelInput(connection), 64 << 10);
            if (ipc) {
                serveIpc(connection, in);
            } else {
                serveHttp(connection, in);
            }
        } catch (IOException | InterruptedException e) {
            // The client went away, or the server was closed: both end the connection.
            closeQuietly(connection);
        } finally {
            connections.remove(connection);
        }
    }

    private void serveHttp(SocketChannel connection, InputStream in) throws IOException, InterruptedException {
        while (true) {
            Map<String, String> headers = readHead(in);
            if (headers == null) {
                return;
            }
            if (requestHeaders.size() < HEADERS_KEPT_MAX) {
                requestHeaders.add(headers);
            }
            if ("websocket".equalsIgnoreCase(headers.get("upgrade"))) {
                serveWebSocket(connection, in, headers.getOrDefault("sec-websocket-key", ""));
                return;
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            RpcAnswer answer = handler.answer(in.readNBytes(length));
            CLOCK.sleep(answer.delay());
            boolean gzip =
                    compressing && headers.getOrDefault("accept-encoding", "").contains("gzip") && !answer.isCut();
            byte[] body = gzip ? gzip(answer.body()) : answer.body();
            StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Answer\r\n");
            if (!answer.headers().containsKey("Content-Type")) {
                head.append("Content-Type: application/json\r\n");
            }
            if (gzip) {
                head.append("Content-Encoding: gzip\r\n");
            }
            answer.headers()
                    .forEach((name, value) ->
                            head.append(name).append(": ").append(value).append("\r\n"));
            if (chunked && !answer.isCut()) {
                head.append("Transfer-Encoding: chunked\r\n\r\n");
                write(connection, ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.ISO_8859_1)));
                writeChunks(connection, body);
                continue;
            }
            head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
            int sent = gzip ? body.length : answer.bytesSent();
            write(
                    connection,
                    ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.ISO_8859_1)),
                    ByteBuffer.wrap(body, 0, sent));
            if (answer.isCut()) {
                return;
            }
        }
    }

    private static void writeChunks(SocketChannel connection, byte[] body) throws IOException {
        int size = Math.max(1, body.length / 7);
        for (int from = 0; from < body.length; from += size) {
            int part = Math.min(size, body.length - from);
            write(
                    connection,
                    ByteBuffer.wrap((Integer.toHexString(part) + ";x=1\r\n").getBytes(StandardCharsets.US_ASCII)),
                    ByteBuffer.wrap(body, from, part),
                    ByteBuffer.wrap(new byte[] {'\r', '\n'}));
        }
        write(connection, ByteBuffer.wrap("0\r\nTrailer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    private static @Nullable Map<String, String> readHead(InputStream in) throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("", line);
        while (true) {
            String header = readLine(in);
            if (header == null || header.isEmpty()) {
                return headers;
            }
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
    }

    private static @Nullable String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) next);
        }
        return null;
    }

    private void serveWebSocket(SocketChannel connection, InputStream in, String key)
            throws IOException, InterruptedException {
        String accept;
        try {
            accept = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + WEB_SOCKET_GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        write(
                connection,
                ByteBuffer.wrap(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        Object sending = new Object();
        Subscriber client = text -> {
            synchronized (sending) {
                sendFrames(connection, text);
            }
        };
        // A ping first: the client must answer it and go on.
        write(connection, ByteBuffer.wrap(new byte[] {(byte) 0x89, 2, 'h', 'i'}));
        while (true) {
            byte[] text = readFrame(in);
            if (text != null) {
                Thread.ofVirtual().start(() -> answerOn(client, text, connection));
            }
        }
    }

    /** In two fragments, which clients must put together. */
    private static void sendFrames(SocketChannel connection, byte[] text) throws IOException {
        int half = text.length / 2;
        write(connection, frameHead(0x01, half), ByteBuffer.wrap(text, 0, half));
        write(connection, frameHead(0x80, text.length - half), ByteBuffer.wrap(text, half, text.length - half));
    }

    private static ByteBuffer frameHead(int first, int length) {
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) first);
        if (length < 126) {
            head.put((byte) length);
        } else if (length < 1 << 16) {
            head.put((byte) 126).putShort((short) length);
        } else {
            head.put((byte) 127).putLong(length);
        }
        return head.flip();
    }

    /** Null for a frame that is no text. */
    private static byte @Nullable [] readFrame(InputStream in) throws IOException {
        int first = readByte(in);
        int second = readByte(in);
        long length = second & 0x7f;
        if (length >= 126) {
            byte[] extended = in.readNBytes(length == 126 ? 2 : 8);
            length = 0;
            for (byte next : extended) {
                length = (length << 8) | (next & 0xff);
            }
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        if ((first & 0x0f) == 8) {
            throw new EOFException();
        }
        return (first & 0x0f) == 1 ? payload : null;
    }

    private static int readByte(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    private void serveIpc(SocketChannel connection, InputStream in) throws IOException {
        Object sending = new Object();
        Subscriber client = text -> {
            synchronized (sending) {
                write(connection, ByteBuffer.wrap(text), ByteBuffer.wrap(new byte[] {'\n'}));
            }
        };
        while (true) {
            String line = readLine(in);
            if (line == null) {
                return;
            }
            byte[] text = line.getBytes(StandardCharsets.ISO_8859_1);
            Thread.ofVirtual().start(() -> answerOn(client, text, connection));
        }
    }

    private void answerOn(Subscriber client, byte[] request, SocketChannel connection) {
        try {
            String text = new String(request, StandardCharsets.UTF_8);
            if (text.contains("\"eth_subscribe\"")) {
                String id = text.replaceAll(".*\"id\":(\\d+).*", "$1");
                if (refusesSubscriptions) {
                    client.send(("{\"jsonrpc\":\"2.0\",\"id\":" + id
                                    + ",\"error\":{\"code\":-32601,\"message\":\"no subscriptions\"}}")
                            .getBytes(StandardCharsets.UTF_8));
                } else {
                    client.send(("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":\"0x1\"}")
                            .getBytes(StandardCharsets.UTF_8));
                    subscribers.add(client);
                }
                return;
            }
            RpcAnswer answer = handler.answer(request);
            CLOCK.sleep(answer.delay());
            if (answer.isCut()) {
                closeQuietly(connection);
            } else {
                client.send(answer.body());
            }
        } catch (IOException | InterruptedException e) {
            closeQuietly(connection);
        }
    }

    private static void write(SocketChannel connection, ByteBuffer... buffers) throws IOException {
        long left = 0;
        for (ByteBuffer buffer : buffers) {
            left += buffer.remaining();
        }
        while (left > 0) {
            left -= connection.write(buffers);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class ChannelInput extends InputStream {
        private final SocketChannel connection;

        ChannelInput(SocketChannel connection) {
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return connection.read(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
