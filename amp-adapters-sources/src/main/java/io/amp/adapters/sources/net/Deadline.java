package io.amp.adapters.sources.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time limit of one request from its start to the last byte. When it is over, what the request is blocked on is closed, which ends
 * connecting, handshakes, writes and reads alike. Used by one thread, besides the timer.
 */
final class Deadline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final long endNanos;
    private final ScheduledFuture<?> task;
    private @Nullable Closeable guarded;
    private boolean passed;

    private Deadline(Duration limit) {
        endNanos = System.nanoTime() + limit.toNanos();
        task = TIMER.schedule(this::pass, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    static Deadline in(Duration limit) {
        return new Deadline(limit);
    }

    /** What to close when the time is over; replaces the one before. */
    void guard(Closeable resource) throws IOException {
        synchronized (this) {
            guarded = resource;
            if (!passed) {
                return;
            }
        }
        resource.close();
    }

    synchronized boolean passed() {
        return passed;
    }

    /** At least 1. */
    int leftMillis() {
        return Math.clamp((endNanos - System.nanoTime()) / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** The time no longer counts. */
    @Override
    public void close() {
        task.cancel(false);
        synchronized (this) {
            guarded = null;
        }
    }

    private void pass() {
        Closeable resource;
        synchronized (this) {
            passed = true;
            resource = guarded;
        }
        if (resource != null) {
            // Closing a TLS socket may wait for its peer, and there is one timer for all.
            Thread.ofVirtual().start(() -> {
                try {
                    resource.close();
                } catch (IOException e) {
                    LOG.debug("closing a connection after its time was over", e);
                }
            });
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("source-timeouts").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }
}
