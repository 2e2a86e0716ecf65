package io.amp.adapters.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.query.CannedAnswer;
import io.amp.testkit.query.CannedQueryService;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock Flight client in front of scripted answers. */
@Timeout(60)
class FlightSqlServerTest {
    private static final TableSchema ROWS = TableSchema.of(
            List.of(Field.notNullable("n", new ArrowType.Int(64, true)), Field.nullable("text", new ArrowType.Utf8())));
    private static final BlockRange RANGE = new BlockRange(
            new BlockInterval(0, 3),
            new NetworkId("testnet"),
            BlockHash.parse("a3".repeat(32)),
            BlockHash.ZERO,
            1704067236L);
    private static final String RANGES = "{\"ranges\":[{\"network\":\"testnet\",\"numbers\":{\"start\":0,\"end\":3},"
            + "\"hash\":\"0x" + "a3".repeat(32) + "\",\"prev_hash\":\"0x" + "00".repeat(32)
            + "\",\"timestamp\":1704067236}],\"ranges_complete\":";

    private final BufferAllocator allocator = new RootAllocator();
    private final CannedQueryService queries = new CannedQueryService();
    private FlightSqlServer server = start(Set.of());
    private FlightClient client = connect();

    private FlightSqlServer start(Set<String> tokens) {
        return new FlightSqlServer(
                queries, new ListedDatasets(), allocator, new FlightSettings("127.0.0.1", 0, tokens, Optional.empty()));
    }

    private FlightClient connect() {
        return FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .build();
    }

    @BeforeEach
    void oneQuery() {
        queries.answer("SELECT n", rows(0, 3));
    }

    @AfterEach
    void everythingReturned() throws InterruptedException {
        client.close();
        server.close();
        assertThat(queries.openResults()).isZero();
        allocator.close();
    }

    private CannedAnswer rows(long from, long to) {
        return CannedAnswer.of(ROWS).over(RANGE).thenBatch(batch(from, to, "x"));
    }

    private Supplier<RecordBatch> batch(long from, long to, String text) {
        return () -> {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (long n = from; n < to; n++) {
                rows.add(Map.of("n", n, "text", text));
            }
            return BatchRows.write(ROWS, rows, allocator);
        };
    }

    /** One message as a client sees it. */
    private record Message(List<Long> numbers, String metadata) {}

