package io.amp.ports.runtime;

import java.util.concurrent.Callable;

/**
 * A group of tasks that ends as one: the first failure interrupts the siblings, and {@link #close()} waits for all of them, so no task
 * outlives its scope. Owned by the thread that opened it.
 *
 * <pre>{@code
 * try (var scope = tasks.open("materialize")) {
 *     for (var table : tables) scope.fork(table.name(), () -> write(table));
 *     scope.join();
 * }
 * }</pre>
 */
public interface TaskScope extends AutoCloseable {
    /** Starts a task on a virtual thread of its own. Refused ({@link IllegalStateException}) after {@link #close()}. */
    <T> Task<T> fork(String name, Callable<T> work);

    /**
     * Starts a task that computes for long, on a platform thread of its own, so that it cannot keep virtual threads from running. The
     * caller bounds how many there are. Refused like {@link #fork}.
     */
    <T> Task<T> forkComputing(String name, Callable<T> work);

    /**
     * Waits for all tasks.
     *
     * @throws RuntimeException the first failure, unchanged when unchecked; checked ones arrive as the cause of a
     *     {@link java.util.concurrent.CompletionException}
     */
    void join() throws InterruptedException;

    /** Interrupts what still runs, without waiting for it to end. May be called by any thread. */
    void cancel();

    /** Interrupts what still runs, waits for it to end and releases the scope. Idempotent. */
    @Override
    void close();

    /** One forked task. */
    interface Task<T> {
        boolean isDone();

        /** The result; {@link IllegalStateException} before it ended successfully. */
        T result();
    }
}
