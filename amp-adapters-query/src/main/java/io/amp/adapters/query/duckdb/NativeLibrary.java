package io.amp.adapters.query.duckdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one native library of this platform, taken out of the JDBC archive into a directory that processes of the same user share.
 *
 * <p>The driver would unpack four libraries into a temporary directory at every start. Here the file name carries length and checksum, a
 * file appears under it only by an atomic rename, and later starts find it there.
 */
final class NativeLibrary {
    /** System property: the library itself, when it shall not be taken from the archive. */
    static final String PATH_PROPERTY = "amp.duckdb.library";
    /** System property: the directory to unpack into. */
    static final String CACHE_PROPERTY = "amp.native.cache";

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    static SymbolLookup load() {
        try {
            return SymbolLookup.libraryLookup(locate(), Arena.global());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the DuckDB library: " + e.getMessage(), e);
        }
    }

    private static Path locate() throws IOException {
        String given = System.getProperty(PATH_PROPERTY);
        if (given != null) {
            return Path.of(given).toAbsolutePath();
        }
        String resource = resourceName(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        URL url = NativeLibrary.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IOException("no " + resource + " on the class path");
        }
        String cache = System.getProperty(CACHE_PROPERTY);
        return unpack(url, cache == null ? defaultCache() : Path.of(cache));
    }

    static String resourceName(String osName, String osArch) {
        String name = osName.toLowerCase(Locale.ROOT);
        String os = name.startsWith("linux")
                ? "linux"
                : name.startsWith("mac") ? "macos" : name.startsWith("windows") ? "windows" : null;
        String arch = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> null;
        };
        if (os == null || arch == null) {
            throw new UnsupportedOperationException("DuckDB has no library for " + osName + " on " + osArch);
        }
        return "libduckdb_java.so_" + os + "_" + arch;
    }

    /** Safe to call from several threads and processes at once: the last rename wins, with the same content. */
    static Path unpack(URL url, Path cache) throws IOException {
        URLConnection connection = url.openConnection();
        long length = connection.getContentLengthLong();
        long checksum =
                connection instanceof JarURLConnection jar ? jar.getJarEntry().getCrc() : 0;
        Path directory = privateDirectory(cache);
        Path target = directory.resolve("libduckdb-%x-%08x.so".formatted(length, checksum));
        if (Files.isRegularFile(target) && Files.size(target) == length) {
            return target;
        }
        Path partial = Files.createTempFile(directory, "libduckdb-", ".partial");
        try {
            try (InputStream in = connection.getInputStream()) {
                Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            if (length >= 0 && Files.size(partial) != length) {
                throw new IOException("short read of " + url);
            }
            move(partial, target);
        } finally {
            Files.deleteIfExists(partial);
        }
        LOG.info("unpacked the DuckDB library to {}", target);
        return target;
    }

    private static void move(Path partial, Path target) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Windows does not replace a library that another process has loaded; that one has the same content.
            if (!Files.isRegularFile(target)) {
                throw e;
            }
        }
    }

    private static Path defaultCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home", "."), ".cache")
                : Path.of(configured);
        return base.resolve("amp");
    }

    /** A library is code: nobody else may be able to put one there. Where no such directory can be had, a fresh one is made. */
    private static Path privateDirectory(Path wanted) throws IOException {
        @Nullable IOException refused = null;
        try {
            Files.createDirectories(wanted);
            if (Files.isWritable(wanted) && ownedByThisUser(wanted)) {
                return wanted;
            }
        } catch (IOException e) {
            refused = e;
        }
        LOG.warn("cannot keep the DuckDB library in {}, unpacking for this process only", wanted, refused);
        Path directory = Files.createTempDirectory("amp-native-");
        directory.toFile().deleteOnExit();
        return directory;
    }

    private static boolean ownedByThisUser(Path directory) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return true;
        }
        Path probe = Files.createTempFile(directory, "owner-", ".probe");
        try {
            boolean same = Files.getOwner(probe).equals(Files.getOwner(directory));
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
            return same && permissions.charAt(4) != 'w' && permissions.charAt(7) != 'w';
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
