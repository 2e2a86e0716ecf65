package io.amp.app.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder of the development mode, held by one process at a time (command-line specification, section 5.3). */
public final class AmpDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel channel;

    private AmpDirectory(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /** Makes the folder when missing. @throws IllegalStateException when another process holds it */
    public static AmpDirectory hold(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new IllegalStateException(
                        "another ampd uses the folder " + root + "; stop it, or choose another with --amp-dir");
            }
            return new AmpDirectory(root.toAbsolutePath().normalize(), channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + root, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    public Path root() {
        return root;
    }

    public Path data() {
        return root.resolve("data");
    }

    public Path providers() {
        return root.resolve("providers");
    }

    public Path manifests() {
        return root.resolve("manifests");
    }

    public Path database() {
        return root.resolve("metadb");
    }

    /** {@code config.toml}, null when there is none. */
    public @Nullable Path config() {
        Path file = root.resolve("config.toml");
        return Files.isRegularFile(file) ? file : null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
