package io.amp.adapters.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.ObjectStoreContract;
import io.amp.testkit.storage.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3ObjectStoreTest extends ObjectStoreContract {
    private static final AtomicInteger BUCKETS = new AtomicInteger();
    private static S3Server server;

    @BeforeAll
    static void startServer() {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected ObjectStore openEmpty() {
        return open(newBucket() + "/some/prefix/");
    }

    private static String newBucket() {
        String bucket = "bucket-" + BUCKETS.incrementAndGet();
        server.createBucket(bucket);
        return bucket;
    }

    private static ObjectStore open(String location) {
        return new ObjectStores(server.environment(), new WallClock()).open("s3://" + location);
    }

    @Test
    void prefixesAreSeparateStores() {
        String bucket = newBucket();
        try (ObjectStore whole = open(bucket);
                ObjectStore b = open(bucket + "/a/b");
                ObjectStore bb = open(bucket + "/a/bb/")) {
            b.put("x.bin", new byte[1]);
            bb.put("y.bin", new byte[2]);

            assertThat(b.url()).isEqualTo("s3://" + bucket + "/a/b/");
            assertThat(whole.url()).isEqualTo("s3://" + bucket + "/");
            assertThat(b.list("")).extracting(ObjectInfo::path).containsExactly("x.bin");
            assertThat(whole.list("")).extracting(ObjectInfo::path).containsExactly("a/b/x.bin", "a/bb/y.bin");
            assertThat(whole.listDirectories("a")).containsExactly("b", "bb");
        }
    }

    @Test
    void listingsAndBulkDeletesGoBeyondOnePage() {
        List<String> paths = IntStream.range(0, 1_050)
                .mapToObj(i -> "n/%05d.bin".formatted(i))
                .toList();
        paths.parallelStream().forEach(path -> store.put(path, new byte[1]));

        assertThat(store.list("n")).extracting(ObjectInfo::path).isEqualTo(paths);
        assertThat(store.deleteAll(paths)).isEmpty();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void aMissingBucketIsNoMissingObject() {
        try (ObjectStore nowhere = open("no-such-bucket")) {
            unavailable(nowhere, "NoSuchBucket");
        }
    }

    @Test
    void wrongKeysAreReportedWithoutThem() {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("AWS_SECRET_ACCESS_KEY", "wrong-secret");
        try (ObjectStore refused = new ObjectStores(environment, new WallClock()).open("s3://" + newBucket())) {
            assertThatThrownBy(() -> refused.put("a.bin", new byte[1]))
                    .isInstanceOfSatisfying(
                            AmpException.class,
                            e -> assertThat(e.code()).isEqualTo(StorageError.OBJECT_STORE_UNAVAILABLE))
                    .hasMessageContaining("HTTP 403")
                    .hasMessageNotContaining("wrong-secret")
                    .hasMessageNotContaining("test-access-key");
        }
    }

    @Test
    void anUnreachableServiceIsUnavailable() throws IOException {
        int freePort;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            freePort = socket.getLocalPort();
        }
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("AWS_ENDPOINT", "http://127.0.0.1:" + freePort);
        try (ObjectStore nowhere = new ObjectStores(environment, new WallClock()).open("s3://bucket")) {
            unavailable(nowhere, "ConnectException");
        }
    }

    @Test
    void passingTroubleIsRetried() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        HttpServer flaky = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        flaky.createContext("/", exchange -> {
            boolean fail = requests.incrementAndGet() <= 2;
            exchange.getResponseHeaders().add("Last-Modified", "Tue, 25 Nov 2025 10:00:00 GMT");
            exchange.getResponseHeaders().add("ETag", "\"abc\"");
            if (fail) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                exchange.sendResponseHeaders(200, 4);
                exchange.getResponseBody().write(new byte[] {1, 2, 3, 4});
            }
            exchange.close();
        });
        flaky.start();
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("AWS_ENDPOINT", "http://127.0.0.1:" + flaky.getAddress().getPort());
        try (ObjectStore retrying = new ObjectStores(environment, new WallClock()).open("s3://bucket")) {
            assertThat(retrying.read("a.bin")).containsExactly(1, 2, 3, 4);
            assertThat(requests).hasValue(3);
        } finally {
            flaky.stop(0);
        }
    }

    private static void unavailable(ObjectStore nowhere, String reason) {
        assertThatThrownBy(() -> nowhere.put("a.bin", new byte[1]))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.OBJECT_STORE_UNAVAILABLE))
                .hasMessageContaining("'a.bin'")
                .hasMessageContaining(reason);
    }
}
