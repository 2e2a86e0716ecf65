package io.amp.ports.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tree of immutable objects below one base (a local directory, an S3 bucket with prefix, …). Paths are relative, {@code /}-separated,
 * without empty parts and without parts that start with a dot (those are the store's own and are never listed): others fail with {@link StorageError#INVALID_LOCATION}. Thread-safe. I/O failures are
 * {@link StorageError#OBJECT_STORE_UNAVAILABLE} (retryable).
 */
public interface ObjectStore extends AutoCloseable {
    /** Address for humans and the database's {@code url} column, with trailing slash and without credentials. */
    String url();

    /** Writes a small object atomically. */
    ObjectInfo put(String path, byte[] content);

    /** @return empty when an object of that path existed, which then is unchanged */
    Optional<ObjectInfo> putIfAbsent(String path, byte[] content);

    ObjectUpload upload(String path);

    Optional<ObjectInfo> head(String path);

    /** Whole object; {@link StorageError#OBJECT_NOT_FOUND} when missing. */
    byte[] read(String path);

    /** {@code length} bytes from {@code offset}; fewer only at the end of the object. */
    byte[] read(String path, long offset, int length);

    /** Objects below a directory ({@code ""} = all), at any depth, sorted by path; unfinished uploads are not among them. */
    List<ObjectInfo> list(String directory);

    /** Names of the child directories of a directory, sorted. */
    List<String> listDirectories(String directory);

    /** Missing is success. */
    void delete(String path);

    /** Deletes many; the result holds the failures only. */
    Map<String, RuntimeException> deleteAll(Collection<String> paths);

    /**
     * Removes what uploads that died left behind below a directory ({@code ""} = everywhere).
     *
     * @param startedBefore younger uploads may still run and are left alone
     * @return number of uploads removed
     */
    int discardStaleUploads(String directory, Instant startedBefore);

    /** The file itself when objects are local files, so that engines can open them without a copy. */
    Optional<Path> localFile(String path);

    @Override
    void close();
}
