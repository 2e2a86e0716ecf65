package io.amp.adapters.http;

import java.util.Set;

/**
 * Where and how one HTTP server listens.
 *
 * @param port 0 picks a free one
 * @param bodyBytesMax longest request body
 * @param tokens accepted bearer tokens; empty = no authentication
 * @param trustProxy the first entry of {@code X-Forwarded-For} is the client's address, not the peer's
 */
public record HttpSettings(String host, int port, long bodyBytesMax, Set<String> tokens, boolean trustProxy) {
    public HttpSettings {
        tokens = Set.copyOf(tokens);
    }

    /** Clients are known by their peer address. */
    public HttpSettings(String host, int port, long bodyBytesMax, Set<String> tokens) {
        this(host, port, bodyBytesMax, tokens, false);
    }

    public HttpSettings withTrustProxy(boolean trusted) {
        return new HttpSettings(host, port, bodyBytesMax, tokens, trusted);
    }

    /** Without authentication, on every interface, bodies of at most 2 MiB. */
    public static HttpSettings of(String host, int port) {
        return new HttpSettings(host, port, 2 * 1024 * 1024, Set.of());
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
