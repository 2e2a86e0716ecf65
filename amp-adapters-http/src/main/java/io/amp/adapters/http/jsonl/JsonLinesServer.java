package io.amp.adapters.http.jsonl;

import io.amp.adapters.http.ErrorAnswers;
import io.amp.adapters.http.HttpServer;
import io.amp.adapters.http.HttpSettings;
import io.amp.adapters.http.RequestBodies;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService;
import io.amp.ports.query.QueryService.PlannedQuery;
import io.amp.ports.query.QueryService.QueryResult;
import io.javalin.http.Context;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQL over HTTP, one JSON object per row. Thread-safe; a request runs on a virtual thread of its own. */
public final class JsonLinesServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesServer.class);
    private static final List<String> QUERY_PATHS = List.of("/", "/query", "/query/jsonl");
    private static final List<String> HEALTH_PATHS = List.of("/health", "/healthz");

    private static final String CONTENT_TYPE = "application/x-ndjson";

    /** Rendered bytes after which they go to the socket. */
    private static final int FLUSH_BYTES = 128 * 1024;

    private final QueryService queries;
    private final HttpSettings settings;
    private final HttpServer server;
    private final AtomicLong requestIds = new AtomicLong();

    /** Binds at once; {@code bodyBytesMax} of the settings is the longest statement. */
    public JsonLinesServer(QueryService queries, HttpSettings settings) {
        this.queries = queries;
        this.settings = settings;
        this.server = new HttpServer("jsonl", settings, routes -> {
            QUERY_PATHS.forEach(path -> routes.post(path, this::query));
            HEALTH_PATHS.forEach(path -> routes.get(path, context -> context.status(200)));
        });
        LOG.info("JSON Lines server running at {}", server.address());
    }

    /** The real address. */
    public String address() {
        return server.address();
    }

    public int port() {
        return server.port();
    }

    private void query(Context context) throws IOException, InterruptedException {
        Optional<byte[]> body = RequestBodies.read(context.req(), settings.bodyBytesMax());
        if (body.isEmpty()) {
            throw new AmpException(
                    QueryError.PAYLOAD_TOO_LARGE, "the body is longer than " + settings.bodyBytesMax() + " bytes");
        }
        String text = RequestBodies.utf8(body.get())
                .orElseThrow(() -> new AmpException(QueryError.INVALID_REQUEST_BODY, "the body is not UTF-8"));
        QueryRequest request = SqlBodies.read(text, context.contentType(), requestId(context), client(context));
        AtomicReference<@Nullable QueryResult> running = new AtomicReference<>();
        Thread reader = Thread.currentThread();
        try (HttpServer.ClientWatch client = server.watchClient(context, () -> {
            QueryResult result = running.get();
            if (result != null) {
                result.batches().cancel();
            }
            reader.interrupt();
        })) {
            try {
                run(context, request, running);
            } catch (AmpException | InterruptedException e) {
                if (client.isGone()) {
                    LOG.debug("query {} was cancelled: its client is gone", request.requestId());
                    throw new HttpServer.BrokenOff();
                }
                throw e;
            }
        } catch (InterruptedException e) {
            throw new AmpException(QueryError.CANCELLED, "the query was cancelled: the server is shutting down", e);
        }
    }

    private void run(Context context, QueryRequest request, AtomicReference<@Nullable QueryResult> running)
            throws IOException, InterruptedException {
        PlannedQuery plan = queries.plan(request);
        if (plan.isStreaming()) {
            throw new AmpException(
                    QueryError.UNSUPPORTED,
                    "streaming queries (SETTINGS stream = true) are not supported by this build");
        }
        try (QueryResult result = queries.execute(plan)) {
            running.set(result);
            answer(context, result);
        }
    }

    /** Whose limits count: the bearer token's holder, else whoever a trusted proxy names, else the peer. */
    private String client(Context context) {
        String authorization = context.header("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        String forwarded = settings.trustProxy() ? context.header("X-Forwarded-For") : null;
        String first = forwarded == null ? "" : forwarded.split(",", 2)[0].strip();
        return first.isEmpty() ? context.req().getRemoteAddr() : first;
    }

    private String requestId(Context context) {
        for (String header : List.of("x-request-id", "cf-ray")) {
            String id = context.header(header);
            if (id != null && !id.isBlank()) {
                return id.length() <= 128 ? id : id.substring(0, 128);
            }
        }
        return "jsonl-" + requestIds.incrementAndGet();
    }

    /** The first batch is awaited before the status is sent, so that errors until then have a status of their own. */
    @SuppressWarnings("try") // a written batch is released at once, not when the response ends
    private static void answer(Context context, QueryResult result) throws IOException, InterruptedException {
        RecordBatch first = result.batches().next();
        if (first == null) {
            context.status(200);
            context.header("Content-Type", CONTENT_TYPE);
            context.header("Vary", "accept-encoding");
            return;
        }
        try (RecordBatch checked = first) {
            JsonBuffer lines = new JsonBuffer();
            ValueRenderers.Members columns = columns(checked);
            ContentCoding coding = ContentCoding.negotiate(context.header("Accept-Encoding"));
            context.status(200);
            context.header("Content-Type", CONTENT_TYPE);
            context.header("Vary", "accept-encoding");
            if (coding != ContentCoding.IDENTITY) {
                context.header("Content-Encoding", coding.token());
            }
            CuttableStream socket = new CuttableStream(context.res().getOutputStream());
            try (OutputStream out = coding.wrap(socket)) {
                try {
                    write(checked, columns, lines, out);
                    checked.close();
                    writeRest(result, lines, out);
                } catch (IOException e) {
                    socket.cut();
                    throw new HttpServer.BrokenOff();
                } catch (RuntimeException | InterruptedException e) {
                    sendFailure(e, out);
                    context.res().flushBuffer();
                    socket.cut();
                    throw new HttpServer.BrokenOff();
                }
            }
        }
    }

    private static void writeRest(QueryResult result, JsonBuffer lines, OutputStream out)
            throws IOException, InterruptedException {
        for (RecordBatch batch = result.batches().next();
                batch != null;
                batch = result.batches().next()) {
            try (RecordBatch rows = batch) {
                write(rows, columns(rows), lines, out);
            }
        }
    }

    private static ValueRenderers.Members columns(RecordBatch rows) {
        return new ValueRenderers.Members(rows.root().getFieldVectors());
    }

    private static void write(RecordBatch rows, ValueRenderers.Members columns, JsonBuffer lines, OutputStream out)
            throws IOException {
        int row = 0;
        while (row < rows.rowCount()) {
            while (row < rows.rowCount() && lines.size() < FLUSH_BYTES) {
                columns.render(row++, lines);
                lines.put('\n');
            }
            lines.writeTo(out);
        }
        out.flush();
    }

    /** After data: one line that names the failure; then the connection ends without the terminating chunk. */
    private static void sendFailure(Exception failure, OutputStream out) throws IOException {
        String code = "QUERY_ERROR";
        String message = "an unexpected error occurred";
        switch (failure) {
            case AmpException known -> {
                LOG.info("query failed after rows were sent: {}", known.getMessage());
                code = known.is(QueryError.EXECUTION_ERROR) ? code : ErrorAnswers.code(known);
                message = ErrorAnswers.queryMessage(known);
            }
            case InterruptedException interrupted -> message = "the query was cancelled: the server is shutting down";
            default -> LOG.error("query failed after rows were sent", failure);
        }
        JsonBuffer line = new JsonBuffer();
        line.ascii("{\"error_code\":");
        line.string(code);
        line.ascii(",\"error_message\":");
        line.string(message);
        line.ascii("}\n");
        line.writeTo(out);
        out.flush();
    }

    /** Lets the encoder be closed, and so release its memory, without ending the response. */
    private static final class CuttableStream extends FilterOutputStream {
        private boolean cut;

        CuttableStream(OutputStream out) {
            super(out);
        }

        void cut() {
            cut = true;
        }

        @Override
        public void write(int value) throws IOException {
            if (!cut) {
                out.write(value);
            }
        }

        @Override
        public void write(byte[] bytes, int start, int count) throws IOException {
            if (!cut) {
                out.write(bytes, start, count);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!cut) {
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (!cut) {
                out.close();
            }
        }
    }

    /** Lets running requests finish for the server's grace time. */
    @Override
    public void close() {
        server.close();
    }
}
