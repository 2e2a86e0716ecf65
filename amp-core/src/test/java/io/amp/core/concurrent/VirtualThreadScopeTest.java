package io.amp.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.runtime.TaskScope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class VirtualThreadScopeTest {
    private final VirtualThreadTasks tasks = new VirtualThreadTasks();

    @Test
    void joinWaitsForEveryTask() throws InterruptedException {
        try (TaskScope scope = tasks.open("test")) {
            TaskScope.Task<Integer> one = scope.fork("one", () -> 1);
            TaskScope.Task<Integer> two = scope.fork("two", () -> 2);
            scope.join();
            assertThat(one.result() + two.result()).isEqualTo(3);
        }
    }

    @Test
    void theFirstFailureInterruptsTheSiblingsAndIsRethrownUnchanged() {
        IllegalArgumentException failure = new IllegalArgumentException("first");
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch waiting = new CountDownLatch(1);
        try (TaskScope scope = tasks.open("test")) {
            scope.fork("sibling", () -> {
                try {
                    waiting.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException expected) {
                    interrupted.set(true);
                    throw expected;
                }
                return null;
            });
            scope.fork("failing", () -> {
                waiting.await();
                throw failure;
            });
            assertThatThrownBy(scope::join).isSameAs(failure);
        }
        assertThat(interrupted).isTrue();
    }

    @Test
    void closeInterruptsWhatRunsAndWaitsForItsEnd() throws InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        try (TaskScope scope = tasks.open("test")) {
            scope.fork("endless", () -> {
                started.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    ended.set(true);
                }
                return null;
            });
            started.await();
        }
        assertThat(ended).isTrue();
    }

    @Test
    void aClosedScopeRefusesTasks() {
        TaskScope scope = tasks.open("test");
        scope.close();
        assertThatThrownBy(() -> scope.fork("late", () -> 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void laterUuidsSortLater() {
        SystemRandomness randomness = new SystemRandomness();
        SystemClock clock = new SystemClock();
        String last = "";
        for (int i = 0; i < 20_000; i++) {
            String next = randomness.newUuidV7(clock).toString();
            assertThat(next)
                    .isGreaterThan(last)
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            last = next;
        }
    }

    @Test
    void aRaiseBeforeTheWaitIsNotLost() throws InterruptedException {
        var signal = new SystemClock().newSignal();
        signal.raise();
        signal.raise();
        assertThat(signal.await(Duration.ofSeconds(10))).isTrue();
        assertThat(signal.await(Duration.ZERO)).isFalse();
    }
}
