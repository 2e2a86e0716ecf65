package io.amp.adapters.sources.net;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to one HTTP(S) URL over kept connections. Thread-safe: each request has a connection of its own, and blocks its thread, which
 * had better be virtual. An interrupt closes the connection and ends the request. How many run at once is the caller's business.
 *
 * <p>Implementation note: HTTP/1.1 with blocking sockets instead of {@code java.net.http.HttpClient}, because that one hands a body over
 * in many small buffers, hops between threads for each, and ends its time limit with the headers. Redirects are not followed, so a token
 * never reaches another host.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

    /** Servers commonly close after 60 seconds or more; 30 leaves a margin. */
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    private static final int IDLE_MAX = 512;

    private final Peer peer;
    private final String target;
    private final byte[] commonHeaders;
    private final Duration timeout;
    private final BodyPool bodies;
    private final ConcurrentLinkedDeque<HttpConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * An endpoint; nothing is connected yet.
     *
     * @param url {@code http} or {@code https}
     * @param headers sent with every request; checked by {@link HttpSyntax}
     * @param timeout for a whole request
     */
    public HttpEndpoint(URI url, Map<String, String> headers, Duration timeout, BodyPool bodies) {
        this(url, headers, timeout, bodies, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    HttpEndpoint(URI url, Map<String, String> headers, Duration timeout, BodyPool bodies, SSLSocketFactory trust) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        this.peer = new Peer(url.getHost(), url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80, tls, trust);
        this.target = target(url);
        this.timeout = timeout;
        this.bodies = bodies;
        StringBuilder common = new StringBuilder();
        common.append("Host: ").append(peer.hostHeader()).append("\r\n");
        common.append("User-Agent: amp\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n");
        headers.forEach(
                (name, value) -> common.append(name).append(": ").append(value).append("\r\n"));
        this.commonHeaders = common.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Path and query as the request line has them. */
    static String target(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** Posts JSON to the URL itself. */
    public HttpReply post(byte[] json) throws ConnectionFailure, InterruptedException {
        return exchange(request("POST " + target, json));
    }

    /** Gets the URL's path (without a slash at its end) plus {@code path}. */
    public HttpReply get(String path) throws ConnectionFailure, InterruptedException {
        String base = target.endsWith("/") ? target.substring(0, target.length() - 1) : target;
        return exchange(request("GET " + base + path, null));
    }

    private byte[] request(String method, byte @Nullable [] json) {
        String ending =
                json == null ? "\r\n" : "Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n";
        byte[] start = (method + " HTTP/1.1\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] end = ending.getBytes(StandardCharsets.ISO_8859_1);
        int length = start.length + commonHeaders.length + end.length;
        byte[] request = new byte[length + (json == null ? 0 : json.length)];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(commonHeaders, 0, request, start.length, commonHeaders.length);
        System.arraycopy(end, 0, request, start.length + commonHeaders.length, end.length);
        if (json != null) {
            System.arraycopy(json, 0, request, length, json.length);
        }
        return request;
    }

    private HttpReply exchange(byte[] request) throws ConnectionFailure, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try (Deadline deadline = Deadline.in(timeout)) {
            HttpConnection kept = takeIdle();
            if (kept != null) {
                long before = kept.received();
                try {
                    deadline.guard(kept);
                    return exchange(kept, request);
                } catch (IOException e) {
                    // A kept connection may have been closed by the peer meanwhile: then nothing of an answer has come.
                    if (kept.received() != before
                            || deadline.passed()
                            || Thread.currentThread().isInterrupted()) {
                        throw failure(e, deadline);
                    }
                }
            }
            try {
                return exchange(new HttpConnection(peer.connect(deadline), bodies), request);
            } catch (IOException e) {
                throw failure(e, deadline);
            }
        }
    }

    private HttpReply exchange(HttpConnection connection, byte[] request) throws IOException {
        HttpReply reply;
        try {
            reply = connection.exchange(request);
        } catch (IOException | RuntimeException e) {
            Peer.closeAfter(e, connection);
            throw e;
        }
        if (connection.reusable()) {
            connection.markIdle(System.nanoTime());
            idle.addFirst(connection);
            trimIdle();
        } else {
            connection.close();
        }
        return reply;
    }

    private @Nullable HttpConnection takeIdle() {
        HttpConnection connection = idle.pollFirst();
        if (connection == null) {
            return null;
        }
        if (System.nanoTime() - connection.idleSinceNanos() <= IDLE_NANOS_MAX) {
            return connection;
        }
        closeQuietly(connection);
        // The first one is the one used last: all others are older.
        closeIdle();
        return null;
    }

    private void trimIdle() {
        if (closed || idle.size() > IDLE_MAX) {
            HttpConnection oldest = idle.pollLast();
            if (oldest != null) {
                closeQuietly(oldest);
            }
        }
    }

    private void closeIdle() {
        for (HttpConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            closeQuietly(next);
        }
    }

    private static void closeQuietly(HttpConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("closing an idle connection", e);
        }
    }

    private static ConnectionFailure failure(IOException e, Deadline deadline) throws InterruptedException {
        return Failures.of(e, deadline.passed());
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
