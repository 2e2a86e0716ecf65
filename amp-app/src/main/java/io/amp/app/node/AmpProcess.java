package io.amp.app.node;

import io.amp.adapters.flight.FlightSettings;
import io.amp.adapters.flight.FlightSqlServer;
import io.amp.adapters.http.HttpSettings;
import io.amp.adapters.http.admin.AdminServer;
import io.amp.adapters.http.admin.AdminSettings;
import io.amp.adapters.http.admin.ClientProfile;
import io.amp.adapters.http.admin.StatusStyle;
import io.amp.adapters.http.jsonl.JsonLinesServer;
import io.amp.app.config.AdminApiConfig;
import io.amp.app.config.ListenAddress;
import io.amp.app.config.QueryServerConfig;
import io.amp.app.config.Secret;
import io.amp.core.job.Controller;
import io.amp.core.job.Worker;
import io.amp.ports.query.QueryService;
import io.amp.ports.runtime.TaskScope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one process, started together and stopped together: when one fails, all end. */
public final class AmpProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AmpProcess.class);

    /** Limit of an orderly stop (command-line specification, section 1.6). */
    static final Duration DRAIN_MAX = Duration.ofSeconds(30);

    private final AmpNode node;
    private final StopSignal stop;
    private final Closer parts = new Closer();
    private final TaskScope background;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable JsonLinesServer jsonLines;
    private @Nullable FlightSqlServer flight;
    private @Nullable AdminServer admin;

    /** What a process does. */
    public enum Part {
        FLIGHT,
        JSON_LINES,
        ADMIN_API,
        CONTROLLER,
        WORKER
    }

    /** @param stop raised when a part fails, and by signals */
    public AmpProcess(AmpNode node, StopSignal stop) {
        this.node = node;
        this.stop = stop;
        this.background = parts.add("background tasks", node.tasks().open("ampd"));
    }

    /**
     * Starts the parts; servers are bound when this returns.
     *
     * @param nodeId of the worker, when it is among them
     */
    public void start(Set<Part> wanted, String nodeId, Map<String, String> buildFacts) {
        QueryServerConfig queryServer = node.config().queryServer();
        if (wanted.contains(Part.FLIGHT) || wanted.contains(Part.JSON_LINES)) {
            QueryService queries = node.openQueries(parts);
            Set<String> tokens =
                    queryServer.authTokens().stream().map(Secret::reveal).collect(Collectors.toSet());
            if (wanted.contains(Part.FLIGHT)) {
                flight = parts.add(
                        "Flight server",
                        new FlightSqlServer(
                                queries,
                                node.datasets(),
                                node.allocator(),
                                new FlightSettings(
                                        queryServer.flight().host(),
                                        queryServer.flight().port(),
                                        tokens,
                                        queryServer
                                                .tls()
                                                .map(tls -> new FlightSettings.Tls(
                                                        tls.certificate(),
                                                        tls.key(),
                                                        tls.clientCa().orElse(null))),
                                        queryServer.trustProxy())));
            }
            if (wanted.contains(Part.JSON_LINES)) {
                jsonLines = parts.add(
                        "JSON Lines server",
                        new JsonLinesServer(
                                queries,
                                http(queryServer.jsonLines(), queryServer.sqlBytesMax(), tokens)
                                        .withTrustProxy(queryServer.trustProxy())));
            }
        }
        if (wanted.contains(Part.CONTROLLER)) {
            Controller controller = node.newController();
            background("controller", controller::run);
        }
        if (wanted.contains(Part.WORKER)) {
            Worker worker = node.newWorker(nodeId, buildFacts);
            background("worker", worker::run);
        }
        if (wanted.contains(Part.ADMIN_API)) {
            admin = parts.add("Admin API", adminServer(node.config().adminApi()));
        }
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void background(String name, Loop loop) {
        background.fork(name, () -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                LOG.debug("{} was interrupted", name);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                throw e;
            } finally {
                stop.request();
            }
            return true;
        });
    }

    private static HttpSettings http(ListenAddress address, long bodyBytesMax, Set<String> tokens) {
        return new HttpSettings(address.host(), address.port(), bodyBytesMax, tokens);
    }

    private AdminServer adminServer(AdminApiConfig config) {
        ClientProfile profile = switch (config.clientProfile()) {
            case AUTO -> null;
            case CURRENT -> ClientProfile.CURRENT;
            case TYPESCRIPT -> ClientProfile.TYPESCRIPT;
            case PYTHON -> ClientProfile.PYTHON;
        };
        StatusStyle style = switch (config.jobStatusStyle()) {
            case AUTO -> null;
            case CURRENT -> StatusStyle.CURRENT;
            case LEGACY -> StatusStyle.LEGACY;
            case TITLE -> StatusStyle.TITLE;
        };
        Set<String> tokens = config.token().map(Secret::reveal).map(Set::of).orElse(Set.of());
        return new AdminServer(
                http(config.address(), config.manifestMax().bytes(), tokens),
                new AdminSettings(config.manifestMax().bytes(), profile, style),
                new AdminServer.Services(
                        node.datasets(),
                        node.jobs(),
                        node.providers(),
                        node.metadata().workers(),
                        node.metadata().segments(),
                        node.metadata().revisions(),
                        node.data(),
                        node.clock(),
                        new NodeReadiness(node)));
    }

    /** Port of a server that was started. */
    public int port(Part part) {
        return switch (part) {
            case FLIGHT ->
                Optional.ofNullable(flight).map(FlightSqlServer::port).orElseThrow();
            case JSON_LINES ->
                Optional.ofNullable(jsonLines).map(JsonLinesServer::port).orElseThrow();
            case ADMIN_API -> Optional.ofNullable(admin).map(AdminServer::port).orElseThrow();
            case CONTROLLER, WORKER -> throw new IllegalArgumentException(part + " has no port");
        };
    }

    /** Waits for a signal or the end of a part. @throws RuntimeException the failure of a part */
    public void awaitEnd() throws InterruptedException {
        stop.await();
        if (failure.get() instanceof RuntimeException failed) {
            throw failed;
        }
        if (failure.get() instanceof Error failed) {
            throw failed;
        }
    }

    /** All parts at once. */
    public static Set<Part> everything() {
        return EnumSet.allOf(Part.class);
    }

    /**
     * Servers first, in the reverse order of their start; then what runs in the background. When that takes longer than {@link
     * #DRAIN_MAX} the whole process ends, which loses nothing: a job's state is in the database.
     */
    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(1);
        Thread limit = Thread.ofPlatform().daemon().name("drain-limit").start(() -> endUnless(closed));
        try {
            parts.close();
        } finally {
            closed.countDown();
            limit.interrupt();
        }
    }

    /** Exits instead of halting, so that the database of the development mode is stopped by its own hook. */
    private static void endUnless(CountDownLatch closed) {
        try {
            if (!closed.await(DRAIN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("not everything ended within {} s, exiting all the same", DRAIN_MAX.toSeconds());
                System.exit(0);
            }
        } catch (InterruptedException e) {
            LOG.trace("all was closed in time", e);
        }
    }
}
