package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.net.BodyPool;
import io.amp.adapters.sources.net.ConnectionFailure;
import io.amp.adapters.sources.net.HttpEndpoint;
import io.amp.adapters.sources.net.HttpReply;
import io.amp.adapters.sources.net.ResponseBody;
import io.amp.ports.chain.SourceError;
import io.amp.ports.runtime.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** JSON-RPC by HTTP POST. A node cannot push here, so waiting for the head is just waiting. */
final class HttpTransport implements RpcTransport {
    private final HttpEndpoint endpoint;
    private final EvmRpcSettings settings;
    private final Clock clock;

    HttpTransport(EvmRpcSettings settings, BodyPool bodies, Clock clock) {
        this.endpoint = new HttpEndpoint(settings.url(), settings.headers(), settings.timeout(), bodies);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public ResponseBody exchange(RpcRequest request) throws RpcFailure, InterruptedException {
        HttpReply reply;
        try {
            reply = endpoint.post(request.json());
        } catch (ConnectionFailure e) {
            throw new RpcFailure(SourceError.UNREACHABLE, settings.shownUrl() + ": " + e.getMessage(), e);
        }
        if (reply.isSuccess()) {
            return reply.body();
        }
        try (reply) {
            throw refused(reply, request);
        }
    }

    private RpcFailure refused(HttpReply reply, RpcRequest request) {
        int status = reply.status();
        String message = settings.shownUrl() + ": HTTP status " + status;
        if (status == 401 || status == 403) {
            return new RpcFailure(SourceError.REFUSED, message, null);
        }
        RpcErrorException error = errorIn(reply.body());
        if (error != null && error.methodUnknown()) {
            throw error;
        }
        return new RpcFailure(
                SourceError.UNREACHABLE,
                message,
                null,
                reply.retryAfter(clock.now()).orElse(null),
                request.batch() && (status == 413 || (error != null && error.batchTooLarge())));
    }

    /** Some providers wrap JSON-RPC errors, such as an unknown method, in HTTP errors. */
    private static @Nullable RpcErrorException errorIn(ResponseBody body) {
        try {
            new RpcResult(body).open(new JsonCursor());
            return null;
        } catch (RpcErrorException e) {
            return e;
        } catch (MalformedJsonException e) {
            // No JSON-RPC answer, so the HTTP status is all there is to say.
            return null;
        }
    }

    @Override
    public void awaitHead(Duration atMost) throws InterruptedException {
        clock.sleep(atMost);
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
