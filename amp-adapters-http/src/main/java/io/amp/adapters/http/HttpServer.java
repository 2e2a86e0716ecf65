package io.amp.adapters.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCategory;
import io.amp.ports.query.QueryError;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening socket with what all our HTTP servers share: virtual threads, the error envelope, open CORS, bearer tokens, a graceful
 * end.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long a stop waits for running requests (command-line specification, section 1.6). */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** A client that neither reads nor writes for so long is given up. */
    private static final Duration IDLE_MAX = Duration.ofMinutes(5);

    /** How long, and how far, the rest of a refused body is taken in and thrown away, so that its sender reads our answer. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private static final long LINGER_BYTES = 64 * 1024 * 1024;

    private static final Set<String> HEALTH_PATHS = Set.of("/health", "/healthz", "/ready");

    private static final String ERROR_CODE = "amp.error_code";

    private final HttpSettings settings;
    private final Javalin javalin;
    private final Disconnects disconnects = new Disconnects();

    /** Knows whether the client of one request is still there. */
    public interface ClientWatch extends AutoCloseable {
        boolean isGone();

        /** Ends the watch; the action does not run after that. */
        @Override
        void close();
    }

    /** Ends a response that has begun by closing its connection, so that clients see that it is incomplete. */
    public static final class BrokenOff extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BrokenOff() {
            super("response broken off", null, false, false);
        }
    }

    /**
     * Binds at once.
     *
     * @throws AmpException {@code UNAVAILABLE} category naming the address when it cannot be bound
     */
    public HttpServer(String name, HttpSettings settings, Consumer<RoutesConfig> routes) {
        this.settings = settings;
        this.javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.http.compressionStrategy = CompressionStrategy.NONE;
            config.http.prefer405over404 = true;
            config.http.maxRequestSize = Long.MAX_VALUE;
            config.router.ignoreTrailingSlashes = true;
            config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
            config.jetty.addConnector((server, http) -> {
                ServerConnector connector = new WatchingConnector(server, new HttpConnectionFactory(http));
                connector.setIdleTimeout(IDLE_MAX.toMillis());
                connector.setHost(settings.host());
                connector.setPort(settings.port());
                connector.setAcceptedTcpNoDelay(true);
                connector.setShutdownIdleTimeout(GRACE.toMillis());
                return connector;
            });
            config.jetty.modifyServer(server -> {
                server.setStopTimeout(GRACE.toMillis());
                server.setErrorHandler(new JsonErrorPage());
            });
            config.routes.before(this::before);
            routes.accept(config.routes);
            config.routes.exception(AmpException.class, HttpServer::answer);
            config.routes.exception(HttpResponseException.class, HttpServer::answer);
            config.routes.exception(Exception.class, (failure, context) -> answerUnexpected(failure, context, name));
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            disconnects.close();
            throw new AmpException(
                    HttpError.CANNOT_BIND, "cannot listen on " + settings.host() + ":" + settings.port(), e);
        }
    }

    public int port() {
        return javalin.port();
    }

    /** {@code host:port} as bound. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return host + ":" + port();
    }

    /** Runs {@code whenGone} on another thread when the client of a request closes its connection, until the watch is closed. */
    public ClientWatch watchClient(Context context, Runnable whenGone) {
        return disconnects.watch((WatchedEndPoint) endPoint(context), whenGone);
    }

    private static final class WatchingConnector extends ServerConnector {
        WatchingConnector(Server server, HttpConnectionFactory http) {
            super(server, http);
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            WatchedEndPoint endPoint = new WatchedEndPoint(channel, selector, key, getScheduler());
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
        }

        /** Only running requests hold up the end, not the connections that clients keep for later. */
        @Override
        public CompletableFuture<Void> shutdown() {
            CompletableFuture<Void> allClosed = super.shutdown();
            for (EndPoint connected : getConnectedEndPoints()) {
                if (connected instanceof WatchedEndPoint endPoint && !endPoint.isAnswering()) {
                    endPoint.close();
                }
            }
            return allClosed;
        }
    }

    private static void markAnswering(Context context) {
        WatchedEndPoint endPoint = (WatchedEndPoint) endPoint(context);
        endPoint.answering(true);
        Request.addCompletionListener(
                ServletContextRequest.getServletContextRequest(context.req()), failure -> endPoint.answering(false));
    }

    private void before(Context context) {
        markAnswering(context);
        Cors.allow(context);
        if (context.method().equals(HandlerType.OPTIONS)) {
            Cors.preflight(context);
            context.skipRemainingHandlers();
            return;
        }
        if (!settings.tokens().isEmpty() && !HEALTH_PATHS.contains(context.path()) && !isAuthorized(context)) {
            context.header("WWW-Authenticate", "Bearer");
            throw new AmpException(HttpError.UNAUTHORIZED, "a valid bearer token is required");
        }
    }

    private boolean isAuthorized(Context context) {
        String header = context.header("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return false;
        }
        byte[] given = header.substring(7).strip().getBytes(StandardCharsets.UTF_8);
        return settings.tokens().stream()
                .anyMatch(token -> MessageDigest.isEqual(given, token.getBytes(StandardCharsets.UTF_8)));
    }

    private static void answer(AmpException failure, Context context) {
        boolean query = failure.code() instanceof QueryError;
        if (failure.code().category() == ErrorCategory.INTERNAL) {
            LOG.error("{} {} failed", context.method(), context.path(), failure);
        }
        envelope(
                context,
                ErrorAnswers.status(failure.code().category()),
                ErrorAnswers.code(failure),
                query ? ErrorAnswers.queryMessage(failure) : ErrorAnswers.adminMessage(failure));
        if (failure.code().category() == ErrorCategory.PAYLOAD_TOO_LARGE) {
            sendBeforeBodyEnds(context);
        }
    }

    /**
     * Sends the answer at once, then lingers: closing a connection with unread input resets it, and a client that is still sending
     * would never see the answer.
     */
    private static void sendBeforeBodyEnds(Context context) {
        byte[] answer = String.valueOf(context.result()).getBytes(StandardCharsets.UTF_8);
        boolean awaitsPermission = context.header("Expect") != null;
        try {
            context.result(new byte[0]);
            context.header("Connection", "close");
            context.res().setContentLength(answer.length);
            ServletOutputStream out = context.res().getOutputStream();
            out.write(answer);
            out.close();
            EndPoint connection = endPoint(context);
            connection.shutdownOutput();
            if (!awaitsPermission) {
                connection.setIdleTimeout(LINGER.toMillis());
                discard(context.req().getInputStream());
            }
        } catch (IOException e) {
            LOG.debug("the client left while its request was refused", e);
        }
    }

    private static void discard(InputStream rest) throws IOException {
        long until = System.nanoTime() + LINGER.toNanos();
        byte[] chunk = new byte[16 * 1024];
        long bytes = 0;
        for (int count = rest.read(chunk); count >= 0 && bytes < LINGER_BYTES; count = rest.read(chunk)) {
            bytes += count;
            if (System.nanoTime() - until > 0) {
                return;
            }
        }
    }

    private static EndPoint endPoint(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }

    private static void answer(HttpResponseException failure, Context context) {
        switch (failure.getStatus()) {
            case 404 -> envelope(context, 404, "NOT_FOUND", "no such path: " + context.path());
            case 405 -> {
                String allowed = failure.getDetails().get("availableMethods");
                if (allowed != null) {
                    context.header("Allow", allowed);
                }
                envelope(context, 405, "METHOD_NOT_ALLOWED", context.method() + " is not allowed here");
            }
            default -> envelope(context, failure.getStatus(), "BAD_REQUEST", String.valueOf(failure.getMessage()));
        }
    }

    private static void answerUnexpected(Exception failure, Context context, String name) {
        if (failure instanceof BrokenOff
                || failure instanceof EofException
                || context.res().isCommitted()) {
            abort(context);
            return;
        }
        LOG.error("{}: {} {} failed", name, context.method(), context.path(), failure);
        envelope(context, 500, "INTERNAL_SERVER_ERROR", "an unexpected error occurred");
    }

    /** Ends the connection without the terminating chunk. */
    private static void abort(Context context) {
        endPoint(context).close(new IOException("broken off"));
    }

    /** The code of the envelope that answers a request, if it is answered by one. */
    public static Optional<String> errorCode(Context context) {
        return Optional.ofNullable(context.attribute(ERROR_CODE));
    }

    /** Writes the error envelope of the specification. */
    public static void envelope(Context context, int status, String code, String message) {
        ObjectNode body = JSON.createObjectNode();
        body.put("error_code", code);
        context.attribute(ERROR_CODE, code);
        body.put("error_message", message);
        context.status(status);
        context.contentType("application/json");
        context.result(body.toString());
    }

    /** Stops accepting and lets running requests finish for the grace time. */
    @Override
    public void close() {
        javalin.stop();
        disconnects.close();
    }
}