    private List<Message> read(FlightStream stream) throws Exception {
        List<Message> messages = new ArrayList<>();
        try (stream) {
            while (stream.next()) {
                List<Long> numbers = new ArrayList<>();
                BigIntVector n = (BigIntVector) stream.getRoot().getVector("n");
                for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
                    numbers.add(n.get(i));
                }
                var metadata = stream.getLatestMetadata();
                byte[] bytes = new byte[Math.toIntExact(metadata.readableBytes())];
                metadata.getBytes(metadata.readerIndex(), bytes);
                messages.add(new Message(numbers, new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        return messages;
    }

    private static FlightDescriptor command(String sql) {
        return FlightDescriptor.command(
                Any.pack(CommandStatementQuery.newBuilder().setQuery(sql).build())
                        .toByteArray());
    }

    private static FlightDescriptor raw(String text) {
        return FlightDescriptor.command(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Ticket ticket(String text) {
        return new Ticket(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertThreeRows(List<Message> messages) {
        assertThat(messages)
                .containsExactly(
                        new Message(List.of(0L, 1L, 2L), RANGES + "false}"), new Message(List.of(), RANGES + "true}"));
    }

    @Test
    void aStatementRunsThroughInfoAndTicket() throws Exception {
        FlightInfo info = client.getInfo(command("SELECT n"));
        assertThat(info.getSchemaOptional().orElseThrow()).isEqualTo(ROWS.arrow());
        assertThat(info.getDescriptor()).isEqualTo(command("SELECT n"));
        assertThat(info.getRecords()).isEqualTo(-1);
        assertThat(info.getBytes()).isEqualTo(-1);
        assertThat(info.getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getLocations()).isEmpty();
            assertThat(endpoint.getExpirationTime()).isEmpty();
        });
        Ticket ticket = info.getEndpoints().get(0).getTicket();
        for (int use = 0; use < 2; use++) {
            FlightStream stream = client.getStream(ticket);
            assertThat(stream.getSchema()).isEqualTo(ROWS.arrow());
            assertThreeRows(read(stream));
        }
    }

    @Test
    void rawSqlIsADescriptorAndATicket() throws Exception {
        assertThat(client.getInfo(raw("SELECT n")).getSchemaOptional().orElseThrow())
                .isEqualTo(ROWS.arrow());
        assertThat(client.getSchema(raw("SELECT n")).getSchema()).isEqualTo(ROWS.arrow());
        assertThat(client.getSchema(command("SELECT n")).getSchema()).isEqualTo(ROWS.arrow());
        assertThreeRows(read(client.getStream(ticket("SELECT n"))));
        queries.answer("\nSELECT n", rows(0, 3));
        assertThreeRows(read(client.getStream(ticket("\nSELECT n"))));
        assertThat(client.getInfo(raw("\nSELECT n")).getSchemaOptional().orElseThrow())
                .isEqualTo(ROWS.arrow());
    }

    @Test
    void aCommandIsATicketToo() throws Exception {
        assertThreeRows(read(client.getStream(new Ticket(command("SELECT n").getCommand()))));
    }

    @Test
    void noRowsAreTwoEmptyBatches() throws Exception {
        queries.answer("none", CannedAnswer.of(ROWS).over(RANGE));
        queries.answer(
                "empties",
                CannedAnswer.of(ROWS).over(RANGE).thenBatch(batch(0, 0, "")).thenBatch(batch(0, 0, "")));
        for (String sql : List.of("none", "empties")) {
            assertThat(read(client.getStream(ticket(sql))))
                    .containsExactly(
                            new Message(List.of(), RANGES + "false}"), new Message(List.of(), RANGES + "true}"));
        }
    }

    @Test
    void withoutRangesTheListIsEmpty() throws Exception {
        queries.answer("SELECT 1", CannedAnswer.of(ROWS).thenBatch(batch(1, 2, "")));
        assertThat(read(client.getStream(ticket("SELECT 1"))))
                .extracting(Message::metadata)
                .containsExactly(
                        "{\"ranges\":[],\"ranges_complete\":false}", "{\"ranges\":[],\"ranges_complete\":true}");
    }

    @Test
    void bigBatchesAreSlicedAndKeepTheirRows() throws Exception {
        queries.answer(
                "big",
                CannedAnswer.of(ROWS)
                        .over(RANGE)
                        .thenBatch(batch(0, 5_000, "x".repeat(2_000)))
                        .thenBatch(batch(5_000, 5_001, "y")));
        List<Message> messages = read(client.getStream(ticket("big")));
        assertThat(messages.stream()
                        .flatMap(message -> message.numbers().stream())
                        .toList())
                .hasSize(5_001)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(messages.get(0).numbers()).hasSizeBetween(900, 1_100);
        assertThat(messages.subList(0, messages.size() - 1))
                .allMatch(message -> message.metadata().equals(RANGES + "false}"));
        assertThat(messages.getLast()).isEqualTo(new Message(List.of(), RANGES + "true}"));
    }

    @Test
    void everyMessageFitsSmallReceivers() {
        queries.answer("big", CannedAnswer.of(ROWS).over(RANGE).thenBatch(batch(0, 9_000, "x".repeat(1_000))));
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .maxInboundMessageSize(4 * 1024 * 1024)
                .build();
        try {
            List<Integer> sizes = new ArrayList<>();
            FlightServiceGrpc.newBlockingStub(channel)
                    .doGet(Flight.Ticket.newBuilder()
                            .setTicket(ByteString.copyFromUtf8("big"))
                            .build())
                    .forEachRemaining(message -> {
                        sizes.add(message.getDataBody().size());
                        assertThat(message.getDataHeader().isEmpty()).isFalse();
                        assertThat(message.getAppMetadata().isEmpty()).isEqualTo(sizes.size() == 1);
                    });
            assertThat(sizes).hasSizeGreaterThan(4).allMatch(size -> size <= 2_100_000);
        } finally {
            channel.shutdownNow();
        }
    }

    /** The rows of every message must survive until a slow client takes them. */
    @SuppressWarnings("try") // its close may be interrupted
    @Test
    void aSlowClientStopsTheQueryAndLosesNothing() throws Exception {
        CannedAnswer answer = CannedAnswer.of(ROWS).over(RANGE);
        for (int i = 0; i < 400; i++) {
            answer = answer.thenBatch(batch(i * 500L, (i + 1) * 500L, "x".repeat(400)));
        }
        queries.answer("long", answer);
        try (FlightStream stream = client.getStream(ticket("long"))) {
            assertThat(stream.next()).isTrue();
            assertThat(queries.awaitCancelled(1_500)).isFalse();
            assertThat(queries.batchesHandedOut()).isLessThan(300);
            long expected = 0;
            do {
                BigIntVector n = (BigIntVector) stream.getRoot().getVector("n");
                for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
                    assertThat(n.get(i)).isEqualTo(expected++);
                }
            } while (stream.next());
            assertThat(expected).isEqualTo(200_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void cancellingStopsTheQueryWithinASecond(int rows) throws Exception {
        queries.answer("hang", (rows == 0 ? CannedAnswer.of(ROWS) : rows(0, rows)).thenHang());
        FlightStream stream = client.getStream(ticket("hang"));
        if (rows > 0) {
            assertThat(stream.next()).isTrue();
        }
        queries.takeRequest();
        assertThat(queries.awaitCancelled(300)).isFalse();
        stream.cancel("enough", null);
        assertThat(queries.awaitCancelled(1_000)).isTrue();
        stream.close();
    }

    @Test
    void cancellingAFloodStopsIt() throws Exception {
        queries.answer("flood", CannedAnswer.of(ROWS).thenForever(batch(0, 1_000, "x".repeat(500))));
        FlightStream stream = client.getStream(ticket("flood"));
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
        assertThat(queries.awaitCancelled(1_000)).isTrue();
        stream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_PLAN,INVALID_ARGUMENT",
        "DATASET_NOT_FOUND,NOT_FOUND",
        "INVALID_DATA,INVALID_ARGUMENT",
        "CURSOR_NOT_FOUND,FAILED_PRECONDITION",
        "EXECUTION_ERROR,INTERNAL",
        "RESOURCES_EXHAUSTED,RESOURCE_EXHAUSTED",
        "QUERY_TIMEOUT,DEADLINE_EXCEEDED",
        "TOO_MANY_QUERIES,RESOURCE_EXHAUSTED",
        "SNAPSHOT_EXPIRED,UNAVAILABLE",
    })
    void failuresHaveTheirStatus(QueryError error, String status) {
        queries.refuse("bad", new AmpException(error, "outer", new AmpException(error, "inner")));
        queries.answer("late", rows(0, 1).thenFail(new AmpException(error, "late")));
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        try {
            var stub = FlightServiceGrpc.newBlockingStub(channel);
            for (String sql : List.of("bad", "late")) {
                StatusRuntimeException failure = catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> stub.doGet(Flight.Ticket.newBuilder()
                                        .setTicket(ByteString.copyFromUtf8(sql))
                                        .build())
                                .forEachRemaining(message -> {}));
                assertThat(failure.getStatus().getCode().name()).isEqualTo(status);
                assertThat(failure.getStatus().getDescription())
                        .isEqualTo(sql.equals("bad") ? "outer | Caused by: inner" : "late");
            }
            StatusRuntimeException info = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> stub.getFlightInfo(Flight.FlightDescriptor.newBuilder()
                            .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                            .setCmd(ByteString.copyFromUtf8("bad"))
                            .build()));
            assertThat(info.getStatus().getCode().name()).isEqualTo(status);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void unexpectedFailuresTellNothing() {
        queries.answer("bug", CannedAnswer.of(ROWS).thenFail(new IllegalStateException("s3://bucket/secret")));
        assertThatThrownBy(() -> read(client.getStream(ticket("bug"))))
                .isInstanceOf(FlightRuntimeException.class)
                .hasMessageContaining("an unexpected error occurred")
                .message()
                .doesNotContain("secret");
    }

    private void assertInvalid(FlightDescriptor descriptor, String message) {
        FlightRuntimeException failure =
                catchThrowableOfType(FlightRuntimeException.class, () -> client.getInfo(descriptor));
        assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(failure).hasMessageContaining(message);
    }

    @Test
    void badDescriptorsAreNamed() {
        assertInvalid(FlightDescriptor.path("a", "b"), "unsupported flight descriptor type: 1");
        assertInvalid(raw(""), "string cannot be empty or contain only whitespace");
        assertInvalid(raw(" \n "), "string cannot be empty or contain only whitespace");
        assertInvalid(command(" "), "string cannot be empty or contain only whitespace");
        assertInvalid(FlightDescriptor.command(new byte[] {(byte) 0xff, 1, 2}), "ProtocolBuffers decoding error: ");
        assertInvalid(
                FlightDescriptor.command(Any.pack(StringValue.of("x")).toByteArray()),
                "unsupported flight descriptor command: type.googleapis.com/google.protobuf.StringValue");
        assertInvalid(
                FlightDescriptor.command(Any.newBuilder()
                        .setTypeUrl("type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery")
                        .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff}))
                        .build()
                        .toByteArray()),
                "ProtocolBuffers decoding error: ");
        assertInvalid(raw("SELEC"), "Invalid SQL syntax");
    }

    @Test
    void badTicketsAreNamed() {
        List<byte[]> tickets = List.of(
                new byte[] {(byte) 0xff, 1, 2},
                Any.pack(TicketStatementQuery.newBuilder()
                                .setStatementHandle(ByteString.copyFromUtf8("zz"))
                                .build())
                        .toByteArray(),
                Any.pack(TicketStatementQuery.getDefaultInstance()).toByteArray(),
                new byte[0]);
        for (byte[] ticket : tickets) {
            FlightRuntimeException failure = catchThrowableOfType(
                    FlightRuntimeException.class, () -> read(client.getStream(new Ticket(ticket))));
            assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        }
    }

    @Test
    void updatesAreRefused() {
        assertInvalid(
                FlightDescriptor.command(Any.pack(CommandStatementUpdate.newBuilder()
                                .setQuery("DELETE FROM x")
                                .build())
                        .toByteArray()),
                "read-only");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "1,true", "TRUE,true", "false,false", "0,false", "'',", "maybe,"})
    void theStreamHeaderOverridesTheStatement(String header, @org.jspecify.annotations.Nullable Boolean streaming)
            throws Exception {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("amp-stream", header);
        headers.insert("amp-resume", "");
        headers.insert("x-request-id", "abc");
        try {
            client.getInfo(command("SELECT n"), new HeaderCallOption(headers));
        } catch (FlightRuntimeException e) {
            assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED);
            assertThat(streaming).isTrue();
        }
        QueryRequest request = queries.takeRequest();
        assertThat(request.streaming()).isEqualTo(streaming);
        assertThat(request.requestId()).isEqualTo("abc");
        assertThat(request.client()).isEqualTo("127.0.0.1");
    }

    @Test
    void aForwardedAddressCountsOnlyBehindATrustedProxy() throws Exception {
        queries.answer("SELECT n", rows(0, 1));
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("x-forwarded-for", " 203.0.113.7 , 10.0.0.1");
        client.getInfo(command("SELECT n"), new HeaderCallOption(headers));
        assertThat(queries.takeRequest().client()).isEqualTo("127.0.0.1");
        client.close();
        server.close();
        server = new FlightSqlServer(
                queries,
                new ListedDatasets(),
                allocator,
                new FlightSettings("127.0.0.1", 0, Set.of(), Optional.empty(), true));
        client = connect();
        client.getInfo(command("SELECT n"), new HeaderCallOption(headers));
        assertThat(queries.takeRequest().client()).isEqualTo("203.0.113.7");
        client.getInfo(command("SELECT n"));
        assertThat(queries.takeRequest().client()).isEqualTo("127.0.0.1");
    }

    @Test
    void theTicketCarriesTheMode() throws Exception {
        queries.answer("stream", rows(0, 3).asStream());
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("amp-stream", "false");
        Ticket ticket = client.getInfo(command("stream"), new HeaderCallOption(headers))
                .getEndpoints()
                .get(0)
                .getTicket();
        assertThreeRows(read(client.getStream(ticket)));
    }

    @Test
    void tokensGuardEveryCall() throws Exception {
        client.close();
        server.close();
        server = start(Set.of("good"));
        client = connect();
        FlightRuntimeException without =
                catchThrowableOfType(FlightRuntimeException.class, () -> client.getInfo(raw("SELECT n")));
        assertThat(without.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("authorization", "Bearer good");
        assertThat(client.getInfo(raw("SELECT n"), new HeaderCallOption(headers))
                        .getSchemaOptional()
                        .orElseThrow())
                .isEqualTo(ROWS.arrow());
    }

    @Test
    void anyTokenIsAcceptedWithoutAuthentication() {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("authorization", "Bearer whatever");
        assertThat(client.getInfo(raw("SELECT n"), new HeaderCallOption(headers))
                        .getSchemaOptional()
                        .orElseThrow())
                .isEqualTo(ROWS.arrow());
    }

    @Test
    void aBasicHandshakeAnswersABearerToken() throws Exception {
        Optional<CredentialCallOption> token = client.authenticateBasicToken("user", "password");
        assertThat(token).isPresent();
        assertThat(client.getInfo(raw("SELECT n"), token.get())
                        .getSchemaOptional()
                        .orElseThrow())
                .isEqualTo(ROWS.arrow());
    }

    private String http(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            for (byte value : request.getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(value);
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void healthOverHttpOne() throws Exception {
        assertThat(http("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n");
        assertThat(http("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 404");
        assertThat(http("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: GET");
        assertThat(http("PRINT nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThreeRows(read(client.getStream(ticket("SELECT n"))));
    }

    @Test
    void healthOverHttpTwo() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            // Preface, empty SETTINGS, HEADERS with END_STREAM|END_HEADERS: :method GET, :scheme http, :path /healthz,
            // :authority x
            byte[] block = HexFormat.of().parseHex("8286" + "04082f6865616c74687a" + "410178");
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(HexFormat.of().parseHex("000000040000000000"));
            socket.getOutputStream().write(new byte[] {0, 0, (byte) block.length, 1, 5, 0, 0, 0, 1});
            socket.getOutputStream().write(block);
            var in = new java.io.DataInputStream(socket.getInputStream());
            while (true) {
                int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                assertThat(type).as("neither RST_STREAM nor GOAWAY").isNotIn(3, 7);
                if (type == 1) {
                    assertThat(stream).isEqualTo(1);
                    assertThat(payload[0]).as("indexed :status 200").isEqualTo((byte) 0x88);
                    break;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void garbageDoesNotHarmTheServer(int seed) throws Exception {
        byte[] noise = new byte[10_000];
        new java.util.Random(seed).nextBytes(noise);
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(noise);
        } catch (java.io.IOException e) {
            assertThat(e.getMessage()).containsAnyOf("reset", "pipe");
        }
        assertThreeRows(read(client.getStream(ticket("SELECT n"))));
    }

    @Test
    void closingLetsARunningQueryFinish() throws Exception {
        var go = new java.util.concurrent.CompletableFuture<Void>();
        queries.answer("slow", CannedAnswer.of(ROWS).over(RANGE).thenBatch(() -> {
            go.join();
            return batch(0, 3, "x").get();
        }));
        FlightStream stream = client.getStream(ticket("slow"));
        queries.takeRequest();
        Thread closing = Thread.ofVirtual().start(server::close);
        assertThat(closing.join(java.time.Duration.ofMillis(300))).isFalse();
        go.complete(null);
        assertThreeRows(read(stream));
        client.close();
        assertThat(closing.join(java.time.Duration.ofSeconds(15))).isTrue();
    }

    @Test
    void anAddressInUseIsNamed() {
        assertThatThrownBy(() -> new FlightSqlServer(
                        queries,
                        new ListedDatasets(),
                        allocator,
                        new FlightSettings("127.0.0.1", server.port(), Set.of(), Optional.empty())))
                .isInstanceOf(AmpException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
    }
}
