package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Objects on the heap of this process, gone with it: the {@code memory://} store of tests and trials. Bounded by the heap alone. */
public final class MemoryObjectStore implements ObjectStore {
    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final Clock clock;

    public MemoryObjectStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String url() {
        return "memory:///";
    }

    @Override
    public ObjectInfo put(String path, byte[] content) {
        Stored stored = stored(ObjectPaths.object(path), content.clone());
        objects.put(path, stored);
        return stored.info();
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String path, byte[] content) {
        Stored stored = stored(ObjectPaths.object(path), content.clone());
        return objects.putIfAbsent(path, stored) == null ? Optional.of(stored.info()) : Optional.empty();
    }

    @Override
    public ObjectUpload upload(String path) {
        return new MemoryUpload(ObjectPaths.object(path));
    }

    @Override
    public Optional<ObjectInfo> head(String path) {
        return Optional.ofNullable(objects.get(ObjectPaths.object(path))).map(Stored::info);
    }

    @Override
    public byte[] read(String path) {
        return find(path).content.clone();
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative range " + offset + "+" + length);
        }
        byte[] content = find(path).content;
        int from = (int) Math.min(offset, content.length);
        return Arrays.copyOfRange(content, from, from + Math.min(length, content.length - from));
    }

    @Override
    public List<ObjectInfo> list(String directory) {
        return below(ObjectPaths.directoryPrefix(directory)).values().stream()
                .map(Stored::info)
                .toList();
    }

    @Override
    public List<String> listDirectories(String directory) {
        String prefix = ObjectPaths.directoryPrefix(directory);
        return below(prefix).keySet().stream()
                .map(path -> path.substring(prefix.length()))
                .filter(rest -> rest.indexOf('/') > 0)
                .map(rest -> rest.substring(0, rest.indexOf('/')))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public void delete(String path) {
        objects.remove(ObjectPaths.object(path));
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
        return 0; // an upload that died left nothing: its bytes were its own
    }

    @Override
    public Optional<Path> localFile(String path) {
        ObjectPaths.object(path);
        return Optional.empty();
    }

    @Override
    public void close() {
        // the objects go with the instance
    }

    private Map<String, Stored> below(String prefix) {
        return prefix.isEmpty() ? objects : objects.subMap(prefix, prefix + Character.MAX_VALUE);
    }

    private Stored find(String path) {
        Stored stored = objects.get(ObjectPaths.object(path));
        if (stored == null) {
            throw new AmpException(StorageError.OBJECT_NOT_FOUND, "object '" + path + "' does not exist");
        }
        return stored;
    }

    private Stored stored(String path, byte[] content) {
        String version = Long.toString(versions.incrementAndGet());
        return new Stored(content, new ObjectInfo(path, content.length, "v" + version, null, clock.now()));
    }

    private static final class Stored {
        private final byte[] content;
        private final ObjectInfo info;

        Stored(byte[] content, ObjectInfo info) {
            this.content = content;
            this.info = info;
        }

        ObjectInfo info() {
            return info;
        }
    }

    private final class MemoryUpload implements ObjectUpload {
        private final String path;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean ended;

        MemoryUpload(String path) {
            this.path = path;
        }

        @Override
        public OutputStream stream() {
            return bytes;
        }

        @Override
        public ObjectInfo commit() {
            if (ended) {
                throw new IllegalStateException("the upload of '" + path + "' has ended");
            }
            ended = true;
            Stored stored = stored(path, bytes.toByteArray());
            objects.put(path, stored);
            return stored.info();
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
