package io.amp.adapters.http;

import java.util.Set;

/**
 * Where and how one HTTP server listens.
 *
 * @param port 0 picks a free one
 * @param bodyBytesMax longest request body
 * @param tokens accepted bearer tokens; empty = no authentication
 */
public record HttpSettings(String host, int port, long bodyBytesMax, Set<String> tokens) {
    public HttpSettings {
        tokens = Set.copyOf(tokens);
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
