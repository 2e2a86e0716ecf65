package io.amp.testkit.runtime;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for many threads: whole deployments run in one process, one thread at a time, in an order drawn from a seed. A thread
 * runs until it waits through this clock, its signals or its scopes; when all wait, the time jumps to the next moment somebody waits
 * for. A run in which all wait for ever fails.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(seed);
 * simulation.run(Duration.ofHours(1), () -> {
 *     try (TaskScope scope = simulation.open("test")) {
 *         scope.fork("worker", () -> { worker.run(); return true; });
 *         …
 *     }
 * });
 * }</pre>
 *
 * <p>A simulated thread that waits must not hold a lock that another one wants.
 */
public final class Simulation implements Clock, Tasks {
    /* Implementation note. Each simulated thread is a virtual thread with a semaphore; exactly one has been given its permit. "lock"
     * guards all state. A wait hands the turn to the next thread before it takes its own semaphore. Interrupts are real ones, so that
     * code which looks at the flag sees it; a thread that waits interruptibly becomes ready as well. */

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final ThreadLocal<@Nullable SimulatedThread> CURRENT = new ThreadLocal<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Random random;
    private final List<SimulatedThread> ready = new ArrayList<>();
    private final List<SimulatedThread> waiting = new ArrayList<>();
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private volatile long nanos;
    private final Set<String> frozen = new HashSet<>();
    private long readings;
    private long limitNanos;

    /** A piece of a test that may wait. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    public Simulation(long seed) {
        this.random = new Random(seed);
    }

    /**
     * A scope for what stands for one process: its threads, and those of all scopes that these open, can be stopped and continued as one.
     */
    public TaskScope openProcess(String name) {
        return new SimulatedScope(name, name);
    }

    /** Like SIGSTOP: the threads of a process get no turn, while time goes on. */
    public void freeze(String process) {
        lock.lock();
        try {
            frozen.add(process);
        } finally {
            lock.unlock();
        }
    }

    /** Like SIGCONT. */
    public void thaw(String process) {
        lock.lock();
        try {
            frozen.remove(process);
        } finally {
            lock.unlock();
        }
    }

    private static final class SimulatedThread {
        private final String name;
        private final String process;
        private final Semaphore turn = new Semaphore(0);
        private @Nullable Thread thread;
        private long wakeAtNanos;
        private boolean interruptible;

        SimulatedThread(String name, String process) {
            this.name = name;
            this.process = process;
        }

