package io.amp.adapters.sources.evmrpc;

import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * As many platform threads as cores, each with a decoder of its own, shared by all streams: decoding computes, and computing on virtual
 * threads would keep the others from their sockets. Tasks wait in a queue that holds at most one for each block in flight.
 */
final class DecoderPool {
    private final ConcurrentLinkedQueue<BlockDecoder> idle = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor threads;

    DecoderPool(int size) {
        threads = new ThreadPoolExecutor(
                size,
                size,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("evm-rpc-decode-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the work on a thread of the pool and waits for it. Work that has begun is always waited for, so when this returns, nothing of
     * it goes on.
     *
     * @throws InterruptedException before the work began
     */
    <R> R run(Function<BlockDecoder, R> work) throws InterruptedException {
        Task<R> task = new Task<>(() -> {
            BlockDecoder decoder = idle.poll();
            decoder = decoder == null ? new BlockDecoder() : decoder;
            R result = work.apply(decoder);
            // After a failure the decoder is dropped: what it holds is in no defined state.
            idle.add(decoder);
            return result;
        });
        threads.execute(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    if (task.withdraw()) {
                        threads.remove(task);
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        @Nullable Throwable cause = e.getCause();
        if (cause instanceof RuntimeException failure) {
            return failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }

    /** Can be withdrawn until it begins. */
    private static final class Task<R> extends FutureTask<R> {
        private boolean begun;
        private boolean withdrawn;

        Task(Callable<R> work) {
            super(work);
        }

        @Override
        public void run() {
            synchronized (this) {
                if (withdrawn) {
                    return;
                }
                begun = true;
            }
            super.run();
        }

        synchronized boolean withdraw() {
            withdrawn = !begun;
            return withdrawn;
        }
    }
}
