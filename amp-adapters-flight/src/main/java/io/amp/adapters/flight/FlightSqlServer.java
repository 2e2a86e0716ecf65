package io.amp.adapters.flight;

import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryService;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Flight endpoint's socket. Thread-safe. */
public final class FlightSqlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlightSqlServer.class);
    /** How long a stop waits for running calls (command-line specification, section 1.6). */
    private static final long GRACE_SECONDS = 30;

    private static final int HEADER_BYTES_MAX = 64 * 1024;
    private static final int REQUEST_BYTES_MAX = 16 * 1024 * 1024;

    /** Pings keep proxies from cutting idle connections. */
    private static final long PING_SECONDS = 30;

    /** Clients may ping as often as this. */
    private static final long CLIENT_PING_SECONDS = 5;

    private final FlightSettings settings;
    private final FlightServer server;
    private final BufferAllocator allocator;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Binds at once.
     *
     * @param datasets what clients can list
     * @param parent outlives this; what queries allocate from has the same root
     */
    public FlightSqlServer(
            QueryService queries, DatasetRegistry datasets, BufferAllocator parent, FlightSettings settings) {
        this.settings = settings;
        this.allocator = parent.newChildAllocator("flight", 0, Long.MAX_VALUE);
        FlightServer.Builder builder = FlightServer.builder()
                .allocator(allocator)
                .producer(new AmpFlightProducer(queries, datasets, allocator, calls))
                .executor(calls)
                .setMaxHeaderListSize(HEADER_BYTES_MAX)
                .maxInboundMessageSize(REQUEST_BYTES_MAX)
                .transportHint("grpc.builderConsumer", (Consumer<NettyServerBuilder>) this::tune)
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

    private void tune(NettyServerBuilder transport) {
        transport
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(CLIENT_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(new PeerAddress(settings.trustProxy()));
        if (settings.tls().isEmpty()) {
            transport.protocolNegotiator(new HealthOnSamePort());
        }
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
