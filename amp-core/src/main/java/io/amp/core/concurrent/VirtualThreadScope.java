package io.amp.core.concurrent;

import io.amp.ports.runtime.TaskScope;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One virtual thread per task; the first failure interrupts the others. */
final class VirtualThreadScope implements TaskScope {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<Thread> running = new HashSet<>();
    private @Nullable Throwable failure;
    private boolean closed;

    VirtualThreadScope(String name) {
        this.name = name;
    }

    @Override
    public <T> Task<T> fork(String task, Callable<T> work) {
        return start(Thread.ofVirtual(), task, work);
    }

    @Override
    public <T> Task<T> forkComputing(String task, Callable<T> work) {
        return start(Thread.ofPlatform().daemon(), task, work);
    }

    private <T> Task<T> start(Thread.Builder threads, String task, Callable<T> work) {
        Forked<T> forked = new Forked<>(this, work);
        Thread thread = threads.name(name + "/" + task).unstarted(forked);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("scope " + name + " is closed");
            }
            running.add(thread);
            if (failure != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
        thread.start();
        return forked;
    }

    @Override
    public void join() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!running.isEmpty()) {
                ended.await();
            }
            Throwable first = failure;
            if (first != null) {
                rethrow(first);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void rethrow(Throwable failure) throws InterruptedException {
        switch (failure) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case InterruptedException interrupted -> throw interrupted;
            default -> throw new CompletionException(failure);
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            running.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            running.forEach(Thread::interrupt);
            while (!running.isEmpty()) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable cause) {
        lock.lock();
        try {
            running.remove(Thread.currentThread());
            if (cause != null && failure == null) {
                failure = cause;
                running.forEach(Thread::interrupt);
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static final class Forked<T> implements Task<T>, Runnable {
        private final VirtualThreadScope scope;
        private final Callable<T> work;
        private volatile boolean done;
        private volatile boolean succeeded;
        private volatile @Nullable T result;

        Forked(VirtualThreadScope scope, Callable<T> work) {
            this.scope = scope;
            this.work = work;
        }

        @Override
        // Whatever ends a task, errors included, is the failure of the scope.
        public void run() {
            Throwable cause = null;
            try {
                result = work.call();
                succeeded = true;
            } catch (Throwable failure) {
                cause = failure;
            } finally {
                done = true;
                scope.end(cause);
            }
        }

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
