package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/*
 * Implementation note. An object becomes visible by one rename inside its directory:
 *
 *   1. the bytes go to ".<name>.<uuid>.tmp" beside the target and are forced to the disk,
 *   2. the file is renamed (or hard-linked, when it must not replace anything) to its name,
 *   3. the directory is forced, so that the name survives a power cut.
 *
 * Names that start with a dot are the store's own and invisible. Directories exist only for their objects: they are made on demand and
 * removed with their last object, so that listings agree with stores that know no directories. A writer whose directory is removed by
 * a concurrent delete before its temporary file exists just makes it again.
 */

/** Objects as files below one directory of a POSIX file system. */
public final class LocalObjectStore implements ObjectStore {
    private final Path base;
    private final DirectoryTree directories;

    /** @param base need not exist; it is made by the first write */
    public LocalObjectStore(Path base) {
        this.base = base.toAbsolutePath().normalize();
        this.directories = new DirectoryTree(this.base);
    }

    @Override
    public String url() {
        String text = base.toUri().toString();
        return text.endsWith("/") ? text : text + "/";
    }

    @Override
    public ObjectInfo put(String path, byte[] content) {
        try (LocalUpload upload = newUpload(path)) {
            upload.write(content);
            return upload.commit();
        }
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String path, byte[] content) {
        try (LocalUpload upload = newUpload(path)) {
            upload.write(content);
            return upload.commitIfAbsent();
        }
    }

    @Override
    public ObjectUpload upload(String path) {
        return newUpload(path);
    }

    @Override
    public Optional<ObjectInfo> head(String path) {
        Path file = resolve(path);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? Optional.of(info(path, attributes)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (directories.isBelowFile(file)) {
                return Optional.empty();
            }
            throw unavailable("look at", path, e);
        }
    }

    @Override
    public byte[] read(String path) {
        Path file = resolve(path);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw notFound(path, e);
        } catch (IOException e) {
            throw readFailure(path, file, e);
        }
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative range " + offset + "+" + length);
        }
        Path file = resolve(path);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long available = Math.max(0, channel.size() - offset);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, available));
            int count = 0;
            while (buffer.hasRemaining() && count >= 0) {
                count = channel.read(buffer, offset + buffer.position());
            }
            return buffer.array();
        } catch (NoSuchFileException e) {
            throw notFound(path, e);
        } catch (IOException e) {
            throw readFailure(path, file, e);
        }
    }

    @Override
    public List<ObjectInfo> list(String directory) {
        String prefix = ObjectPaths.directoryPrefix(directory);
        Path root = prefix.isEmpty() ? base : base.resolve(directory);
        List<ObjectInfo> objects = new ArrayList<>();
        walk(directory, root, (file, attributes) -> {
            if (attributes.isRegularFile() && !DirectoryTree.isOwn(file)) {
                objects.add(info(prefix + relative(root, file), attributes));
            }
        });
        objects.sort(Comparator.comparing(ObjectInfo::path));
        return objects;
    }

    @Override
    public List<String> listDirectories(String directory) {
        ObjectPaths.directoryPrefix(directory);
        Path root = directory.isEmpty() ? base : base.resolve(directory);
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(child -> !DirectoryTree.isOwn(child)
                            && Files.isDirectory(child)
                            && DirectoryTree.holdsObjects(child))
                    .map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw unavailable("list", directory, e);
        }
    }

    @Override
    public void delete(String path) {
        Path file = resolve(path);
        try {
            if (!Files.isDirectory(file) && Files.deleteIfExists(file)) {
                DirectoryTree.force(DirectoryTree.of(file));
                directories.removeEmpty(DirectoryTree.of(file));
            }
        } catch (IOException e) {
            if (!directories.isBelowFile(file)) {
                throw unavailable("delete", path, e);
            }
        }
    }

    @Override
    public Map<String, RuntimeException> deleteAll(Collection<String> paths) {
        Map<String, RuntimeException> failures = new LinkedHashMap<>();
        for (String path : paths) {
            try {
                delete(path);
            } catch (AmpException e) {
                failures.put(path, e);
            }
        }
        return failures;
    }

    @Override
    public int discardStaleUploads(String directory, Instant startedBefore) {
        ObjectPaths.directoryPrefix(directory);
        Path root = directory.isEmpty() ? base : base.resolve(directory);
        List<Path> stale = new ArrayList<>();
        walk(directory, root, (file, attributes) -> {
            String name = file.getFileName().toString();
            if (name.startsWith(".")
                    && name.endsWith(".tmp")
                    && attributes.lastModifiedTime().toInstant().isBefore(startedBefore)) {
                stale.add(file);
            }
        });
        int removed = 0;
        try {
            for (Path file : stale) {
                if (Files.deleteIfExists(file)) {
                    removed++;
                }
                directories.removeEmpty(DirectoryTree.of(file));
            }
        } catch (IOException e) {
            throw unavailable("clean", directory, e);
        }
        return removed;
    }

    @Override
    public Optional<Path> localFile(String path) {
        Path file = resolve(path);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public void close() {
        // nothing is held between calls
    }

    private LocalUpload newUpload(String path) {
        return new LocalUpload(directories, path, resolve(path));
    }

    private Path resolve(String path) {
        return base.resolve(ObjectPaths.object(path));
    }

    private static String relative(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private static void walk(String directory, Path root, DirectoryTree.FileConsumer consumer) {
        try {
            DirectoryTree.walk(root, consumer);
        } catch (IOException e) {
            throw unavailable("list", directory, e);
        }
    }

    static ObjectInfo info(String path, BasicFileAttributes attributes) {
        String etag = Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS)) + "-"
                + Long.toHexString(attributes.size());
        return new ObjectInfo(
                path,
                attributes.size(),
                etag,
                null,
                attributes.lastModifiedTime().toInstant());
    }

    private AmpException readFailure(String path, Path file, IOException e) {
        return Files.isDirectory(file) || directories.isBelowFile(file)
                ? notFound(path, e)
                : unavailable("read", path, e);
    }

    private static AmpException notFound(String path, IOException e) {
        return new AmpException(StorageError.OBJECT_NOT_FOUND, "object '" + path + "' does not exist", e);
    }

    static AmpException unavailable(String action, String path, Exception e) {
        return new AmpException(
                StorageError.OBJECT_STORE_UNAVAILABLE,
                "cannot " + action + " '" + path + "': " + e.getClass().getSimpleName(),
                e);
    }
}
