package io.amp.adapters.http.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.adapters.http.HttpSettings;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.query.CannedAnswer;
import io.amp.testkit.query.CannedQueryService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets in front of scripted answers. */
@Timeout(60)
class JsonLinesServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final TableSchema ONE_NUMBER =
            TableSchema.of(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

    private final BufferAllocator allocator = new RootAllocator();
    private final CannedQueryService queries = new CannedQueryService();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private JsonLinesServer server =
            new JsonLinesServer(queries, new HttpSettings("127.0.0.1", 0, BODY_BYTES_MAX, Set.of()));

    @AfterEach
    void everythingReturned() throws InterruptedException {
        client.close();
        server.close();
        assertThat(queries.openResults()).isZero();
        allocator.close();
    }

    private Supplier<RecordBatch> numbers(long from, long to) {
        return () -> {
            List<Map<String, Long>> rows = new ArrayList<>();
            for (long n = from; n < to; n++) {
                rows.add(Map.of("n", n));
            }
            return BatchRows.write(ONE_NUMBER, rows, allocator);
        };
    }

    private CannedAnswer numbersBelow(long end) {
        return CannedAnswer.of(ONE_NUMBER).thenBatch(numbers(0, end));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static void assertEnvelope(HttpResponse<String> response, int status, String code) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.path("error_code").asText()).isEqualTo(code);
        assertThat(body.path("error_message").asText()).isNotBlank();
        assertThat(body.size()).isEqualTo(2);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "/query", "/query/jsonl", "/query/"})
    void everyRouteAnswersRows(String path) throws Exception {
        queries.answer("SELECT n", numbersBelow(3));
        HttpResponse<String> response = post(path, "SELECT n", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n");
        assertThat(response.headers().firstValue("content-type")).contains("application/x-ndjson");
        assertThat(response.headers().firstValue("vary")).contains("accept-encoding");
        assertThat(response.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
        assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(response.headers().firstValue("access-control-expose-headers"))
                .contains("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM 'my_namespace/eth_mainnet'.blocks LIMIT 10",
                "SELECT a + b % 41 & 1 = 2 FROM \"x\"",
                "sql=SELECT+1",
                "  SELECT 'é漢😀'\n;",
            })
    void formContentTypeIsNotDecoded(String sql) throws Exception {
        queries.answer(sql, numbersBelow(1));
        assertThat(post("/", sql, "Content-Type", "application/x-www-form-urlencoded")
                        .body())
                .isEqualTo("{\"n\":0}\n");
        assertThat(queries.takeRequest().sql()).isEqualTo(sql);
    }

    @Test
    void noRowsIsAnEmptyBody() throws Exception {
        queries.answer("SELECT n", CannedAnswer.of(ONE_NUMBER));
        HttpResponse<String> response = post("/", "SELECT n", "Accept-Encoding", "gzip");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("content-type")).contains("application/x-ndjson");
        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void emptyBatchesWriteNothing() throws Exception {
        queries.answer(
                "SELECT n",
                CannedAnswer.of(ONE_NUMBER)
                        .thenBatch(numbers(0, 0))
                        .thenBatch(numbers(0, 1))
                        .thenBatch(numbers(0, 0)));
        assertThat(post("/", "SELECT n").body()).isEqualTo("{\"n\":0}\n");
    }

    @ParameterizedTest
    @CsvSource({"gzip", "br", "deflate"})
    void rowsAreCompressed(String coding) throws Exception {
        queries.answer("SELECT n", numbersBelow(100_000).thenBatch(numbers(100_000, 100_001)));
        HttpResponse<byte[]> response = client.send(
                to("/").header("Accept-Encoding", coding)
                        .POST(BodyPublishers.ofString("SELECT n"))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.headers().firstValue("content-encoding")).contains(coding);
        InputStream raw = new ByteArrayInputStream(response.body());
        InputStream decoded = switch (coding) {
            case "gzip" -> new GZIPInputStream(raw);
            case "br" -> new BrotliInputStream(raw);
            default -> new InflaterInputStream(raw);
        };
        List<String> lines = new String(decoded.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines).hasSize(100_001).endsWith("{\"n\":100000}");
        assertThat(response.body().length).isLessThan(600_000);
    }

    @Test
    void aSmallResultIsCompressedToo() throws Exception {
        queries.answer("SELECT n", numbersBelow(1));
        HttpResponse<byte[]> response = client.send(
                to("/").header("Accept-Encoding", "gzip")
                        .POST(BodyPublishers.ofString("SELECT n"))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"n\":0}\n");
    }

    @Test
    void jsonBodies() throws Exception {
        queries.answer("SELECT n", numbersBelow(1));
        String type = "Content-Type";
        assertThat(post("/", "{\"sql\":\"SELECT n\"}", type, "application/json").body())
                .isEqualTo("{\"n\":0}\n");
        queries.takeRequest();
        assertThat(post(
                                "/query",
                                " {\"query\":\"SELECT n\",\"dataset\":\"a/b@1.0.0\",\"x\":1}",
                                type,
                                "Application/JSON; charset=utf-8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(queries.takeRequest().defaultDataset()).isEqualTo("a/b@1.0.0");
        assertThat(post("/", "SELECT n", type, "application/json").body()).isEqualTo("{\"n\":0}\n");
        assertThat(queries.takeRequest().defaultDataset()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"sql\":5}",
                "{\"sql\":null}",
                "{\"sql\":\"SELECT n\"} SELECT",
                "{\"sql\":\"SELECT n\",\"dataset\":[]}",
            })
    void badJsonBodies(String body) throws Exception {
        assertEnvelope(post("/", body, "Content-Type", "application/json"), 400, "INVALID_REQUEST_BODY");
    }

    @Test
    void aBodyThatIsNotUtf8() throws Exception {
        HttpResponse<String> response = client.send(
                to("/").POST(BodyPublishers.ofByteArray(new byte[] {'S', (byte) 0xff, (byte) 0xfe}))
                        .build(),
                BodyHandlers.ofString());
        assertEnvelope(response, 400, "INVALID_REQUEST_BODY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t "})
    void blankSql(String body) throws Exception {
        assertEnvelope(post("/", body), 400, "INVALID_SQL_STRING");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_PLAN,400,INVALID_PLAN",
        "DATASET_NOT_FOUND,404,DATASET_NOT_FOUND",
        "TABLE_NOT_SYNCED,404,TABLE_NOT_SYNCED",
        "CURSOR_NOT_FOUND,409,CURSOR_NOT_FOUND",
        "INVALID_DATA,400,EXECUTION_ERROR",
        "EXECUTION_ERROR,500,EXECUTION_ERROR",
        "RESOURCES_EXHAUSTED,503,EXECUTION_ERROR",
        "QUERY_TIMEOUT,504,QUERY_TIMEOUT",
        "TOO_MANY_QUERIES,429,TOO_MANY_QUERIES",
        "SNAPSHOT_EXPIRED,503,SNAPSHOT_EXPIRED",
        "PLANNING_ERROR,500,PLANNING_ERROR",
    })
    void failuresBeforeTheFirstRowHaveTheirStatus(QueryError error, int status, String code) throws Exception {
        AmpException cause = new AmpException(error, "inner");
        queries.refuse("plan", new AmpException(error, "outer", cause));
        HttpResponse<String> refused = post("/", "plan");
        assertEnvelope(refused, status, code);
        assertThat(JSON.readTree(refused.body()).get("error_message").asText()).isEqualTo("outer | Caused by: inner");
        queries.answer("run", CannedAnswer.of(ONE_NUMBER).thenFail(new AmpException(error, "outer")));
        assertEnvelope(post("/", "run", "Accept-Encoding", "gzip"), status, code);
    }

    @Test
    void unexpectedFailuresTellNothing() throws Exception {
        queries.answer("run", CannedAnswer.of(ONE_NUMBER).thenFail(new IllegalStateException("s3://bucket/secret")));
        HttpResponse<String> response = post("/", "run");
        assertEnvelope(response, 500, "INTERNAL_SERVER_ERROR");
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void aTypeThatCannotBeRenderedHasAStatus() throws Exception {
        TableSchema union = TableSchema.of(List.of(
                Field.nullable("u", new ArrowType.Union(org.apache.arrow.vector.types.UnionMode.Sparse, new int[0]))));
        queries.answer(
                "run",
                CannedAnswer.of(union)
                        .thenBatch(() -> new RecordBatch(
                                org.apache.arrow.vector.VectorSchemaRoot.create(union.arrow(), allocator))));
        HttpResponse<String> response = post("/", "run", "Accept-Encoding", "gzip");
        assertEnvelope(response, 500, "EXECUTION_ERROR");
        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void unknownPathsAndMethods() throws Exception {
        assertEnvelope(post("/nope", "SELECT n"), 404, "NOT_FOUND");
        HttpResponse<String> get = client.send(to("/query").GET().build(), BodyHandlers.ofString());
        assertEnvelope(get, 405, "METHOD_NOT_ALLOWED");
        assertThat(get.headers().firstValue("allow").orElseThrow()).contains("POST");
        HttpResponse<String> root = client.send(to("/").GET().build(), BodyHandlers.ofString());
        assertEnvelope(root, 405, "METHOD_NOT_ALLOWED");
        HttpResponse<String> health = post("/health", "");
        assertEnvelope(health, 405, "METHOD_NOT_ALLOWED");
        assertThat(health.headers().firstValue("allow").orElseThrow()).contains("GET");
        HttpResponse<String> delete = client.send(to("/query").DELETE().build(), BodyHandlers.ofString());
        assertEnvelope(delete, 405, "METHOD_NOT_ALLOWED");
        HttpResponse<String> odd =
                client.send(to("/").method("PROPFIND", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(odd.statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/healthz"})
    void health(String path) throws Exception {
        HttpResponse<String> get = client.send(to(path).GET().build(), BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(200);
        assertThat(get.body()).isEmpty();
        HttpResponse<String> head = client.send(to(path).HEAD().build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
    }

    @Test
    void preflights() throws Exception {
        HttpResponse<String> response = client.send(
                to("/").method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", "http://example.com")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization,content-type")
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(response.headers().firstValue("access-control-allow-methods"))
                .contains("*");
        assertThat(response.headers().firstValue("access-control-allow-headers"))
                .contains("authorization,content-type");
    }

    /** Sends bytes, then reads until the server ends the connection. */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "POST / HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                "GET /a/..;/%2e%2e/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            })
    void malformedRequestsGetTheEnvelope(String request) throws Exception {
        String response = exchange(request);
        assertThat(response)
                .startsWith("HTTP/1.1 4")
                .contains("application/json")
                .contains("{\"error_code\":\"");
    }

    @Test
    void aLongBodyIsRefusedBeforeItIsSent() throws Exception {
        String response = exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000000\r\n\r\nSELECT");
        assertThat(response).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
    }

    @Test
    void aLongChunkedBodyIsRefusedAtTheLimit() throws Exception {
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        String response =
                exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3));
        assertThat(response).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
    }

    @Test
    void aClientThatSendsAllBeforeItReadsSeesTheRefusal() throws Exception {
        assertEnvelope(post("/", "x".repeat(20_000_000)), 413, "PAYLOAD_TOO_LARGE");
        String response =
                exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n" + "x".repeat(20_000_000));
        assertThat(response).startsWith("HTTP/1.1 413").contains("PAYLOAD_TOO_LARGE");
    }

    @Test
    void theLongestBodyIsAccepted() throws Exception {
        assertEnvelope(post("/", "x".repeat(BODY_BYTES_MAX)), 400, "SQL_PARSE_ERROR");
        assertEnvelope(post("/", "x".repeat(BODY_BYTES_MAX + 1)), 413, "PAYLOAD_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "br"})
    void aFailureAfterRowsIsALineAndABrokenConnection(String coding) throws Exception {
        queries.answer("run", numbersBelow(2).thenFail(new AmpException(QueryError.INVALID_DATA, "Divide by zero")));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + coding
                                    + "\r\nContent-Length: 3\r\n\r\nrun")
                            .getBytes(StandardCharsets.UTF_8));
            byte[] all = socket.getInputStream().readAllBytes();
            String text = new String(all, StandardCharsets.ISO_8859_1);
            assertThat(text).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
            if (coding.equals("identity")) {
                assertThat(text)
                        .contains("{\"n\":0}\n{\"n\":1}\n")
                        .contains("{\"error_code\":\"EXECUTION_ERROR\",\"error_message\":\"Divide by zero\"}\n");
            }
        }
        assertThatThrownBy(() -> post("/", "run")).isInstanceOf(IOException.class);
    }

    @Test
    void anUnexpectedFailureAfterRowsIsALineToo() throws Exception {
        queries.answer("run", numbersBelow(1).thenFail(new IllegalStateException("s3://bucket/secret")));
        String response = exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nrun");
        assertThat(response)
                .contains("{\"error_code\":\"QUERY_ERROR\",\"error_message\":\"an unexpected error occurred\"}\n")
                .doesNotContain("secret")
                .doesNotEndWith("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "br", "deflate"})
    void rowsArriveBeforeTheQueryEnds(String coding) throws Exception {
        queries.answer("run", numbersBelow(2).thenHang());
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + coding
                                    + "\r\nContent-Length: 3\r\n\r\nrun")
                            .getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!text.toString().contains("\r\n\r\n")
                    || text.length() <= text.indexOf("\r\n\r\n") + 4 + (coding.equals("identity") ? 16 : 4)) {
                text.append(new String(buffer, 0, in.read(buffer), StandardCharsets.ISO_8859_1));
            }
            assertThat(text).startsWith("HTTP/1.1 200");
        }
        assertThat(queries.awaitCancelled(2_000)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aClientThatLeavesCancelsTheQueryWithinASecond(int rows) throws Exception {
        queries.answer("run", (rows == 0 ? CannedAnswer.of(ONE_NUMBER) : numbersBelow(rows)).thenHang());
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nrun"
                            .getBytes(StandardCharsets.UTF_8));
            queries.takeRequest();
            assertThat(queries.awaitCancelled(600)).isFalse();
        }
        assertThat(queries.awaitCancelled(1_000)).isTrue();
    }

    @Test
    void aClientThatStopsReadingStopsTheQuery() throws Exception {
        queries.answer("run", CannedAnswer.of(ONE_NUMBER).thenForever(numbers(0, 10_000)));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nrun"
                            .getBytes(StandardCharsets.UTF_8));
            queries.takeRequest();
            assertThat(queries.awaitCancelled(1_500)).isFalse();
            long before = queries.batchesHandedOut();
            assertThat(before).isLessThan(200);
            assertThat(queries.awaitCancelled(500)).isFalse();
            assertThat(queries.batchesHandedOut()).isEqualTo(before);
        }
        assertThat(queries.awaitCancelled(1_000)).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredInTurn() throws Exception {
        queries.answer("run", numbersBelow(1));
        String one = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nrun";
        String last = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nrun";
        String response = exchange(one + one + last);
        assertThat(response.split("HTTP/1.1 200", -1)).hasSize(4);
        assertThat(response.split("\\{\"n\":0}", -1)).hasSize(4);
    }

    @Test
    void aRequestThatArrivesDuringAnotherIsAnsweredAfterIt() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        queries.answer("run", CannedAnswer.of(ONE_NUMBER).thenBatch(() -> {
            go.join();
            return numbers(0, 1).get();
        }));
        String one = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nrun";
        String last = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nrun";
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(one.getBytes(StandardCharsets.UTF_8));
            queries.takeRequest();
            socket.getOutputStream().write(last.getBytes(StandardCharsets.UTF_8));
            assertThat(queries.awaitCancelled(700)).isFalse();
            go.complete(null);
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(response.split("HTTP/1.1 200", -1)).hasSize(3);
        }
    }

    @Test
    void streamingIsRefusedHonestly() throws Exception {
        queries.answer("run", numbersBelow(1).asStream());
        assertEnvelope(post("/", "run"), 501, "UNSUPPORTED");
    }

    @Test
    void requestsKnowTheirClientAndId() throws Exception {
        queries.answer("run", numbersBelow(1));
        post("/", "run", "x-request-id", "abc");
        QueryRequest byPeer = queries.takeRequest();
        assertThat(byPeer.client()).isEqualTo("127.0.0.1");
        assertThat(byPeer.requestId()).isEqualTo("abc");
        post("/", "run", "Authorization", "Bearer t0ken", "cf-ray", "ray");
        QueryRequest byToken = queries.takeRequest();
        assertThat(byToken.client()).isEqualTo("t0ken");
        assertThat(byToken.requestId()).isEqualTo("ray");
    }

    @Test
    void aForwardedAddressCountsOnlyBehindATrustedProxy() throws Exception {
        queries.answer("run", numbersBelow(1));
        post("/", "run", "X-Forwarded-For", "203.0.113.7, 10.0.0.1");
        assertThat(queries.takeRequest().client()).isEqualTo("127.0.0.1");
        server.close();
        server = new JsonLinesServer(
                queries, new HttpSettings("127.0.0.1", 0, BODY_BYTES_MAX, Set.of()).withTrustProxy(true));
        post("/", "run", "X-Forwarded-For", " 203.0.113.7 , 10.0.0.1");
        assertThat(queries.takeRequest().client()).isEqualTo("203.0.113.7");
        post("/", "run", "X-Forwarded-For", "203.0.113.7", "Authorization", "Bearer t0ken");
        assertThat(queries.takeRequest().client()).isEqualTo("t0ken");
        post("/", "run", "X-Forwarded-For", ",");
        assertThat(queries.takeRequest().client()).isEqualTo("127.0.0.1");
    }

    @Test
    void tokensGuardQueriesButNotHealth() throws Exception {
        server.close();
        server = new JsonLinesServer(queries, new HttpSettings("127.0.0.1", 0, BODY_BYTES_MAX, Set.of("good")));
        queries.answer("run", numbersBelow(1));
        HttpResponse<String> without = post("/", "run");
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(post("/", "run", "Authorization", "Bearer bad").statusCode()).isEqualTo(401);
        assertThat(post("/", "run", "Authorization", "bearer good").statusCode())
                .isEqualTo(200);
        assertThat(client.send(to("/health").GET().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send(
                                to("/").method("OPTIONS", BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void closingLetsARunningQueryFinish() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        queries.answer("run", CannedAnswer.of(ONE_NUMBER).thenBatch(() -> {
            go.join();
            return numbers(0, 1).get();
        }));
        CompletableFuture<HttpResponse<String>> response =
                client.sendAsync(to("/").POST(BodyPublishers.ofString("run")).build(), BodyHandlers.ofString());
        queries.takeRequest();
        Thread closing = Thread.ofVirtual().start(server::close);
        // Longer than a connection without a request may stay.
        assertThat(closing.join(Duration.ofMillis(2500))).isFalse();
        go.complete(null);
        assertThat(response.join().body()).isEqualTo("{\"n\":0}\n");
        assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
    }

    @Test
    void closingDoesNotWaitForConnectionsThatClientsKeep() throws Exception {
        // The client keeps its connection.
        client.send(to("/health").GET().build(), BodyHandlers.ofString());
        Thread closing = Thread.ofVirtual().start(server::close);
        assertThat(closing.join(Duration.ofSeconds(8))).isTrue();
    }

    @Test
    void anAddressInUseIsNamed() {
        assertThatThrownBy(() -> new JsonLinesServer(queries, HttpSettings.of("127.0.0.1", server.port())))
                .isInstanceOf(AmpException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
    }
}
