package io.amp.adapters.flight;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;

/** Tells who calls: Flight's own middleware sees headers only. */
final class PeerAddress implements ServerInterceptor {
    private static final Metadata.Key<String> FORWARDED =
            Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> KEY = Context.keyWithDefault("amp-peer", "");

    private final boolean trustProxy;

    /** @param trustProxy believe the header that proxies set */
    PeerAddress(boolean trustProxy) {
        this.trustProxy = trustProxy;
    }

    /** Of the call that this thread was started for; empty when unknown. */
    static String current() {
        return KEY.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address
                        && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "";
        String forwarded = trustProxy ? headers.get(FORWARDED) : null;
        String first = forwarded == null ? "" : forwarded.split(",", 2)[0].strip();
        String client = first.isEmpty() ? peer : first;
        return Contexts.interceptCall(Context.current().withValue(KEY, client), call, headers, next);
    }
}
