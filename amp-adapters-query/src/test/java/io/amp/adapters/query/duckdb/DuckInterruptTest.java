package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DuckInterruptTest {
    /** Minutes of work without a row; never finishes within a test. */
    private static final String LONG =
            "SELECT count(*) FROM range(3000000) a, range(3000000) b WHERE (a.range * b.range) % 7 = 8";

    private final DuckFixture duck = DuckFixture.locked();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.close();
        duck.close();
    }

    private static DuckError errorOf(Callable<?> action) {
        DuckException failure = catchThrowableOfType(DuckException.class, action::call);
        assertThat(failure).isNotNull();
        return failure.error();
    }

    @Test
    void stopsAnExecutionThatHasNoRowsYet() throws Exception {
        try (DuckConnection connection = duck.database.connect()) {
            CountDownLatch started = new CountDownLatch(1);
            Future<DuckError> running = threads.submit(() -> {
                started.countDown();
                return errorOf(() -> duck.rows(connection, LONG));
            });
            started.await();
            connection.interrupt();
            assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo(DuckError.INTERRUPT);
            assertThat(duck.rows(connection, "SELECT 1")).containsExactly(List.of(1));
        }
    }

    @Test
    void stopsAStream() throws Exception {
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare("SELECT * FROM range(100000000000)");
                DuckResult result = statement.execute()) {
            ArrowExport export =
                    result.export(DuckFixture.natural(statement.columns()), duck.allocator, BatchLimits.DEFAULT);
            CountDownLatch streaming = new CountDownLatch(3);
            Future<DuckError> reading = threads.submit(() -> errorOf(() -> {
                while (true) {
                    try (VectorSchemaRoot batch = export.next()) {
                        assertThat(batch).isNotNull();
                        streaming.countDown();
                    }
                }
            }));
            streaming.await();
            connection.interrupt();
            assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo(DuckError.INTERRUPT);
        }
    }

    @Test
    void betweenTwoCallsIsNotLost() {
        try (DuckConnection connection = duck.database.connect();
                DuckStatement statement = connection.prepare(LONG)) {
            connection.interrupt();
            assertThat(errorOf(statement::execute)).isEqualTo(DuckError.INTERRUPT);
            connection.interrupt();
            assertThat(errorOf(() -> connection.prepare("SELECT 1"))).isEqualTo(DuckError.INTERRUPT);
            assertThat(duck.rows(connection, "SELECT 1"))
                    .as("used up by the failure")
                    .containsExactly(List.of(1));
        }
    }

    @Test
    void endsWithTheResultItWasMeantFor() {
        try (DuckConnection connection = duck.database.connect()) {
            try (DuckStatement statement = connection.prepare("SELECT 1");
                    DuckResult result = statement.execute()) {
                assertThat(result.columns()).hasSize(1);
                connection.interrupt();
            }
            assertThat(duck.rows(connection, "SELECT 2")).containsExactly(List.of(2));
        }
    }

    @Test
    void atAnyMomentEndsTheQuerySoon() throws Exception {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            try (DuckConnection connection = duck.database.connect()) {
                CountDownLatch started = new CountDownLatch(1);
                Future<DuckError> running = threads.submit(() -> {
                    started.countDown();
                    return errorOf(() -> duck.rows(connection, LONG));
                });
                started.await();
                LockSupport.parkNanos(random.nextInt(3_000_000));
                connection.interrupt();
                assertThat(running.get(20, TimeUnit.SECONDS))
                        .as("-Damp.seed=" + seed)
                        .isEqualTo(DuckError.INTERRUPT);
            }
        }
    }

    @Test
    void closingFromAnotherThreadStopsTheQuery() throws Exception {
        for (int i = 0; i < 20; i++) {
            DuckConnection connection = duck.database.connect();
            CountDownLatch started = new CountDownLatch(1);
            Future<?> running = threads.submit(() -> {
                started.countDown();
                return duck.rows(connection, LONG);
            });
            started.await();
            connection.close();
            Throwable failure = catchThrowableOfType(ExecutionException.class, () -> running.get(20, TimeUnit.SECONDS))
                    .getCause();
            assertThat(failure).isInstanceOfAny(DuckException.class, IllegalStateException.class);
        }
    }

    @Test
    void racesOfInterruptAndCloseAreHarmless() throws Exception {
        for (int i = 0; i < 300; i++) {
            DuckConnection connection = duck.database.connect();
            Future<?> interrupting = threads.submit(() -> {
                for (int k = 0; k < 100; k++) {
                    connection.interrupt();
                }
            });
            try {
                duck.rows(connection, "SELECT * FROM range(5000)");
            } catch (DuckException e) {
                assertThat(e.error()).isEqualTo(DuckError.INTERRUPT);
            }
            connection.close();
            interrupting.get();
        }
    }
}
