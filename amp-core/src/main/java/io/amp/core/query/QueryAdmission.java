package io.amp.core.query;

import io.amp.core.query.AdmissionRule.Decision;
import io.amp.core.query.AdmissionRule.Load;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Lets queries in one by one, in the order in which they came as far as their limits allow; the queue is bounded in length and time.
 * Thread-safe.
 */
final class QueryAdmission {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
    /** From this number of clients on, those that have neither running nor recent queries are forgotten. */
    private static final int CLIENTS_KEPT = 1_000;

    private final QueryLimits limits;
    private final Clock clock;
    private final Map<String, Client> clients = new HashMap<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private int running;
    private int streaming;

    QueryAdmission(QueryLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** A place for one query; closing it twice is harmless. */
    final class Permit implements AutoCloseable {
        private final String client;
        private final boolean streams;
        private boolean held = true;

        private Permit(String client, boolean streams) {
            this.client = client;
            this.streams = streams;
        }

        @Override
        public void close() {
            synchronized (QueryAdmission.this) {
                if (held) {
                    held = false;
                    release(client, streams);
                }
            }
        }
    }

    /**
     * Waits for a place.
     *
     * @param client empty = anonymous
     * @throws AmpException {@link QueryError#TOO_MANY_QUERIES}
     */
    Permit acquire(String client, boolean streams) throws InterruptedException {
        Waiter waiter;
        synchronized (this) {
            switch (AdmissionRule.decide(limits, load(client), streams, client.isEmpty())) {
                case Decision.Admit admit -> {
                    return admit(client, streams);
                }
                case Decision.Refuse refuse -> throw tooMany(refuse.reason());
                case Decision.Wait wait -> waiter = new Waiter(client, streams, clock.newSignal());
            }
            waiters.addLast(waiter);
        }
        return await(waiter);
    }

    /** Queries in the queue now. */
    synchronized int waiting() {
        return waiters.size();
    }

    private Permit await(Waiter waiter) throws InterruptedException {
        long deadline = clock.nanoTime() + limits.queueTimeout().toNanos();
        try {
            while (true) {
                long left = deadline - clock.nanoTime();
                synchronized (this) {
                    if (waiter.admitted) {
                        return new Permit(waiter.client, waiter.streams);
                    }
                    if (left <= 0) {
                        waiters.remove(waiter);
                        String obstacle = AdmissionRule.obstacle(
                                limits, load(waiter.client), waiter.streams, waiter.client.isEmpty());
                        throw tooMany("waited " + limits.queueTimeout().toMillis() + " ms in vain: "
                                + (obstacle.isEmpty() ? "no place became free" : obstacle));
                    }
                }
                waiter.signal.await(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            synchronized (this) {
                waiters.remove(waiter);
                if (waiter.admitted) {
                    release(waiter.client, waiter.streams);
                }
            }
            throw e;
        }
    }

    private Permit admit(String client, boolean streams) {
        count(client, streams);
        return new Permit(client, streams);
    }

    private void count(String client, boolean streams) {
        running++;
        streaming += streams ? 1 : 0;
        if (!client.isEmpty()) {
            if (clients.size() >= CLIENTS_KEPT) {
                long now = clock.nanoTime();
                clients.values().removeIf(known -> known.isIdle(now));
            }
            clients.computeIfAbsent(client, name -> new Client()).start(clock.nanoTime(), limits);
        }
    }

    private void release(String client, boolean streams) {
        running--;
        streaming -= streams ? 1 : 0;
        Client known = clients.get(client);
        if (known != null) {
            known.running--;
        }
        Iterator<Waiter> queue = waiters.iterator();
        while (queue.hasNext()) {
            Waiter waiter = queue.next();
            if (AdmissionRule.obstacle(limits, load(waiter.client), waiter.streams, waiter.client.isEmpty())
                    .isEmpty()) {
                queue.remove();
                count(waiter.client, waiter.streams);
                waiter.admitted = true;
                waiter.signal.raise();
            }
        }
    }

    private Load load(String client) {
        Client known = clients.get(client);
        return new Load(
                running,
                streaming,
                known == null ? 0 : known.running,
                known == null ? 0 : known.startedWithinAMinute(clock.nanoTime()),
                waiters.size());
    }

    private static AmpException tooMany(String reason) {
        return new AmpException(QueryError.TOO_MANY_QUERIES, "too many requests: " + reason);
    }

    private static final class Waiter {
        private final String client;
        private final boolean streams;
        private final Signal signal;
        /** Guarded by the admission. */
        private boolean admitted;

        Waiter(String client, boolean streams, Signal signal) {
            this.client = client;
            this.streams = streams;
            this.signal = signal;
        }
    }

    /** Guarded by the admission. */
    private static final class Client {
        /** Oldest first; no more of them than the limit per minute. */
        private final Deque<Long> starts = new ArrayDeque<>();

        private int running;

        void start(long now, QueryLimits limits) {
            running++;
            if (limits.perClientPerMinuteMax() > 0) {
                starts.addLast(now);
                if (starts.size() > limits.perClientPerMinuteMax()) {
                    starts.removeFirst();
                }
            }
        }

        int startedWithinAMinute(long now) {
            while (!starts.isEmpty() && now - starts.getFirst() >= MINUTE_NANOS) {
                starts.removeFirst();
            }
            return starts.size();
        }

        boolean isIdle(long now) {
            return running == 0 && startedWithinAMinute(now) == 0;
        }
    }
}
