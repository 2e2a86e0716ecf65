package io.amp.adapters.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks several times a second whether the clients of running requests are still there. Thread-safe. */
final class Disconnects implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disconnects.class);
    private static final long PERIOD_MS = 200;

    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("http-disconnects").factory());

    private final ScheduledFuture<?> looking =
            timer.scheduleAtFixedRate(() -> watches.forEach(Watch::look), PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);

    Watch watch(WatchedEndPoint connection, Runnable whenGone) {
        Watch watch = new Watch(connection, whenGone);
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        looking.cancel(false);
        timer.shutdown();
    }

    /** One request; closing ends the watch, after which its action does not run any more. */
    final class Watch implements HttpServer.ClientWatch {
        private final WatchedEndPoint connection;
        private final Runnable whenGone;
        private boolean done;
        private boolean gone;

        private Watch(WatchedEndPoint connection, Runnable whenGone) {
            this.connection = connection;
            this.whenGone = whenGone;
        }

        private synchronized void look() {
            if (!done && connection.isClientGone()) {
                done = true;
                gone = true;
                try {
                    whenGone.run();
                } catch (RuntimeException e) {
                    LOG.error("the work for a client that left could not be stopped", e);
                }
            }
        }

        @Override
        public synchronized boolean isGone() {
            return gone;
        }

        @Override
        public void close() {
            watches.remove(this);
            synchronized (this) {
                done = true;
            }
        }
    }
}
