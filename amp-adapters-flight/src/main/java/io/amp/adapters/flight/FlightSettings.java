package io.amp.adapters.flight;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the Flight server listens.
 *
 * @param port 0 picks a free one
 * @param tokens accepted bearer tokens; empty = no authentication
 * @param tls empty = plain text
 * @param trustProxy the first entry of {@code x-forwarded-for} is the client's address, not the peer's
 */
public record FlightSettings(String host, int port, Set<String> tokens, Optional<Tls> tls, boolean trustProxy) {
    /** Clients are known by their peer address. */
    public FlightSettings(String host, int port, Set<String> tokens, Optional<Tls> tls) {
        this(host, port, tokens, tls, false);
    }

    public FlightSettings {
        tokens = Set.copyOf(tokens);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    /**
     * PEM files.
     *
     * @param clientCa demand client certificates of this authority
     */
    public record Tls(Path certificate, Path key, @Nullable Path clientCa) {
        @Override
        public String toString() {
            return "<redacted>";
        }
    }
}
