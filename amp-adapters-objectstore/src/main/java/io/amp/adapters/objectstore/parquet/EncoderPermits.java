package io.amp.adapters.objectstore.parquet;

import java.util.concurrent.Semaphore;

/** Limits how many threads of a process encode at the same time ({@code AMP_PARQUET_WRITER_PARALLELISM}); the others wait their turn. */
final class EncoderPermits {
    private final Semaphore permits;

    EncoderPermits(int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("encoder parallelism must be at least 1, not " + parallelism);
        }
        this.permits = new Semaphore(parallelism, true);
    }

    /** Not interruptible: a file half encoded is worth less than the wait, which the other encoders bound. */
    void acquire() {
        permits.acquireUninterruptibly();
    }

    void release() {
        permits.release();
    }
}
