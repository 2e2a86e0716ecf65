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
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQL over HTTP, one JSON object per row. Thread-safe; a request runs on a virtual thread of its own. */
public final class JsonLinesServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesServer.class);
    private static final List<String> QUERY_PATHS = List.of("/", "/query", "/query/jsonl");
    private static final List<String> HEALTH_PATHS = List.of("/health", "/healthz");

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
        QueryRequest request = SqlBodies.read(text, context.contentType(), requestId(context));
        PlannedQuery plan = queries.plan(request);
        if (plan.isStreaming()) {
            throw new AmpException(
                    QueryError.UNSUPPORTED,
                    "streaming queries (SETTINGS stream = true) are not supported by this build");
        }
        try (QueryResult result = queries.execute(plan)) {
            answer(context, result);
        }
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
    private static void answer(Context context, QueryResult result) throws IOException, InterruptedException {
        RecordBatch first = result.batches().next();
        ContentCoding coding =
                first == null ? ContentCoding.IDENTITY : ContentCoding.negotiate(context.header("Accept-Encoding"));
        context.status(200);
        context.header("Content-Type", "application/x-ndjson");
        context.header("Vary", "accept-encoding");
        if (first == null) {
            return;
        }
        if (coding != ContentCoding.IDENTITY) {
            context.header("Content-Encoding", coding.token());
        }
        ServletOutputStream socket = context.res().getOutputStream();
        JsonBuffer lines = new JsonBuffer();
        OutputStream out = coding.wrap(socket);
        try {
            for (RecordBatch batch = first;
                    batch != null;
                    batch = result.batches().next()) {
                try (RecordBatch rows = batch) {
                    write(rows, lines, out);
                }
                out.flush();
            }
        } catch (AmpException e) {
            breakOff(context, e, out);
        }
        out.close();
    }

    private static void write(RecordBatch rows, JsonBuffer lines, OutputStream out) throws IOException {
        ValueRenderers.Members columns = new ValueRenderers.Members(rows.root().getFieldVectors());
        int row = 0;
        while (row < rows.rowCount()) {
            while (row < rows.rowCount() && lines.size() < FLUSH_BYTES) {
                columns.render(row++, lines);
                lines.put('\n');
            }
            lines.writeTo(out);
        }
    }

    /** After data: one line that names the failure, then the connection ends without the terminating chunk. */
    private static void breakOff(Context context, AmpException failure, OutputStream out) throws IOException {
        LOG.info("query failed after rows were sent: {}", failure.getMessage());
        String code = failure.is(QueryError.EXECUTION_ERROR) ? "QUERY_ERROR" : ErrorAnswers.code(failure);
        JsonBuffer line = new JsonBuffer();
        line.ascii("{\"error_code\":");
        line.string(code);
        line.ascii(",\"error_message\":");
        line.string(ErrorAnswers.queryMessage(failure));
        line.ascii("}\n");
        if (!context.res().isCommitted()) {
            context.res().flushBuffer();
        }
        line.writeTo(out);
        out.flush();
        context.res().flushBuffer();
        throw new HttpServer.BrokenOff();
    }

    /** Lets running requests finish for the server's grace time. */
    @Override
    public void close() {
        server.close();
    }
}
