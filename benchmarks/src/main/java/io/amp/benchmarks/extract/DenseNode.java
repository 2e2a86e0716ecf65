package io.amp.benchmarks.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.core.concurrent.SystemClock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A node that serves a {@link DenseChain} from a file with as little work as possible: the kernel copies the texts to the socket. Its
 * method {@code bench_setLatency} takes the milliseconds it waits before each answer.
 */
public final class DenseNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SystemClock CLOCK = new SystemClock();

    private final FileChannel texts;
    /** Where block i's text starts at 2i, and its receipts' at 2i + 1; one more entry for the end. */
    private final long[] starts;

    private final ServerSocketChannel server;
    private volatile Duration latency = Duration.ZERO;

    /** A part of an answer: text, or a piece of the file where {@code text} is empty. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(byte[] text, long start, long length) {
        static Part of(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new Part(bytes, 0, bytes.length);
        }
    }

    private DenseNode(Path file, int blocks) throws IOException {
        starts = new long[2 * blocks + 1];
        write(file, blocks);
        texts = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    }

    /** @param file is made anew, about 1.3 MB a block, and deleted in the end */
    static DenseNode start(Path file, int blocks) throws IOException {
        var node = new DenseNode(file, blocks);
        Thread.ofPlatform().daemon().start(node::accept);
        return node;
    }

    private void write(Path file, int blocks) throws IOException {
        var chain = new DenseChain();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < blocks; i++) {
                DenseChain.Texts text = chain.next();
                out.write(text.block());
                out.write(text.receipts());
                starts[2 * i + 1] = starts[2 * i] + text.block().length;
                starts[2 * i + 2] = starts[2 * i + 1] + text.receipts().length;
            }
        }
    }

    String url() throws IOException {
        return "http://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** Bytes of JSON of all blocks and receipts. */
    long bytes() {
        return starts[starts.length - 1];
    }

    @Override
    public void close() throws IOException {
        server.close();
        texts.close();
    }

    /**
     * Prints the URL and the number of bytes when ready, and serves until killed.
     *
     * @param arguments file, number of blocks
     */
    public static void main(String... arguments) throws Exception {
        try (DenseNode node = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println(node.url() + " " + node.bytes());
            Thread.currentThread().join();
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.ofPlatform().daemon().start(() -> serve(connection));
            } catch (IOException e) {
                if (server.isOpen()) {
                    throw new IllegalStateException("cannot accept connections", e);
                }
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(connection), 1 << 14);
            for (int length = bodyLength(in); length >= 0; length = bodyLength(in)) {
                List<Part> body = answer(JSON.readTree(in.readNBytes(length)));
                CLOCK.sleep(latency);
                send(connection, body);
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("a client went away: " + e);
        }
    }

    /** Reads the head of a request; -1 at the end of the connection. */
    private static int bodyLength(InputStream in) throws IOException {
        int length = 0;
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String header = line.toString().strip().toLowerCase(Locale.ROOT);
            if (header.isEmpty()) {
                return length;
            }
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
            line.setLength(0);
        }
        return -1;
    }

    private void send(SocketChannel connection, List<Part> body) throws IOException {
        long length = body.stream().mapToLong(Part::length).sum();
        write(
                connection,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n");
        for (Part part : body) {
            if (part.text().length > 0) {
                write(connection, ByteBuffer.wrap(part.text()));
                continue;
            }
            for (long sent = 0; sent < part.length(); ) {
                sent += texts.transferTo(part.start() + sent, part.length() - sent, connection);
            }
        }
    }

    private static void write(SocketChannel connection, String text) throws IOException {
        write(connection, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static void write(SocketChannel connection, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    private List<Part> answer(JsonNode message) {
        List<Part> body = new ArrayList<>();
        if (message.isArray()) {
            for (int i = 0; i < message.size(); i++) {
                body.add(Part.of(i == 0 ? "[" : ","));
                answer(message.get(i), body);
            }
            body.add(Part.of("]"));
        } else {
            answer(message, body);
        }
        return body;
    }

    private void answer(JsonNode call, List<Part> body) {
        String parameter = call.path("params").path(0).asText();
        String method = call.path("method").asText();
        body.add(Part.of("{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + ",\"result\":"));
        body.add(
                switch (method) {
                    case "eth_chainId" -> Part.of("\"0x1\"");
                    case "eth_getBlockByNumber" -> text(2 * number(parameter));
                    case "eth_getBlockReceipts" -> text(2 * number(parameter) + 1);
                    case "bench_setLatency" -> {
                        latency = Duration.ofMillis(Long.parseLong(parameter));
                        yield Part.of("true");
                    }
                    default -> throw new IllegalArgumentException("no method " + method);
                });
        body.add(Part.of("}"));
    }

    private int number(String tag) {
        int blocks = starts.length / 2;
        return switch (tag) {
            case "latest", "safe", "finalized" -> blocks - 1;
            default -> (int) Math.min(blocks, Long.decode(tag));
        };
    }

    private Part text(int index) {
        return index + 1 < starts.length
                ? new Part(new byte[0], starts[index], starts[index + 1] - starts[index])
                : Part.of("null");
    }
}
