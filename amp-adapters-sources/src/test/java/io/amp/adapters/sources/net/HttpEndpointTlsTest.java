package io.amp.adapters.sources.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpEndpointTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final BodyPool bodies = new BodyPool(64 << 20);
    private final byte[] content = new byte[700_000];
    private HttpsServer server;
    private SSLSocketFactory trust;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        new Random(1).nextBytes(content);
        KeyStore keys = keys(directory.resolve("keys.p12"));
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        trust = context.getSocketFactory();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A key that trusts itself, for {@code localhost} only. */
    private static KeyStore keys(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "10",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private HttpEndpoint endpoint(String host, SSLSocketFactory trusted) {
        return new HttpEndpoint(
                URI.create("https://" + host + ":" + server.getAddress().getPort() + "/"),
                Map.of(),
                Duration.ofSeconds(30),
                bodies,
                trusted);
    }

    @Test
    void bodiesComeWholeOverKeptConnections() throws Exception {
        try (HttpEndpoint endpoint = endpoint("localhost", trust)) {
            for (int i = 0; i < 5; i++) {
                try (HttpReply reply = endpoint.post("{}".getBytes(StandardCharsets.UTF_8))) {
                    assertThat(Arrays.equals(
                                    content,
                                    0,
                                    content.length,
                                    reply.body().bytes(),
                                    0,
                                    reply.body().length()))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aCertificateOfAnotherNameIsRefused() {
        try (HttpEndpoint endpoint = endpoint("127.0.0.1", trust)) {
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOf(ConnectionFailure.class)
                    .hasMessageContaining("TLS failure");
        }
    }

    @Test
    void anUnknownCertificateIsRefused() {
        try (HttpEndpoint endpoint = endpoint("localhost", (SSLSocketFactory) SSLSocketFactory.getDefault())) {
            assertThatThrownBy(() -> endpoint.post(new byte[0]))
                    .isInstanceOf(ConnectionFailure.class)
                    .hasMessageContaining("TLS failure");
        }
    }
}
