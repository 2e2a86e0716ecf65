package io.amp.adapters.sources.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.testkit.chain.JsonRpcServer;
import io.amp.testkit.chain.RpcAnswer;
import io.amp.testkit.runtime.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private final BodyPool bodies = new BodyPool(64 << 20);

    private HttpEndpoint endpoint(URI url, Duration timeout) {
        return new HttpEndpoint(url, Map.of("X-Token", "t0ken"), timeout, bodies);
    }

    private static byte[] content(HttpReply reply) {
        try (reply) {
            return Arrays.copyOf(reply.body().bytes(), reply.body().length());
        }
    }

    @Test
    void bodiesOfAnySizeComeWholeInEveryEncoding() throws Exception {
        Random random = new Random(5);
        AtomicReference<byte[]> body = new AtomicReference<>(new byte[0]);
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.json(body.get()));
                HttpEndpoint endpoint = endpoint(server.httpUrl(), PATIENT)) {
            for (int size :
                    new int[] {0, 1, 2, 100, 32 << 10, (32 << 10) + 1, 65_519, 65_520, 65_521, 300_000, 9_000_000}) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                body.set(bytes);
                for (int mode = 0; mode < 4; mode++) {
                    server.compress((mode & 1) != 0);
                    server.chunk((mode & 2) != 0);
                    try (HttpReply reply = endpoint.post("{}".getBytes(StandardCharsets.UTF_8))) {
                        assertThat(reply.status()).isEqualTo(200);
                        assertThat(reply.body().length()).isEqualTo(size);
                        assertThat(Arrays.equals(bytes, 0, size, reply.body().bytes(), 0, size))
                                .as("%s bytes, mode %s", size, mode)
                                .isTrue();
                        for (int i = 0; i < 16; i++) {
                            assertThat(reply.body().bytes()[size + i]).isZero();
                        }
                    }
                }
            }
            assertThat(server.connectionCount()).as("connections are kept").isEqualTo(1);
        }
    }

    @Test
    void sendsJsonWithItsHeadersAndAcceptsGzip() throws Exception {
        AtomicReference<byte[]> seen = new AtomicReference<>();
        try (JsonRpcServer server = new JsonRpcServer(request -> {
                    seen.set(request);
                    return RpcAnswer.json("{}");
                });
                HttpEndpoint endpoint = endpoint(server.httpUrl().resolve("/a/b?c=d%20e"), PATIENT)) {
            endpoint.post("{\"é\":1}".getBytes(StandardCharsets.UTF_8)).close();
            assertThat(new String(seen.get(), StandardCharsets.UTF_8)).isEqualTo("{\"é\":1}");
            assertThat(server.requestHeaders().getFirst())
                    .containsEntry("", "POST /a/b?c=d%20e HTTP/1.1")
                    .containsEntry("content-type", "application/json")
                    .containsEntry("accept-encoding", "gzip")
                    .containsEntry("x-token", "t0ken")
                    .containsEntry("host", "127.0.0.1:" + server.port());
            endpoint.get("/eth/v1").close();
            assertThat(server.requestHeaders().getLast()).containsEntry("", "GET /a/b?c=d%20e/eth/v1 HTTP/1.1");
        }
    }

    @Test
    void aKeptConnectionThatThePeerClosedIsReplacedUnseen() throws Exception {
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.json("{}"));
                HttpEndpoint endpoint = endpoint(server.httpUrl(), PATIENT)) {
            for (int round = 0; round < 20; round++) {
                assertThat(content(endpoint.post(new byte[0]))).hasSize(2);
                server.dropConnections();
            }
            assertThat(server.connectionCount()).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void aSilentPeerTimesOut() throws Exception {
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.never());
                HttpEndpoint endpoint = endpoint(server.httpUrl(), Duration.ofMillis(200))) {
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOfSatisfying(
                            ConnectionFailure.class,
                            e -> assertThat(e.timedOut()).isTrue());
        }
    }

    @Test
    void theTimeLimitHoldsForTheWholeBody() throws Exception {
        // Drips: every byte comes in time, all of them would take minutes.
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpEndpoint endpoint = endpoint(url(server), Duration.ofMillis(500))) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    for (int i = 0; i < 100_000; i++) {
                        socket.getOutputStream().write(' ');
                        new WallClock().sleep(Duration.ofMillis(20));
                    }
                } catch (IOException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOfSatisfying(
                            ConnectionFailure.class,
                            e -> assertThat(e.timedOut()).isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"
            })
    void answersThatAreNoHttpFail(String answer) throws Exception {
        try (ServerSocket server = serving(answer);
                HttpEndpoint endpoint = endpoint(url(server), PATIENT)) {
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOfSatisfying(
                            ConnectionFailure.class,
                            e -> assertThat(e.timedOut()).isFalse());
        }
    }

    @Test
    void aBodyMayEndWithTheConnectionAndAfterEarlyHints() throws Exception {
        try (ServerSocket server =
                        serving("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\n\r\n{\"a\":1}");
                HttpEndpoint endpoint = endpoint(url(server), PATIENT)) {
            assertThat(new String(content(endpoint.post(new byte[0])), StandardCharsets.UTF_8))
                    .isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void aPeerThatIsNotThereIsRefused() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        try (HttpEndpoint endpoint = endpoint(URI.create("http://127.0.0.1:" + port + "/secret"), PATIENT)) {
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOf(ConnectionFailure.class)
                    .hasMessage("connection refused");
        }
    }

    @Test
    void anInterruptEndsTheRequest() throws Exception {
        try (JsonRpcServer server = new JsonRpcServer(request -> RpcAnswer.never());
                HttpEndpoint endpoint = endpoint(server.httpUrl(), PATIENT)) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    endpoint.post(new byte[0]);
                } catch (Exception e) {
                    end.set(e);
                }
            });
            while (server.requestHeaders().isEmpty()) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join();
            assertThat(end.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void readsRetryAfterInBothForms() {
        Instant now = Instant.parse("2025-01-01T00:00:00Z");
        assertThat(retryAfter("120", now)).contains(Duration.ofMinutes(2));
        assertThat(retryAfter("Wed, 01 Jan 2025 00:00:30 GMT", now)).contains(Duration.ofSeconds(30));
        assertThat(retryAfter("Wed, 01 Jan 2020 00:00:30 GMT", now)).contains(Duration.ZERO);
        assertThat(retryAfter("soon", now)).isEmpty();
        assertThat(retryAfter(null, now)).isEmpty();
    }

    private Optional<Duration> retryAfter(String header, Instant now) {
        return new HttpReply(429, header, bodies.take()).retryAfter(now);
    }

    private static URI url(ServerSocket server) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Answers every connection with a fixed text, then closes it. */
    private static ServerSocket serving(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    while (socket.getInputStream().read() != '\n') {
                        // Only the request line matters.
                    }
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
        return server;
    }
}
