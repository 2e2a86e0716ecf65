package io.amp.adapters.objectstore.parquet;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore.LocalSegment;
import io.amp.ports.storage.StorageError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note. Segment paths are never used twice, so a copy is good for ever and its name is a hash of the path. Each process
 * takes the first free numbered slot of the directory (a locked subdirectory) and finds there what an earlier process copied. Bytes are
 * reserved before a download starts, so running downloads count against the limit, too; the least recently used copies without a lease
 * make room. A copy is forced to the disk before it gets its name: after a power cut a name means whole content.
 */

/** Local copies of objects of remote stores, bounded in bytes. One download per object at a time; the others wait for it. Thread-safe. */
public final class SegmentFileCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFileCache.class);
    private static final int SLOTS_MAX = 64;
    private static final int PIECE_BYTES = 8 * 1024 * 1024;
    private static final String SUFFIX = ".parquet";

    private final long bytesMax;
    private final Path directory;
    private final FileChannel lockFile;
    /** By file name, least recently used first; guarded by this. */
    private final Map<String, Copy> copies = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /**
     * Opens the cache and drops unfinished downloads.
     *
     * @param root directory of this machine; may be shared with other processes
     * @param bytesMax limit of the copies of this process
     */
    public SegmentFileCache(Path root, long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("the segment cache must hold at least 1 byte, not " + bytesMax);
        }
        this.bytesMax = bytesMax;
        try {
            Slot slot = takeSlot(root);
            this.directory = slot.directory();
            this.lockFile = slot.lockFile();
            adoptCopies();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the segment cache", e);
        }
    }

    private record Slot(Path directory, FileChannel lockFile) {}

    /** A copy, finished or on its way; guarded by the cache. */
    private static final class Copy {
        private final long size;
        private int leases;
        private boolean ready;
        private boolean failed;

        Copy(long size) {
            this.size = size;
        }

        boolean isEvictable() {
            return ready && leases == 0;
        }
    }

    private static Slot takeSlot(Path root) throws IOException {
        for (int number = 0; number < SLOTS_MAX; number++) {
            Path slot = Files.createDirectories(root.resolve(Integer.toString(number)));
            FileChannel channel =
                    FileChannel.open(slot.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return new Slot(slot, channel);
            }
            channel.close();
        }
        throw new IOException("all " + SLOTS_MAX + " slots are in use");
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // another cache of this process
        }
    }

    private void adoptCopies() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.endsWith(SUFFIX)) {
                Copy copy = new Copy(Files.size(file));
                copy.ready = true;
                copies.put(name, copy);
                bytes += copy.size;
            } else if (name.endsWith(".tmp")) {
                Files.delete(file);
            }
        }
        makeRoom(0);
    }

    /** Bytes of all copies, running downloads included. */
    public synchronized long bytes() {
        return bytes;
    }

    /**
     * A lease on the copy of a segment, made now when there is none.
     *
     * @throws AmpException {@link StorageError#OBJECT_NOT_FOUND}, {@link StorageError#SEGMENT_CACHE_FULL}, {@link
     *     StorageError#OBJECT_STORE_UNAVAILABLE}
     */
    LocalSegment lease(ObjectStore store, Segment segment) throws InterruptedException {
        String name = name(segment.path());
        Claim claim = claim(name, segment);
        if (claim.toDownload()) {
            boolean done = false;
            try {
                download(store, segment, directory.resolve(name));
                done = true;
            } catch (IOException e) {
                throw new AmpException(
                        StorageError.OBJECT_STORE_UNAVAILABLE,
                        "cannot keep a local copy of segment file '" + segment.path() + "'",
                        e);
            } finally {
                settle(name, claim.copy(), done);
            }
        }
        return new Lease(directory.resolve(name), claim.copy());
    }

    /** @param toDownload the copy is new, and whoever claimed it must bring the bytes */
    private record Claim(Copy copy, boolean toDownload) {}

    private synchronized Claim claim(String name, Segment segment) throws InterruptedException {
        while (true) {
            Copy copy = copies.get(name);
            if (copy != null && copy.isEvictable() && copy.size != segment.sizeBytes()) {
                drop(name, copy); // damaged: paths are never used twice
                copy = null;
            }
            if (copy == null) {
                makeRoom(segment.sizeBytes());
                copy = new Copy(segment.sizeBytes());
                copy.leases = 1;
                copies.put(name, copy);
                bytes += copy.size;
                return new Claim(copy, true);
            }
            while (!copy.ready && !copy.failed) {
                wait();
            }
            // A download that failed is tried again by one of those who waited for it.
            if (copy.ready) {
                copy.leases++;
                return new Claim(copy, false);
            }
        }
    }

    private synchronized void settle(String name, Copy copy, boolean done) {
        copy.ready = done;
        copy.failed = !done;
        if (!done) {
            copies.remove(name);
            bytes -= copy.size;
        }
        notifyAll();
    }

    private synchronized void makeRoom(long needed) {
        long inUse = copies.values().stream()
                .filter(copy -> !copy.isEvictable())
                .mapToLong(copy -> copy.size)
                .sum();
        if (inUse + needed > bytesMax) {
            throw new AmpException(
                    StorageError.SEGMENT_CACHE_FULL,
                    "the cache of segment files is full: " + inUse + " bytes in use, " + needed + " more needed, limit "
                            + bytesMax);
        }
        Iterator<Map.Entry<String, Copy>> oldest = copies.entrySet().iterator();
        while (bytes + needed > bytesMax && oldest.hasNext()) {
            Map.Entry<String, Copy> entry = oldest.next();
            if (entry.getValue().isEvictable()) {
                oldest.remove();
                forget(entry.getKey(), entry.getValue());
            }
        }
    }

    private void drop(String name, Copy copy) {
        copies.remove(name);
        forget(name, copy);
    }

    private void forget(String name, Copy copy) {
        bytes -= copy.size;
        Path file = directory.resolve(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove a copy from the segment cache: {}", file, e);
        }
    }

    private static void download(ObjectStore store, Segment segment, Path target) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            long position = 0;
            while (position < segment.sizeBytes()) {
                int length = (int) Math.min(PIECE_BYTES, segment.sizeBytes() - position);
                byte[] piece = store.read(segment.path(), position, length);
                if (piece.length != length) {
                    throw new IOException("the object ends at " + (position + piece.length) + " bytes instead of "
                            + segment.sizeBytes());
                }
                ByteBuffer buffer = ByteBuffer.wrap(piece);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                position += length;
            }
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String name(String path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash) + SUFFIX;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Frees the slot; the copies stay for the next process. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the segment cache", e);
        }
    }

    private final class Lease implements LocalSegment {
        private final Path file;
        private final Copy copy;
        private final AtomicBoolean closed = new AtomicBoolean();

        Lease(Path file, Copy copy) {
            this.file = file;
            this.copy = copy;
        }

        @Override
        public Path file() {
            return file;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                synchronized (SegmentFileCache.this) {
                    copy.leases--;
                }
            }
        }
    }
}
