package io.amp.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.query.QueryAdmission.Permit;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.testkit.runtime.WallClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QueryAdmissionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void waitersGetInWhenAPlaceIsFree() throws Exception {
        QueryAdmission admission = admission(1, 0, 0, 10, LONG);
        Permit first = admission.acquire("a", false);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Permit> second = threads.submit(() -> admission.acquire("b", false));
            awaitWaiting(admission, 1, second);
            assertThat(second.isDone()).isFalse();

            first.close();
            first.close();
            second.get().close();
            admission.acquire("c", false).close();
        }
    }

    @Test
    void anObstructedClientDoesNotHoldUpOthers() throws Exception {
        QueryAdmission admission = admission(2, 1, 0, 10, LONG);
        Permit busy = admission.acquire("busy", false);
        Permit other = admission.acquire("other", false);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Permit> waiting = threads.submit(() -> admission.acquire("busy", false));
            awaitWaiting(admission, 1, waiting);
            Future<Permit> third = threads.submit(() -> admission.acquire("third", false));
            awaitWaiting(admission, 2, third);

            other.close();
            third.get().close();
            assertThat(waiting.isDone()).isFalse();
            busy.close();
            waiting.get().close();
        }
    }

    @Test
    void waitingEndsWithTheTimeOut() throws Exception {
        QueryAdmission admission = admission(1, 0, 0, 10, Duration.ofMillis(30));
        Permit first = admission.acquire("a", false);

        assertRefused(admission, "a", "too many requests: waited 30 ms in vain: limit of 1 queries at once");
        first.close();
        admission.acquire("a", false).close();
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        QueryAdmission admission = admission(1, 0, 0, 0, LONG);
        Permit first = admission.acquire("a", false);
        assertRefused(admission, "b", "too many requests: limit of 1 queries at once reached");
        first.close();
        admission.acquire("b", false).close();
    }

    @Test
    void theLimitPerMinuteNeverWaits() throws Exception {
        QueryAdmission admission = admission(0, 0, 2, 10, LONG);
        admission.acquire("a", false).close();
        admission.acquire("a", false).close();

        assertRefused(admission, "a", "too many requests: limit of 2 queries per minute and client reached");
        admission.acquire("b", false).close();
        for (int i = 0; i < 10; i++) {
            admission.acquire("", false).close();
        }
    }

    @Test
    void anInterruptedWaiterLeavesTheQueue() throws Exception {
        QueryAdmission admission = admission(1, 0, 0, 1, LONG);
        Permit first = admission.acquire("a", false);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Permit> waiting = threads.submit(() -> admission.acquire("b", false));
            awaitWaiting(admission, 1, waiting);
            waiting.cancel(true);
            awaitWaiting(admission, 0, waiting);

            Future<Permit> next = threads.submit(() -> admission.acquire("c", false));
            awaitWaiting(admission, 1, next);
            first.close();
            next.get().close();
        }
    }

    @Test
    void neverMoreThanTheLimitRun() throws Exception {
        QueryAdmission admission = admission(3, 2, 0, 1000, LONG);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> queries = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String client = "client-" + i % 7;
                queries.add(threads.submit(() -> {
                    Permit permit = admission.acquire(client, false);
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                    permit.close();
                    return null;
                }));
            }
            for (Future<?> query : queries) {
                query.get();
            }
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(admission.waiting()).isZero();
    }

    private static QueryAdmission admission(
            int concurrent, int perClient, int perMinute, int queue, Duration queueTimeout) {
        return new QueryAdmission(
                new QueryLimits(concurrent, 0, perClient, perMinute, queue, queueTimeout, Duration.ZERO, 0, 0),
                new WallClock());
    }

    private static void awaitWaiting(QueryAdmission admission, int count, Future<?> cause) {
        while (admission.waiting() != count) {
            assertThat(cause.isDone() && !cause.isCancelled()).isFalse();
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(QueryAdmission admission, String client, String message) {
        assertThatThrownBy(() -> admission.acquire(client, false))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(QueryError.TOO_MANY_QUERIES))
                .hasMessageContaining(message);
    }
}
