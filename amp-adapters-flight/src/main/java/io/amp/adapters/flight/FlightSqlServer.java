package io.amp.adapters.flight;

import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryService;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Flight endpoint's socket. Thread-safe. */
public final class FlightSqlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlightSqlServer.class);
    private static final long GRACE_SECONDS = 10;

    private final FlightSettings settings;
    private final FlightServer server;
    private final BufferAllocator allocator;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Binds at once.
     *
     * @param parent outlives this
     */
    public FlightSqlServer(QueryService queries, BufferAllocator parent, FlightSettings settings) {
        this.settings = settings;
        this.allocator = parent.newChildAllocator("flight", 0, Long.MAX_VALUE);
        FlightServer.Builder builder = FlightServer.builder()
                .allocator(allocator)
                .producer(new AmpFlightProducer(queries, allocator))
                .executor(calls)
                .middleware(CallHeaders.KEY, CallHeaders.factory(settings.tokens()))
                .authHandler(new OpenHandshake());
        try {
            if (settings.tls().isPresent()) {
                FlightSettings.Tls tls = settings.tls().get();
                builder.location(Location.forGrpcTls(settings.host(), settings.port()))
                        .useTls(tls.certificate().toFile(), tls.key().toFile());
                if (tls.clientCa() != null) {
                    builder.useMTlsClientVerification(tls.clientCa().toFile());
                }
            } else {
                builder.location(Location.forGrpcInsecure(settings.host(), settings.port()));
            }
            this.server = builder.build().start();
        } catch (IOException e) {
            calls.close();
            allocator.close();
            throw new AmpException(
                    FlightError.CANNOT_BIND, "cannot listen on " + settings.host() + ":" + settings.port(), e);
        }
        LOG.info("Arrow Flight RPC server running at {}", address());
    }

    /** {@code host:port} as bound. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return host + ":" + port();
    }

    public int port() {
        return server.getPort();
    }

    /** Accepts any handshake: tokens are checked per call, by header. The newer interface cannot answer one without a token. */
    @SuppressWarnings("deprecation")
    private static final class OpenHandshake implements org.apache.arrow.flight.auth.ServerAuthHandler {
        @Override
        public Optional<String> isValid(byte[] token) {
            return Optional.of("");
        }

        @Override
        public boolean authenticate(ServerAuthSender outgoing, Iterator<byte[]> incoming) {
            outgoing.send(incoming.hasNext() ? incoming.next() : new byte[0]);
            return true;
        }
    }

    /** Lets running calls finish for the grace time, then ends them. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.shutdownNow();
        calls.close();
        allocator.close();
    }
}
