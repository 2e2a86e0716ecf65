package io.amp.adapters.postgres.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one cluster ({@code metadb/}): made complete or not at all, held by one process at a time, freed from what an earlier
 * process left running.
 */
final class ClusterFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterFolder.class);

    /** Names the superuser of the cluster; clusters of earlier releases have none, theirs is the user that made them. */
    private static final String SUPERUSER_FILE = "amp_superuser";

    private static final Duration KILL_WAIT = Duration.ofSeconds(10);
    private static final Duration KILL_LOOK = Duration.ofMillis(10);
    private static final Set<String> PROGRAMS = Set.of("postgres", "initdb");

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;

    private ClusterFolder(Path folder, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** @throws ManagedPostgresException when another process holds the folder */
    static ClusterFolder hold(Path folder) {
        Path lockPath = folder.resolveSibling("." + folder.getFileName() + ".lock");
        try {
            Files.createDirectories(folder.getParent());
            FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new ManagedPostgresException("the database folder " + folder + " is in use by another process");
            }
            return new ClusterFolder(folder, channel, lock);
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot use the database folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    Path path() {
        return folder;
    }

    boolean isInitialised() {
        return Files.exists(folder.resolve("PG_VERSION"));
    }

    /** Makes the cluster in a sibling folder and renames it: initdb writes PG_VERSION early, so a killed one would look ready. */
    void initialise(PostgresPrograms programs, ServerAccount account, String superuser) {
        Path partial = folder.resolveSibling("." + folder.getFileName() + ".partial");
        try {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                if (!Files.isDirectory(folder) || !Folders.isEmpty(folder)) {
                    throw new ManagedPostgresException(
                            folder + " holds something else than a PostgreSQL cluster; move it away");
                }
                Files.delete(folder);
            }
            if (Files.exists(partial)) {
                killAllIn(partial);
                Folders.delete(partial);
            }
            Files.createDirectory(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            account.own(partial);
            LOG.info("making a PostgreSQL cluster in {}", folder);
            initdb(programs, account, partial, superuser);
            Path superuserFile = partial.resolve(SUPERUSER_FILE);
            Files.writeString(superuserFile, superuser);
            account.own(superuserFile);
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot make the database folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void initdb(PostgresPrograms programs, ServerAccount account, Path target, String superuser) {
        List<String> command = account.command(List.of(
                programs.initdb().toString(),
                "-D",
                target.toString(),
                "--locale=C",
                "--encoding=UTF8",
                "--auth=trust",
                "--no-sync",
                "--username=" + superuser));
        var builder = new ProcessBuilder(command).directory(target.toFile());
        ServerProcess.cleanEnvironment(builder);
        Commands.Result result = Commands.run(builder);
        if (result.exitCode() != 0) {
            throw new ManagedPostgresException(
                    "initdb failed: " + result.output().strip());
        }
    }

    /** @throws ManagedPostgresException when the cluster belongs to another major version */
    void requireVersion(PostgresPrograms programs) {
        try {
            String version = Files.readString(folder.resolve("PG_VERSION")).strip();
            if (!version.equals(Integer.toString(programs.majorVersion()))) {
                throw new ManagedPostgresException("the database in " + folder + " was made by PostgreSQL " + version
                        + ", the programs are of version " + programs.majorVersion()
                        + ": name programs of that version in AMP_POSTGRES_BIN, or remove the folder to start anew");
            }
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot read " + folder.resolve("PG_VERSION"), e);
        }
    }

    String superuser(String otherwise) {
        try {
            return Files.readString(folder.resolve(SUPERUSER_FILE)).strip();
        } catch (IOException e) {
            LOG.debug("the cluster's superuser is not recorded", e);
            return otherwise;
        }
    }

    /**
     * Ends a server that an earlier process left running on this folder, and removes its stale files. Only a process that really is a
     * postgres on this folder is signalled: the number in the file may be anybody's by now. Children that outlived their server, and a
     * server killed before it wrote the file, are ended as well: they hold the memory that a new server insists on having alone.
     */
    void endOrphan() {
        endServerOfPidFile();
        killAllIn(folder);
    }

    private void endServerOfPidFile() {
        Path pidFile = folder.resolve("postmaster.pid");
        try {
            List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
            Optional<ProcessHandle> orphan = lines.isEmpty()
                    ? Optional.empty()
                    : process(lines.getFirst()).filter(found -> worksIn(found, folder));
            if (orphan.isPresent()) {
                LOG.warn(
                        "ending the PostgreSQL server {} that an earlier process left running",
                        orphan.get().pid());
                Signals.end(orphan.get(), List.of("TERM", "INT", "KILL"), Duration.ofSeconds(5));
            }
            Files.deleteIfExists(pidFile);
            removeSockets(folder);
            if (lines.size() > 4
                    && !lines.get(4).isBlank()
                    && !Path.of(lines.get(4)).equals(folder)) {
                removeSockets(Path.of(lines.get(4)));
            }
        } catch (NoSuchFileException clean) {
            LOG.trace("no server was left behind", clean);
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot clean up " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Optional<ProcessHandle> process(String pid) {
        return pid.strip().matches("\\d{1,18}")
                ? ProcessHandle.of(Long.parseLong(pid.strip())).filter(ProcessHandle::isAlive)
                : Optional.empty();
    }

    private static void killAllIn(Path directory) {
        List<ProcessHandle> left = allIn(directory);
        if (left.isEmpty()) {
            return;
        }
        LOG.warn("ending what an earlier server left behind in {}: {} processes", directory, left.size());
        left.forEach(process -> Signals.send(process, "KILL"));
        long deadline = System.nanoTime() + KILL_WAIT.toNanos();
        while (!allIn(directory).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new ManagedPostgresException(
                        "processes of an earlier server still work in " + directory + " after being killed: " + left);
            }
            LockSupport.parkNanos(KILL_LOOK.toNanos());
        }
    }

    private static List<ProcessHandle> allIn(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(found -> worksIn(found, directory))
                .toList();
    }

    /** Whether a process is a postgres, or an initdb, on that folder. */
    private static boolean worksIn(ProcessHandle process, Path directory) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            if (Files.exists(proc)) {
                String program = Files.readSymbolicLink(proc.resolve("exe"))
                        .getFileName()
                        .toString();
                // A running program whose file was replaced is marked so.
                return PROGRAMS.contains(program.replace(" (deleted)", ""))
                        && Files.readSymbolicLink(proc.resolve("cwd")).equals(directory.toRealPath());
            }
        } catch (IOException e) {
            // It ended meanwhile, belongs to another user, or is one of the kernel's.
            LOG.trace("cannot look at process {}", process.pid(), e);
            return false;
        }
        ProcessHandle.Info info = process.info();
        return info.command()
                        .map(command ->
                                PROGRAMS.contains(Path.of(command).getFileName().toString()))
                        .orElse(false)
                && info.arguments()
                        .map(arguments -> List.of(arguments).contains(directory.toString()))
                        .orElse(false);
    }

    private static void removeSockets(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> sockets = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, ".s.PGSQL.*")) {
            entries.forEach(sockets::add);
        }
        for (Path socket : sockets) {
            Files.deleteIfExists(socket);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            LOG.warn("cannot release the lock of {}", folder, e);
        }
    }
}
