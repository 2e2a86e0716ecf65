package io.amp.testkit.storage;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The twin of every object store. Uploads that were neither committed nor closed stay as leftovers, as those of a killed process do. */
public final class InMemoryObjectStore implements ObjectStore {
    private final Clock clock;
    private final Map<String, Stored> objects = new TreeMap<>();
    private final List<Upload> leftovers = new ArrayList<>();
    private long versions;

    public InMemoryObjectStore(Clock clock) {
        this.clock = clock;
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

    @Override
    public String url() {
        return "memory:///";
    }

    @Override
    public synchronized ObjectInfo put(String path, byte[] content) {
        ObjectInfo info = new ObjectInfo(checked(path), content.length, "etag-" + ++versions, null, clock.now());
        objects.put(path, new Stored(content.clone(), info));
        return info;
    }

    @Override
    public synchronized Optional<ObjectInfo> putIfAbsent(String path, byte[] content) {
        return objects.containsKey(checked(path)) ? Optional.empty() : Optional.of(put(path, content));
    }

    @Override
    public synchronized ObjectUpload upload(String path) {
        Upload upload = new Upload(checked(path), clock.now());
        leftovers.add(upload);
        return upload;
    }

    @Override
    public synchronized Optional<ObjectInfo> head(String path) {
        return Optional.ofNullable(objects.get(checked(path))).map(Stored::info);
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
    public synchronized List<ObjectInfo> list(String directory) {
        String prefix = prefix(directory);
        return objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .map(object -> object.getValue().info())
                .toList();
    }

    @Override
    public synchronized List<String> listDirectories(String directory) {
        String prefix = prefix(directory);
        TreeSet<String> directories = new TreeSet<>();
        for (String path : objects.keySet()) {
            int slash = path.startsWith(prefix) ? path.indexOf('/', prefix.length()) : -1;
            if (slash > 0) {
                directories.add(path.substring(prefix.length(), slash));
            }
        }
        return List.copyOf(directories);
    }

    @Override
    public synchronized void delete(String path) {
        objects.remove(checked(path));
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
    public synchronized int discardStaleUploads(String directory, Instant startedBefore) {
        String prefix = prefix(directory);
        int before = leftovers.size();
        leftovers.removeIf(upload -> upload.path.startsWith(prefix) && upload.started.isBefore(startedBefore));
        return before - leftovers.size();
    }

    @Override
    public Optional<Path> localFile(String path) {
        checked(path);
        return Optional.empty();
    }

    @Override
    public void close() {
        // the objects stay readable, so that a test can look at what a closed system left behind
    }

    private synchronized Stored find(String path) {
        Stored stored = objects.get(checked(path));
        if (stored == null) {
            throw new AmpException(StorageError.OBJECT_NOT_FOUND, "object '" + path + "' does not exist");
        }
        return stored;
    }

    private static String prefix(String directory) {
        return directory.isEmpty() ? "" : checked(directory) + "/";
    }

    private static String checked(String path) {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".") || part.indexOf('\0') >= 0) {
                throw new AmpException(StorageError.INVALID_LOCATION, "invalid object path '" + path + "'");
            }
        }
        return path;
    }

    private final class Upload implements ObjectUpload {
        private final String path;
        private final Instant started;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean ended;

        Upload(String path, Instant started) {
            this.path = path;
            this.started = started;
        }

        @Override
        public OutputStream stream() {
            return bytes;
        }

        @Override
        public ObjectInfo commit() {
            synchronized (InMemoryObjectStore.this) {
                if (ended) {
                    throw new IllegalStateException("the upload of '" + path + "' has ended");
                }
                end();
                return put(path, bytes.toByteArray());
            }
        }

        @Override
        public void close() {
            end();
        }

        private void end() {
            synchronized (InMemoryObjectStore.this) {
                ended = true;
                leftovers.remove(this);
            }
        }
    }
}
