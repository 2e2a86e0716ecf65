package io.amp.testkit.runtime;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.StorageError;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The edge of one process: every call of a port that it wraps is a step, at which the process can be killed, before or after the call took
 * effect. A dead process changes nothing any more: its calls fail, however its threads unwind. Besides, calls fail and take time by a
 * seed. Thread-safe.
 */
public final class SimulatedProcess {
    private final Clock clock;
    private final Random random;
    private final List<Runnable> onDeath = new ArrayList<>();
    private Faults faults = Faults.NONE;
    private long steps;
    private long fatalStep = -1;
    private boolean fatalAfter;
    private boolean dead;
    private @Nullable String lastCall;

    /**
     * Chances per call, from 0 to 1.
     *
     * @param before fails without effect
     * @param after takes effect, but its answer is lost
     * @param delayMax calls take up to this long; zero = no time
     */
    public record Faults(double before, double after, Duration delayMax) {
        public static final Faults NONE = new Faults(0, 0, Duration.ZERO);
    }

    public SimulatedProcess(Clock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
    }

    /** From now on these faults. */
    public synchronized void inject(Faults next) {
        faults = next;
    }

    /** Dies at the {@code step}-th call from now on, counted from 1. */
    public synchronized void dieAt(long step, boolean afterEffect) {
        fatalStep = steps + step;
        fatalAfter = afterEffect;
    }

    /** What else ends with the process, e.g. its connections. */
    public synchronized void onDeath(Runnable end) {
        onDeath.add(end);
    }

    public void kill() {
        List<Runnable> ends;
        synchronized (this) {
            if (dead) {
                return;
            }
            dead = true;
            ends = List.copyOf(onDeath);
        }
        ends.forEach(Runnable::run);
    }

    public synchronized boolean isDead() {
        return dead;
    }

    /** Calls so far. */
    public synchronized long steps() {
        return steps;
    }

    /** The call that was made last, for messages. */
    public synchronized String lastCall() {
        return String.valueOf(lastCall);
    }

    /** The port as this process sees it; ports that its calls return are wrapped, too, but for change feeds. */
    public <T> T wrap(Class<T> port, T target) {
        ErrorCode failure =
                port.getName().contains(".ObjectStore") || port.getName().contains(".ObjectUpload")
                        ? StorageError.OBJECT_STORE_UNAVAILABLE
                        : StorageError.METADATA_UNAVAILABLE;
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(),
                new Class<?>[] {port},
                (proxy, method, arguments) -> invoke(port, target, failure, method, arguments)));
    }

    private @Nullable Object invoke(
            Class<?> port, Object target, ErrorCode failure, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class || isLocal(method)) {
            return call(target, method, arguments);
        }
        if (port == MetadataStore.class && method.getReturnType().isInterface()) {
            Object store = call(target, method, arguments);
            return store instanceof ChangeFeed ? store : wrapped(method, store);
        }
        if (method.getName().equals("close")) {
            return isDead() ? null : call(target, method, arguments);
        }
        try {
            Step step = begin(method);
            if (step.delay.isPositive()) {
                delay(step.delay, failure);
            }
            if (step.failBefore) {
                throw fault(failure, method);
            }
            failWhenDead(failure, method);
            Object result = call(target, method, arguments);
            if (step.dieAfter) {
                kill();
            }
            if (step.failAfter) {
                throw fault(failure, method);
            }
            failWhenDead(failure, method);
            return wrapped(method, result);
        } catch (AmpException e) {
            if (port == SegmentCatalog.class
                    && method.getName().equals("commit")
                    && e.is(StorageError.METADATA_UNAVAILABLE)) {
                return new CommitOutcome.Unknown(e);
            }
            throw e;
        }
    }

    /** What needs no connection. */
    private static boolean isLocal(Method method) {
        return method.getReturnType() == OutputStream.class || method.getName().equals("url");
    }

    private record Step(boolean failBefore, boolean failAfter, boolean dieAfter, Duration delay) {}

    private Step begin(Method method) {
        boolean dieNow;
        Step step;
        synchronized (this) {
            steps++;
            lastCall = method.getDeclaringClass().getSimpleName() + "." + method.getName();
            boolean fatal = steps == fatalStep;
            dieNow = fatal && !fatalAfter;
            Duration delay = faults.delayMax.isPositive()
                    ? Duration.ofNanos((long) (random.nextDouble() * faults.delayMax.toNanos()))
                    : Duration.ZERO;
            step = new Step(
                    random.nextDouble() < faults.before,
                    random.nextDouble() < faults.after,
                    fatal && fatalAfter,
                    delay);
        }
        if (dieNow) {
            kill();
        }
        return step;
    }

    private void delay(Duration delay, ErrorCode failure) {
        try {
            clock.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AmpException(failure, "interrupted", e);
        }
    }

    private void failWhenDead(ErrorCode failure, Method method) {
        if (isDead()) {
            throw new AmpException(failure, method.getName() + ": the process is dead");
        }
    }

    private static AmpException fault(ErrorCode failure, Method method) {
        return new AmpException(failure, "injected fault in " + method.getName());
    }

    private @Nullable Object wrapped(Method method, @Nullable Object result) {
        Class<?> type = method.getReturnType();
        return result != null && type.isInterface() && type.getName().startsWith("io.amp.ports") && !type.isSealed()
                ? wrap(cast(type), result)
                : result;
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> cast(Class<?> type) {
        return (Class<Object>) type;
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