        void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /**
     * Runs a body as the first simulated thread and returns when it ends; it must have closed its scopes by then.
     *
     * @param atMost virtual time after which the run fails
     */
    public void run(Duration atMost, Body body) throws Exception {
        limitNanos = atMost.toNanos();
        SimulatedThread first = new SimulatedThread("main", "main");
        start(first, () -> {
            try {
                body.run();
                outcome.complete(null);
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        lock.lock();
        try {
            next();
        } finally {
            lock.unlock();
        }
        try {
            outcome.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Exception failure) {
                throw failure;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private void start(SimulatedThread simulated, Runnable work) {
        Thread thread = Thread.ofVirtual().name(simulated.name).unstarted(() -> {
            CURRENT.set(simulated);
            simulated.turn.acquireUninterruptibly();
            work.run();
            lock.lock();
            try {
                next();
            } finally {
                lock.unlock();
            }
        });
        lock.lock();
        try {
            simulated.thread = thread;
            ready.add(simulated);
        } finally {
            lock.unlock();
        }
        thread.start();
    }

    /** Gives the turn away; the lock is held. */
    private void next() {
        List<SimulatedThread> candidates = candidates();
        while (candidates.isEmpty() && !(waiting.isEmpty() && ready.isEmpty())) {
            long earliest = waiting.stream().mapToLong(t -> t.wakeAtNanos).min().orElse(Long.MAX_VALUE);
            if (earliest == Long.MAX_VALUE) {
                fail("all wait for ever: ");
                return;
            }
            if (earliest > limitNanos) {
                fail("the time is over: ");
                return;
            }
            nanos = Math.max(nanos, earliest);
            waiting.stream().filter(t -> t.wakeAtNanos <= nanos).toList().forEach(this::makeReady);
            candidates = candidates();
        }
        if (!candidates.isEmpty()) {
            SimulatedThread chosen = candidates.get(random.nextInt(candidates.size()));
            ready.remove(chosen);
            chosen.turn.release();
        }
    }

    private List<SimulatedThread> candidates() {
        return ready.stream().filter(t -> !frozen.contains(t.process)).toList();
    }

    private void fail(String what) {
        String names = waiting.stream().map(t -> t.name).collect(Collectors.joining(", "));
        outcome.completeExceptionally(new IllegalStateException(what + names + " at " + Duration.ofNanos(nanos)));
    }

    private void makeReady(SimulatedThread simulated) {
        if (waiting.remove(simulated)) {
            ready.add(simulated);
        }
    }

    private SimulatedThread me() {
        SimulatedThread me = CURRENT.get();
        if (me == null) {
            throw new IllegalStateException("not a simulated thread: " + Thread.currentThread());
        }
        return me;
    }

    /** Waits until made ready; called with the lock held, which is given back in between. */
    private void pause(SimulatedThread me, long wakeAtNanos, boolean interruptible) {
        me.wakeAtNanos = wakeAtNanos;
        me.interruptible = interruptible;
        waiting.add(me);
        switchOver(me);
    }

    private void switchOver(SimulatedThread me) {
        next();
        lock.unlock();
        try {
            me.turn.acquireUninterruptibly();
        } finally {
            lock.lock();
        }
    }

    /** Lets another thread go first, perhaps. */
    private void yieldTurn() {
        SimulatedThread me = me();
        ready.add(me);
        switchOver(me);
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private long deadline(Duration wait) {
        long left = wait.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE : Math.max(wait.toNanos(), 0);
        return left > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + left;
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            // Two readings never agree, so that files written one after another have an order.
            return ORIGIN.plusNanos(nanos + readings++);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    /** Virtual time since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        throwIfInterrupted();
        if (!duration.isPositive()) {
            return;
        }
        lock.lock();
        try {
            pause(me(), deadline(duration), true);
        } finally {
            lock.unlock();
        }
        throwIfInterrupted();
    }

    @Override
    public Signal newSignal() {
        return new SimulatedSignal();
    }

    @Override
    public TaskScope open(String name) {
        SimulatedThread opener = CURRENT.get();
        return new SimulatedScope(name, opener == null ? "main" : opener.process);
    }

    private final class SimulatedSignal implements Signal {
        private boolean raised;
        private @Nullable SimulatedThread waiter;

        @Override
        public void raise() {
            lock.lock();
            try {
                raised = true;
                if (waiter != null) {
                    makeReady(waiter);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            throwIfInterrupted();
            lock.lock();
            try {
                if (raised) {
                    yieldTurn();
                } else if (atMost.isPositive()) {
                    waiter = me();
                    try {
                        pause(me(), deadline(atMost), true);
                    } finally {
                        waiter = null;
                    }
                }
                throwIfInterrupted();
                boolean wasRaised = raised;
                raised = false;
                return wasRaised;
            } finally {
                lock.unlock();
            }
        }
    }

    private final class SimulatedScope implements TaskScope {
        private final String name;
        private final String process;
        private final List<SimulatedThread> running = new ArrayList<>();
        private @Nullable SimulatedThread waiter;
        private @Nullable Throwable failure;
        private boolean closed;

        SimulatedScope(String name, String process) {
            this.name = name;
            this.process = process;
        }

        @Override
        public <T> Task<T> fork(String task, Callable<T> work) {
            SimulatedThread thread = new SimulatedThread(name + "/" + task, process);
            SimulatedTask<T> forked = new SimulatedTask<>();
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("scope " + name + " is closed");
                }
                running.add(thread);
            } finally {
                lock.unlock();
            }
            start(thread, () -> {
                Throwable cause = null;
                try {
                    forked.result = work.call();
                    forked.succeeded = true;
                } catch (Throwable thrown) {
                    cause = thrown;
                }
                forked.done = true;
                end(thread, cause);
            });
            lock.lock();
            try {
                if (failure != null) {
                    interrupt(thread);
                }
                yieldTurn();
            } finally {
                lock.unlock();
            }
            return forked;
        }

        @Override
        public <T> Task<T> forkComputing(String task, Callable<T> work) {
            return fork(task, work);
        }

        private void end(SimulatedThread thread, @Nullable Throwable cause) {
            lock.lock();
            try {
                running.remove(thread);
                if (cause != null && failure == null) {
                    failure = cause;
                    running.forEach(this::interrupt);
                }
                if (running.isEmpty() && waiter != null) {
                    makeReady(waiter);
                }
            } finally {
                lock.unlock();
            }
        }

        private void interrupt(SimulatedThread thread) {
            thread.interrupt();
            if (thread.interruptible) {
                makeReady(thread);
            }
        }

        @Override
        public void join() throws InterruptedException {
            throwIfInterrupted();
            lock.lock();
            try {
                while (!running.isEmpty()) {
                    waiter = me();
                    pause(me(), Long.MAX_VALUE, true);
                    waiter = null;
                    throwIfInterrupted();
                }
                switch (failure) {
                    case null -> {}
                    case RuntimeException unchecked -> throw unchecked;
                    case Error error -> throw error;
                    case InterruptedException interrupted -> throw interrupted;
                    default -> throw new CompletionException(failure);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                running.forEach(this::interrupt);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                running.forEach(this::interrupt);
                while (!running.isEmpty()) {
                    waiter = me();
                    pause(me(), Long.MAX_VALUE, false);
                    waiter = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class SimulatedTask<T> implements TaskScope.Task<T> {
        private volatile boolean done;
        private volatile boolean succeeded;
        private volatile @Nullable T result;

        @Override
        public boolean isDone() {
            return done;
        }

        @Override
        @SuppressWarnings("NullAway") // a null result is what the task returned
        public T result() {
            if (!succeeded) {
                throw new IllegalStateException(done ? "the task failed" : "the task still runs");
            }
            return result;
        }
    }
}
