package io.amp.adapters.http.admin;

import io.amp.adapters.http.HttpServer;
import io.amp.adapters.http.HttpSettings;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.provider.ProviderRegistry;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.SegmentCatalog;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Admin API's socket and route table. Thread-safe. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("io.amp.audit");
    private static final Set<HandlerType> READING = Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

    /** Routes of the specification that this build does not serve; they say so instead of 404. */
    private static final List<String> UNSERVED = List.of(
            "/schema",
            "/datasets/schema/analyze",
            "/revisions/{id}/restore",
            "/revisions/{id}/prune",
            "/jobs/{id}/resume",
            "/datasets/{ns}/{name}/versions/{rev}/restore",
            "/datasets/{ns}/{name}/versions/{rev}/redump",
            "/datasets/{ns}/{name}/versions/{rev}/rematerialize",
            "/datasets/{ns}/{name}/versions/{rev}/tables/{table}/restore");

    private static final String STARTED = "amp.started";

    private final HttpServer server;

    /** What the routes call. */
    public record Services(
            DatasetRegistry datasets,
            JobControl jobs,
            ProviderRegistry providers,
            WorkerStore workers,
            SegmentCatalog segments,
            RevisionStore revisions,
            ObjectStore data,
            Clock clock,
            Readiness readiness) {}

    /** Whether requests can be served now. */
    @FunctionalInterface
    public interface Readiness {
        /**
         * Answers within 500 ms.
         *
         * @param withWorkers also demand a live worker
         * @return why not; empty when ready
         */
        Optional<String> problem(boolean withWorkers);
    }

    /** Binds at once. */
    public AdminServer(HttpSettings http, AdminSettings settings, Services services) {
        DatasetRoutes datasets = new DatasetRoutes(services.datasets(), settings);
        JobRoutes jobs = new JobRoutes(services.jobs(), settings);
        DeployRoutes deploys = new DeployRoutes(services.datasets(), services.jobs(), jobs, settings);
        LegacyRoutes legacy = new LegacyRoutes(
                services.datasets(), services.segments(), services.data().url(), deploys, datasets);
        this.server = new HttpServer("admin", http, routes -> {
            routes.before(AdminServer::begin);
            new HealthRoutes(services.readiness()).register(routes);
            datasets.register(routes);
            deploys.register(routes);
            legacy.registerShort(routes);
            datasets.registerShort(routes);
            legacy.registerLong(routes);
            jobs.register(routes);
            new ManifestRoutes(services.datasets(), settings).register(routes);
            new ProviderRoutes(services.providers()).register(routes);
            new WorkerRoutes(services.workers(), services.jobs(), services.clock()).register(routes);
            new RevisionRoutes(services.datasets(), services.revisions(), services.data()).register(routes);
            new LocationRoutes(services.datasets(), jobs, services.jobs(), services.revisions(), services.data())
                    .register(routes);
            new FileRoutes(services.datasets(), services.revisions()).register(routes);
            registerUnserved(routes);
            audit(routes);
        });
        LOG.info("Controller Admin API running at {}", server.address());
    }

    private static void registerUnserved(RoutesConfig routes) {
        Handler refuse = context -> {
            throw new AmpException(
                    AdminError.NOT_IMPLEMENTED,
                    context.method() + " " + context.path() + " is not offered by this build");
        };
        for (String path : UNSERVED) {
            routes.get(path, refuse);
            routes.post(path, refuse);
            routes.put(path, refuse);
            routes.delete(path, refuse);
        }
    }

    private static void begin(Context context) {
        context.attribute(STARTED, System.nanoTime());
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Cache-Control", "no-store");
    }

    /** One line per request that may change something; never its body. */
    private static void audit(RoutesConfig routes) {
        routes.after(context -> {
            if (!READING.contains(context.method())) {
                Long started = context.attribute(STARTED);
                AUDIT.info(
                        "{} {} from {} answered {} {} in {} ms",
                        context.method(),
                        context.path(),
                        context.ip(),
                        context.statusCode(),
                        HttpServer.errorCode(context).orElse("OK"),
                        started == null ? 0 : (System.nanoTime() - started) / 1_000_000);
            }
        });
    }

    /** The real address. */
    public String address() {
        return server.address();
    }

    public int port() {
        return server.port();
    }

    /** Lets running requests finish for the server's grace time. */
    @Override
    public void close() {
        server.close();
    }
}
