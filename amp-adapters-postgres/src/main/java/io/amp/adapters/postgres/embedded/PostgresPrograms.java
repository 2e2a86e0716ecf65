package io.amp.adapters.postgres.embedded;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The server's programs.
 *
 * @param bin folder with {@code initdb} and {@code postgres}
 * @param majorVersion such as 18
 */
record PostgresPrograms(Path bin, int majorVersion) {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPrograms.class);

    private static final int OLDEST_MAJOR = 16;
    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) (\\d+)");

    Path initdb() {
        return bin.resolve("initdb");
    }

    Path postgres() {
        return bin.resolve("postgres");
    }

    /**
     * The named programs, else those that come with the distribution (unpacked once into the cache folder), else those in {@code PATH}.
     *
     * @throws ManagedPostgresException when there are none, or too old ones
     */
    static PostgresPrograms find(@Nullable Path named, Path cache) {
        if (named != null) {
            return installed(named)
                    .orElseThrow(() -> new ManagedPostgresException(
                            "AMP_POSTGRES_BIN: no executable 'initdb' and 'postgres' in " + named));
        }
        Optional<PostgresPrograms> bundled = bundled(cache);
        return bundled.or(PostgresPrograms::inPath)
                .orElseThrow(() -> new ManagedPostgresException(
                        "no PostgreSQL programs for this system: install PostgreSQL " + OLDEST_MAJOR
                                + " or newer so that 'initdb' and 'postgres' are in PATH, name their folder in AMP_POSTGRES_BIN, or"
                                + " set metadata_db.url"));
    }

    private static Optional<PostgresPrograms> inPath() {
        String path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : Stream.of(path.split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(Path::of)
                        .flatMap(folder -> installed(folder).stream())
                        .findFirst();
    }

    private static Optional<PostgresPrograms> installed(Path bin) {
        if (!Files.isExecutable(bin.resolve("initdb")) || !Files.isExecutable(bin.resolve("postgres"))) {
            return Optional.empty();
        }
        int major = majorVersion(bin.resolve("postgres"));
        if (major < OLDEST_MAJOR) {
            throw new ManagedPostgresException(
                    "PostgreSQL " + OLDEST_MAJOR + " or newer is needed, " + bin + " holds " + major);
        }
        return Optional.of(new PostgresPrograms(bin, major));
    }

    private static int majorVersion(Path postgres) {
        String output = Commands.output(postgres.toString(), "--version");
        Matcher matcher = VERSION.matcher(output);
        if (!matcher.find()) {
            throw new ManagedPostgresException(postgres + " --version says '" + output.strip() + "'");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static Optional<PostgresPrograms> bundled(Path cache) {
        String archive = "/postgres-" + osName() + "-" + architecture() + ".txz";
        try (InputStream probe = PostgresPrograms.class.getResourceAsStream(archive)) {
            if (probe == null) {
                return Optional.empty();
            }
            Path home = cache.resolve("postgres-" + fingerprint(archive));
            if (!Files.exists(home)) {
                unpack(archive, cache, home);
            }
            return installed(home.resolve("bin"));
        } catch (IOException e) {
            throw new ManagedPostgresException(
                    "cannot unpack the PostgreSQL programs into " + cache + ": " + e.getMessage(), e);
        }
    }

    /** Changes with the archive's content, so that an upgrade unpacks anew beside the old one. */
    private static String fingerprint(String archive) throws IOException {
        var connection = PostgresPrograms.class.getResource(archive).openConnection();
        connection.setUseCaches(false);
        try (InputStream content = connection.getInputStream()) {
            // Size, time and head of a 15 MB file tell versions apart; hashing all of it would cost a third of a start.
            byte[] head = content.readNBytes(4096);
            String facts = connection.getContentLengthLong() + " " + connection.getLastModified() + " "
                    + HexFormat.of().formatHex(head);
            return HexFormat.of().formatHex(sha256(facts), 0, 6);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Unpacks into a sibling and renames it: a folder of the final name is always complete. Two processes take turns. */
    private static void unpack(String archive, Path cache, Path home) throws IOException {
        Files.createDirectories(cache);
        try (FileChannel lockFile = FileChannel.open(
                        cache.resolve(".unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = lockFile.lock()) {
            if (Files.exists(home) || !lock.isValid()) {
                return;
            }
            LOG.info("unpacking the PostgreSQL programs into {}", home);
            Path partial = cache.resolve(home.getFileName() + ".partial");
            Folders.delete(partial);
            try (InputStream content = PostgresPrograms.class.getResourceAsStream(archive);
                    var entries =
                            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(content, 1 << 16)))) {
                for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                    unpackEntry(entry, entries, partial);
                }
            }
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void unpackEntry(TarArchiveEntry entry, InputStream content, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("the archive names a file outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        Set<PosixFilePermission> mode =
                PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
        Files.setPosixFilePermissions(target, mode);
    }

    private static String osName() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("linux") ? "linux" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }
}
