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

    private static final Pattern SEVERITY = Pattern.compile("\\] (LOG|WARNING|ERROR|FATAL|PANIC):");

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
        for (String setting : List.of(
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "autovacuum=off",
                "max_connections=200")) {
            command.addAll(List.of("-c", setting));
        }
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
        String word = severity.find() ? severity.group(1) : "LOG";
        switch (word) {
            case "WARNING", "ERROR" -> OUTPUT.warn("{}", line);
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
        try {
            String pid = Files.readAllLines(cluster.resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElse(process.toHandle());
        } catch (IOException | NumberFormatException e) {
            LOG.trace("the server has not written its number yet", e);
            return process.toHandle();
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
