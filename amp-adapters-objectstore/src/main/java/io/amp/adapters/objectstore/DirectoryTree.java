package io.amp.adapters.objectstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a local store. They exist only for the files in them: made on demand, removed with their last file, each change
 * forced to the disk. Files whose name starts with a dot are the store's own.
 */
final class DirectoryTree {
    private final Path base;

    DirectoryTree(Path base) {
        this.base = base;
    }

    interface FileConsumer {
        void accept(Path file, BasicFileAttributes attributes);
    }

    static boolean isOwn(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }

    static Path of(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    /** Visits the files below a directory, the store's own included; what vanishes meanwhile is left out. */
    static void walk(Path root, FileConsumer consumer) throws IOException {
        Files.walkFileTree(
                root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                        return !visited.equals(root) && isOwn(visited)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (!file.equals(root)) {
                            consumer.accept(file, attributes);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        return skipIfGone(e);
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                            throws IOException {
                        return e == null ? FileVisitResult.CONTINUE : skipIfGone(e);
                    }
                });
    }

    private static FileVisitResult skipIfGone(IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }

    /** True when a directory holds an object at any depth. */
    static boolean holdsObjects(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(file -> !isOwn(file) && Files.isRegularFile(file));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file stands where the path needs a directory, so nothing can exist there. */
    boolean isBelowFile(Path file) {
        for (Path parent = file.getParent(); parent != null && parent.startsWith(base); parent = parent.getParent()) {
            if (Files.exists(parent)) {
                return !Files.isDirectory(parent);
            }
        }
        return false;
    }

    /** Makes the directory and forces every directory that got a new entry. */
    static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            create(parent);
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            // Gone again: a delete took its last file. Whoever needs it finds out and asks again.
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw e;
            }
        }
        if (parent != null) {
            force(parent);
        }
    }

    /** Makes the names in a directory survive a power cut. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            return; // removed meanwhile, with everything in it
        }
    }

    /** Removes a directory and those above it, up to the base, for as long as they are empty. */
    void removeEmpty(Path from) throws IOException {
        for (Path directory = from;
                directory != null && directory.startsWith(base) && !directory.equals(base);
                directory = directory.getParent()) {
            try {
                Files.delete(directory);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                return;
            }
        }
    }
}
