package io.amp.adapters.postgres.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running {@code postgres}; its output goes to the log under the name {@code postgres}. */
final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Logger OUTPUT = LoggerFactory.getLogger("postgres");

    /** Speed for durability; and lines that begin with time, process and SQLSTATE. */
    private static final List<String> SETTINGS = List.of(
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "autovacuum=off",
            "max_connections=200",
            "log_line_prefix=%m [%p] %e ");

    private static final Pattern SEVERITY = Pattern.compile("\\] (\\w{5}) (LOG|WARNING|ERROR|FATAL|PANIC):");

    /** Refusals while the server starts or stops, which the readiness probe provokes. */
    private static final String CANNOT_CONNECT_NOW = "57P03";

    private final Process process;
    private final Path cluster;

    private ServerProcess(Process process, Path cluster) {
        this.process = process;
        this.cluster = cluster;
    }

    /** @param socketFolder where the server makes its socket; it listens nowhere else */
    static ServerProcess start(PostgresPrograms programs, ServerAccount account, Path cluster, Path socketFolder) {
        List<String> command = new ArrayList<>(List.of(
                programs.postgres().toString(), "-D", cluster.toString(), "-k", socketFolder.toString(), "-h", ""));
        SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
        var builder = new ProcessBuilder(account.command(command))
                .redirectErrorStream(true)
                .directory(cluster.toFile());
        cleanEnvironment(builder);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Thread.ofVirtual().name("postgres-output").start(() -> forward(process));
            return new ServerProcess(process, cluster);
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot start " + programs.postgres() + ": " + e.getMessage(), e);
        }
    }

    /** Neither the user's own PostgreSQL settings nor its language have a say. */
    static void cleanEnvironment(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
    }

    private static void forward(Process process) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                forward(line);
            }
        } catch (IOException e) {
            LOG.debug("the output of PostgreSQL ended", e);
        }
    }

    private static void forward(String line) {
        Matcher severity = SEVERITY.matcher(line);
        boolean found = severity.find();
        if (found && severity.group(1).equals(CANNOT_CONNECT_NOW)) {
            OUTPUT.debug("{}", line);
            return;
        }
        switch (found ? severity.group(2) : "LOG") {
            // Who sent the statement is told, and knows whether it matters.
            case "ERROR" -> OUTPUT.debug("{}", line);
            case "WARNING" -> OUTPUT.warn("{}", line);
            case "FATAL", "PANIC" -> OUTPUT.error("{}", line);
            default -> OUTPUT.info("{}", line);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    void awaitExit() throws InterruptedException {
        process.waitFor();
    }

    /** The server itself, which is a child of what changed the user where that stays around. */
    ProcessHandle handle() {
        ProcessHandle direct = process.toHandle();
        try {
            // Written line by line: a server that just started, or was killed, may have left the file empty.
            String pid = Files.readString(cluster.resolve("postmaster.pid"))
                    .lines()
                    .findFirst()
                    .orElse("");
            return pid.matches("\\d{1,18}")
                    ? ProcessHandle.of(Long.parseLong(pid))
                            .filter(named ->
                                    named.equals(direct) || direct.descendants().anyMatch(named::equals))
                            .orElse(direct)
                    : direct;
        } catch (IOException e) {
            LOG.trace("the server has not written its number yet", e);
            return direct;
        }
    }

    /** Sends the signals in turn until the server is gone, waiting after each. */
    void stop(List<String> signals, Duration wait) {
        if (!Signals.end(handle(), signals, wait)) {
            LOG.error("PostgreSQL process {} does not end", handle().pid());
        }
        try {
            process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
