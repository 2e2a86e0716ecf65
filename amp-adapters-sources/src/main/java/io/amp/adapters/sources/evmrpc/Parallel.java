package io.amp.adapters.sources.evmrpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls side by side, one virtual thread each. How many really run is up to the limits of requests. */
final class Parallel<T, R> {
    private final Work<T, R> work;
    private final List<Thread> threads = new ArrayList<>();
    private final List<@Nullable R> results = new ArrayList<>();
    private @Nullable Throwable failure;
    private int running;

    /** A call. */
    interface Work<T, R> {
        R apply(T input) throws RpcFailure, InterruptedException;
    }

    private Parallel(Work<T, R> work) {
        this.work = work;
    }

    /**
     * The results in the order of the inputs. The first failure interrupts the others and is thrown once all have ended.
     *
     * @param discard takes results that nobody gets because another call failed
     */
    static <T, R> List<R> map(List<T> inputs, Work<T, R> work, Consumer<R> discard)
            throws RpcFailure, InterruptedException {
        if (inputs.size() == 1) {
            return List.of(work.apply(inputs.getFirst()));
        }
        Parallel<T, R> parallel = new Parallel<>(work);
        parallel.start(inputs);
        parallel.awaitAll();
        return parallel.collect(discard);
    }

    private synchronized void start(List<T> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            int index = i;
            results.add(null);
            threads.add(Thread.ofVirtual().name("evm-rpc-call").start(() -> run(index, inputs.get(index))));
            running++;
        }
    }

    private void run(int index, T input) {
        R result = null;
        Throwable thrown = null;
        try {
            result = work.apply(input);
        } catch (Throwable e) {
            // Whatever it is, the thread that waits throws it.
            thrown = e;
        }
        synchronized (this) {
            results.set(index, result);
            if (thrown != null) {
                fail(thrown);
            }
            running--;
            notifyAll();
        }
    }

    private synchronized void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
            threads.forEach(Thread::interrupt);
        }
    }

    /** Also when interrupted: interrupted calls end at once, so this is short. */
    private synchronized void awaitAll() {
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                fail(e);
            }
        }
    }

    private synchronized List<R> collect(Consumer<R> discard) throws RpcFailure, InterruptedException {
        List<R> all = new ArrayList<>(results.size());
        for (R result : results) {
            if (result != null) {
                all.add(result);
            }
        }
        Throwable thrown = failure;
        if (thrown == null) {
            return all;
        }
        all.forEach(discard);
        switch (thrown) {
            case RpcFailure e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new CompletionException(thrown);
        }
    }
}
