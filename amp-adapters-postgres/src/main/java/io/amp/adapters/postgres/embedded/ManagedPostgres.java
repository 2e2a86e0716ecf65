package io.amp.adapters.postgres.embedded;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.connection.SqlFailure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server that lives and ends with this process (command-line specification, section 5.4). Data persist over restarts; there
 * is no durability on power loss. A server that ends unexpectedly is started again on the same folder, up to three times a minute.
 *
 * <p>Close it after everything that uses it. Thread-safe.
 */
public final class ManagedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedPostgres.class);

    /** A socket's address holds 108 bytes on Linux and 104 on macOS, with its end mark. */
    private static final int SOCKET_PATH_BYTES_MAX = 100;

    private static final Duration PROBE_FIRST = Duration.ofMillis(50);
    private static final Duration PROBE_LONGEST = Duration.ofSeconds(2);
    private static final int PROBES_MAX = 60;
    private static final Duration READY_MAX = Duration.ofSeconds(30);
    private static final Duration SIGNAL_WAIT = Duration.ofSeconds(10);
    private static final int LAUNCHES_MAX = 10;
    private static final Duration LAUNCH_PAUSE = Duration.ofMillis(200);
    private static final int RESTARTS_MAX = 3;
    private static final Duration RESTART_WINDOW = Duration.ofMinutes(1);

    private final PostgresPrograms programs;
    private final ServerAccount account;
    private final ClusterFolder cluster;
    private final Path socketFolder;
    private final PostgresUrl url;
    private final CompletableFuture<ManagedPostgresException> failure = new CompletableFuture<>();
    private final Deque<Long> restartNanos = new ArrayDeque<>();
    private final Thread hardStop = new Thread(this::stopHard, "postgres-hard-stop");
    private @Nullable ServerProcess server;
    private boolean stopping;

    private ManagedPostgres(
            PostgresPrograms programs,
            ServerAccount account,
            ClusterFolder cluster,
            Path socketFolder,
            String superuser) {
        this.programs = programs;
        this.account = account;
        this.cluster = cluster;
        this.socketFolder = socketFolder;
        this.url = PostgresUrl.parse(
                "postgresql:///postgres?host=" + encode(socketFolder.toString()) + "&user=" + encode(superuser));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Starts a server, making its cluster first when there is none, and waits until it takes connections.
     *
     * @param folder the cluster's, such as {@code .amp/metadb}; its parent is made when missing
     * @param cache where the programs are unpacked, shared by all projects of this user
     * @param programs folder of other programs ({@code AMP_POSTGRES_BIN}); null = those of the distribution
     * @throws ManagedPostgresException saying what to do
     */
    public static ManagedPostgres start(Path folder, Path cache, @Nullable Path programs) {
        Path absolute = folder.toAbsolutePath().normalize();
        PostgresPrograms found = PostgresPrograms.find(programs, cache.toAbsolutePath());
        ClusterFolder cluster = ClusterFolder.hold(absolute);
        ManagedPostgres managed = null;
        try {
            ServerAccount account = ServerAccount.forCluster(absolute, found.bin());
            String superuser = System.getProperty("user.name", "postgres");
            if (cluster.isInitialised()) {
                cluster.requireVersion(found);
                cluster.endOrphan();
                superuser = cluster.superuser(superuser);
            } else {
                cluster.initialise(found, account, superuser);
            }
            managed = new ManagedPostgres(found, account, cluster, socketFolder(absolute, account), superuser);
            managed.run();
            return managed;
        } catch (RuntimeException e) {
            if (managed != null) {
                managed.stop(List.of("INT", "KILL"));
            }
            cluster.close();
            throw e;
        }
    }

    private static Path socketFolder(Path cluster, ServerAccount account) {
        String socket = cluster.resolve(".s.PGSQL.5432").toString();
        if (socket.getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES_MAX) {
            return cluster;
        }
        try {
            Path folder = Files.createTempDirectory(
                    Path.of("/tmp"),
                    "amp-pg-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            account.own(folder);
            return folder;
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot make a folder for the database's socket: " + e.getMessage(), e);
        }
    }

    private void run() {
        ServerProcess started = launch();
        awaitReady(started);
        Runtime.getRuntime().addShutdownHook(hardStop);
        Thread.ofVirtual().name("postgres-watch").start(this::watch);
    }

    private synchronized ServerProcess launch() {
        if (stopping) {
            throw new ManagedPostgresException("the database is being stopped");
        }
        ServerProcess started = ServerProcess.start(programs, account, cluster.path(), socketFolder);
        server = started;
        return started;
    }

    private void awaitReady(ServerProcess started) {
        var connector = new Connector(url, Duration.ofSeconds(5), "amp readiness");
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        Duration pause = PROBE_FIRST;
        for (int probe = 1; probe <= PROBES_MAX && System.nanoTime() < deadline; probe++) {
            try (Connection connection = connector.open()) {
                if (connection.isValid(2)) {
                    LOG.debug("PostgreSQL is ready in {}", cluster.path());
                    return;
                }
            } catch (SQLException e) {
                if (!started.isAlive()) {
                    throw new ManagedPostgresException(
                            "PostgreSQL ended with exit code " + started.exitCode() + "; see its lines in the log", e);
                }
                if (!SqlFailure.of(e).isUnavailability()) {
                    throw new ManagedPostgresException("PostgreSQL refuses connections: " + e.getMessage(), e);
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ManagedPostgresException("interrupted while PostgreSQL started", e);
            }
            pause = pause.multipliedBy(2).compareTo(PROBE_LONGEST) < 0 ? pause.multipliedBy(2) : PROBE_LONGEST;
        }
        throw new ManagedPostgresException(
                "PostgreSQL was not ready within " + READY_MAX.toSeconds() + " s; see its lines in the log");
    }

    /** Starts the server again whenever it ends without being asked to. */
    private void watch() {
        try {
            while (true) {
                ServerProcess watched = current();
                watched.awaitExit();
                if (isStopping()) {
                    return;
                }
                if (!mayRestart()) {
                    throw new ManagedPostgresException("PostgreSQL ended " + (RESTARTS_MAX + 1) + " times within "
                            + RESTART_WINDOW.toSeconds() + " s, last with exit code " + watched.exitCode());
                }
                LOG.warn("PostgreSQL ended unexpectedly (exit code {}) and is started again", watched.exitCode());
                restart();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ManagedPostgresException e) {
            if (!isStopping()) {
                LOG.error("PostgreSQL cannot be kept running", e);
                failure.complete(e);
            }
        }
    }

    /** Tries a few times: children of a killed server hold its memory for a moment, and a new server refuses to start beside them. */
    private void restart() throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            cluster.endOrphan();
            ServerProcess started = launch();
            try {
                awaitReady(started);
                return;
            } catch (ManagedPostgresException e) {
                if (started.isAlive() || attempt == LAUNCHES_MAX) {
                    throw e;
                }
                LOG.debug("PostgreSQL does not start yet", e);
            }
            Thread.sleep(LAUNCH_PAUSE);
        }
    }

    private synchronized boolean mayRestart() {
        long now = System.nanoTime();
        restartNanos.removeIf(at -> now - at > RESTART_WINDOW.toNanos());
        if (restartNanos.size() >= RESTARTS_MAX) {
            return false;
        }
        restartNanos.add(now);
        return true;
    }

    private synchronized ServerProcess current() {
        ServerProcess running = server;
        if (running == null) {
            throw new ManagedPostgresException("PostgreSQL was not started");
        }
        return running;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /** Address with the superuser; the server listens on its Unix-domain socket only. */
    public PostgresUrl url() {
        return url;
    }

    /** The running server's process, for those who want to watch it. */
    public ProcessHandle process() {
        return current().handle();
    }

    /** Completes when the server ended and could not be kept running; the process should end then. */
    public CompletableFuture<ManagedPostgresException> failure() {
        return failure.copy();
    }

    /** Waits for clients to leave, then aborts what they do. Idempotent. */
    @Override
    public void close() {
        end(List.of("TERM", "INT", "KILL"));
        try {
            Runtime.getRuntime().removeShutdownHook(hardStop);
        } catch (IllegalStateException shuttingDown) {
            LOG.trace("the hook runs, or ran", shuttingDown);
        }
    }

    /** Aborts the clients' transactions and ends at once. Idempotent. */
    public void stopHard() {
        end(List.of("INT", "KILL"));
    }

    private void end(List<String> signals) {
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
        }
        stop(signals);
        cluster.close();
        if (!socketFolder.equals(cluster.path())) {
            try {
                Folders.delete(socketFolder);
            } catch (IOException e) {
                LOG.debug("the socket's folder stays behind", e);
            }
        }
    }

    private void stop(List<String> signals) {
        ServerProcess running;
        synchronized (this) {
            running = server;
        }
        if (running != null && running.isAlive()) {
            running.stop(signals, SIGNAL_WAIT);
        }
    }
}
