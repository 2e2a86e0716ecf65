package io.amp.testkit.storage;

import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A store that fails as real ones do, by a seed: <em>before</em> the effect, <em>after</em> it (the acknowledgement is lost), late, or
 * half-way through an upload or a bulk delete. Thread-safe; the order of calls decides which of them fails.
 */
public final class FaultyObjectStore implements ObjectStore {
    /**
     * Chances per call, each from 0 to 1.
     *
     * @param partial chance of an upload to break while bytes are written, and of each object of a bulk delete to fail
     * @param delay what a slow call takes
     */
    public record Faults(double before, double after, double slow, double partial, Duration delay) {
        public static final Faults NONE = new Faults(0, 0, 0, 0, Duration.ZERO);
    }

    private final ObjectStore store;
    private final Clock clock;
    private final Random random;
    private Faults faults;
    private int injected;

    public FaultyObjectStore(ObjectStore store, Clock clock, long seed, Faults faults) {
        this.store = store;
        this.clock = clock;
        this.random = new Random(seed);
        this.faults = faults;
    }

    /** From now on these faults. */
    public synchronized void inject(Faults next) {
        this.faults = next;
    }

    /** Faults that hit a call so far, slow calls included. */
    public synchronized int injected() {
        return injected;
    }

    @Override
    public String url() {
        return store.url();
    }

    @Override
    public ObjectInfo put(String path, byte[] content) {
        return call("write", path, () -> store.put(path, content));
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String path, byte[] content) {
        return call("create", path, () -> store.putIfAbsent(path, content));
    }

    @Override
    public ObjectUpload upload(String path) {
        delay("write", path);
        if (hits(Kind.BEFORE)) {
            throw unavailable("write", path);
        }
        return new FaultyUpload(path, store.upload(path)); // opening has no effect whose acknowledgement could be lost
    }

    @Override
    public Optional<ObjectInfo> head(String path) {
        return call("look at", path, () -> store.head(path));
    }

    @Override
    public byte[] read(String path) {
        return call("read", path, () -> store.read(path));
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        return call("read", path, () -> store.read(path, offset, length));
    }

    @Override
    public List<ObjectInfo> list(String directory) {
        return call("list", directory, () -> store.list(directory));
    }

    @Override
    public List<String> listDirectories(String directory) {
        return call("list", directory, () -> store.listDirectories(directory));
    }

    @Override
    public void delete(String path) {
        call("delete", path, () -> {
            store.delete(path);
            return path;
        });
    }

    @Override
    public Map<String, RuntimeException> deleteAll(Collection<String> paths) {
        Map<String, RuntimeException> failures = new LinkedHashMap<>();
        for (String path : paths) {
            if (hits(Kind.PARTIAL)) {
                failures.put(path, unavailable("delete", path));
            } else {
                failures.putAll(call("delete", path, () -> store.deleteAll(List.of(path))));
            }
        }
        return failures;
    }

    @Override
    public int discardStaleUploads(String directory, Instant startedBefore) {
        return call("clean", directory, () -> store.discardStaleUploads(directory, startedBefore));
    }

    @Override
    public Optional<Path> localFile(String path) {
        return store.localFile(path);
    }

    @Override
    public void close() {
        store.close();
    }

    private enum Kind {
        BEFORE,
        AFTER,
        SLOW,
        PARTIAL
    }

    private synchronized boolean hits(Kind kind) {
        double chance = switch (kind) {
            case BEFORE -> faults.before();
            case AFTER -> faults.after();
            case SLOW -> faults.slow();
            case PARTIAL -> faults.partial();
        };
        boolean hit = random.nextDouble() < chance;
        injected += hit ? 1 : 0;
        return hit;
    }

    private <T> T call(String action, String path, Supplier<T> effect) {
        delay(action, path);
        if (hits(Kind.BEFORE)) {
            throw unavailable(action, path);
        }
        T result = effect.get();
        if (hits(Kind.AFTER)) {
            throw unavailable(action, path);
        }
        return result;
    }

    private void delay(String action, String path) {
        if (hits(Kind.SLOW)) {
            Duration time;
            synchronized (this) {
                time = faults.delay();
            }
            try {
                clock.sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable(action, path);
            }
        }
    }

    private static AmpException unavailable(String action, String path) {
        return new AmpException(
                StorageError.OBJECT_STORE_UNAVAILABLE, "cannot " + action + " '" + path + "': injected fault");
    }

    private final class FaultyUpload implements ObjectUpload {
        private final String path;
        private final ObjectUpload upload;

        FaultyUpload(String path, ObjectUpload upload) {
            this.path = path;
            this.upload = upload;
        }

        @Override
        public OutputStream stream() {
            OutputStream target = upload.stream();
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (hits(Kind.PARTIAL)) {
                        target.write(bytes, offset, length / 2);
                        throw new IOException("injected fault");
                    }
                    target.write(bytes, offset, length);
                }
            };
        }

        @Override
        public ObjectInfo commit() {
            return call("write", path, upload::commit);
        }

        @Override
        public void close() {
            upload.close();
        }
    }
}
