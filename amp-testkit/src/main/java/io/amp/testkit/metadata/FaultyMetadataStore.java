package io.amp.testkit.metadata;

import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.RetentionStore.CompactionOutcome;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.StorageError;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A metadata store that fails as a real one does, by a seed: <em>before</em> the effect, <em>after</em> it (the acknowledgement is lost),
 * or late. A commit reports lost connections as {@link CommitOutcome.Unknown}, everything else as {@link
 * StorageError#METADATA_UNAVAILABLE}. Heartbeats of worker sessions fail too; waiting for changes does not. Thread-safe; the order of
 * calls decides which of them fails.
 */
public final class FaultyMetadataStore implements MetadataStore {
    /**
     * Chances per call, each from 0 to 1.
     *
     * @param delay what a slow call takes
     */
    public record Faults(double before, double after, double slow, Duration delay) {
        public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);
    }

    private final MetadataStore store;
    private final Clock clock;
    private final Random random;
    private final DatasetStore datasets;
    private final SegmentCatalog segments;
    private final RevisionStore revisions;
    private final RetentionStore retention;
    private final JobStore jobs;
    private final WorkerStore workers;
    private Faults faults;
    private int injected;

    /** @param store closed together with this one */
    public FaultyMetadataStore(MetadataStore store, Clock clock, long seed, Faults faults) {
        this.store = store;
        this.clock = clock;
        this.random = new Random(seed);
        this.faults = faults;
        this.datasets = faulty(DatasetStore.class, store.datasets());
        this.segments = faulty(SegmentCatalog.class, store.segments());
        this.revisions = faulty(RevisionStore.class, store.revisions());
        this.retention = faulty(RetentionStore.class, store.retention());
        this.jobs = faulty(JobStore.class, store.jobs());
        this.workers = faulty(WorkerStore.class, store.workers());
    }

    /** From now on these faults. */
    public synchronized void inject(Faults next) {
        this.faults = next;
    }

    /** Faults that hit a call so far, slow calls included. */
    public synchronized int injected() {
        return injected;
    }

    /** What happens to one call. */
    private record Fate(boolean before, boolean after, Duration delay) {}

    private synchronized Fate draw() {
        boolean before = random.nextDouble() < faults.before;
        boolean after = random.nextDouble() < faults.after && !before;
        boolean slow = random.nextDouble() < faults.slow;
        if (before || after || slow) {
            injected++;
        }
        return new Fate(before, after, slow ? faults.delay : Duration.ZERO);
    }

    /** A stand-in for any port, whatever methods it has. */
    private <T> T faulty(Class<T> port, T target) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(),
                new Class<?>[] {port},
                (proxy, method, arguments) -> method.getDeclaringClass() == Object.class
                                || method.getName().equals("close")
                        ? invoke(target, method, arguments)
                        : call(target, method, arguments)));
    }

    private @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        Fate fate = draw();
        if (!fate.delay.isZero()) {
            clock.sleep(fate.delay);
        }
        if (fate.before) {
            return fail(method, "before");
        }
        Object result = invoke(target, method, arguments);
        if (fate.after) {
            if (result instanceof WorkerStore.WorkerSession session) {
                session.close();
            }
            return fail(method, "after");
        }
        return result instanceof WorkerStore.WorkerSession session
                ? faulty(WorkerStore.WorkerSession.class, session)
                : result;
    }

    private static Object fail(Method method, String when) {
        var failure = new AmpException(
                StorageError.METADATA_UNAVAILABLE, "injected fault " + when + " the effect of " + method.getName());
        if (method.getReturnType() == CommitOutcome.class) {
            return new CommitOutcome.Unknown(failure);
        }
        if (method.getReturnType() == CompactionOutcome.class) {
            return new CompactionOutcome.Unknown(failure);
        }
        throw failure;
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @Override
    public DatasetStore datasets() {
        return datasets;
    }

    @Override
    public SegmentCatalog segments() {
        return segments;
    }

    @Override
    public RevisionStore revisions() {
        return revisions;
    }

    @Override
    public RetentionStore retention() {
        return retention;
    }

    @Override
    public JobStore jobs() {
        return jobs;
    }

    @Override
    public WorkerStore workers() {
        return workers;
    }

    @Override
    public ChangeFeed changes() {
        return store.changes();
    }

    @Override
    public boolean isAvailable() {
        return store.isAvailable();
    }

    @Override
    public void close() {
        store.close();
    }
}
