package io.amp.app.node;

import io.amp.adapters.http.admin.AdminServer;
import io.amp.ports.job.JobTimings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether database, store and a worker answer, asked at once and within half a second (Admin API specification, section 1.7). */
final class NodeReadiness implements AdminServer.Readiness {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final AmpNode node;

    NodeReadiness(AmpNode node) {
        this.node = node;
    }

    @Override
    public Optional<String> problem(boolean withWorkers) {
        CompletableFuture<Optional<String>> database = ask(() -> node.metadata().isAvailable()
                ? Optional.empty()
                : Optional.of("Database unhealthy: it does not answer"));
        CompletableFuture<Optional<String>> storage = ask(() -> {
            node.data().listDirectories("");
            return Optional.empty();
        });
        CompletableFuture<Optional<String>> workers =
                withWorkers ? ask(this::workerProblem) : CompletableFuture.completedFuture(Optional.empty());
        try {
            CompletableFuture.allOf(database, storage, workers)
                    .handle((done, failure) -> true)
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Optional.of("Readiness check timeout");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("Readiness check interrupted");
        } catch (ExecutionException e) {
            return Optional.of("Readiness check failed");
        }
        return outcome(database, "Database unhealthy")
                .or(() -> outcome(storage, "Storage unhealthy"))
                .or(() -> outcome(workers, "Database unhealthy"));
    }

    private Optional<String> workerProblem() {
        JobTimings timings = node.config().jobs();
        Instant alive = node.clock().now().minus(timings.workerActive());
        boolean any = node.metadata().workers().list().stream()
                .anyMatch(worker -> !worker.draining() && worker.heartbeatAt().isAfter(alive));
        return any ? Optional.empty() : Optional.of("No active workers available");
    }

    private interface Question {
        Optional<String> ask();
    }

    private static CompletableFuture<Optional<String>> ask(Question question) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("readiness").start(() -> {
            try {
                answer.complete(question.ask());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static Optional<String> outcome(CompletableFuture<Optional<String>> answer, String failed) {
        return answer.isCompletedExceptionally()
                ? Optional.of(failed + ": " + answer.exceptionNow().getMessage())
                : answer.join();
    }
}
