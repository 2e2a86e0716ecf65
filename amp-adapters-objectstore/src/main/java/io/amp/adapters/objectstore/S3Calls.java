package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.StorageError;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for requests, repeats those that may succeed later, and translates what is left into storage errors. */
final class S3Calls {
    private static final int ATTEMPTS_MAX = 4;
    private static final int BAD_GATEWAY = 502;
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);

    private final Clock clock;

    S3Calls(Clock clock) {
        this.clock = clock;
    }

    /**
     * Runs a request that may be repeated without harm.
     *
     * @throws S3Failure the last answer
     */
    <T> T repeat(String action, String path, Supplier<CompletableFuture<T>> request) {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            try {
                return await(action, path, request.get());
            } catch (S3Failure e) {
                if (attempt == ATTEMPTS_MAX || !e.transientTrouble()) {
                    throw e;
                }
            }
            pause(action, path, delay);
            delay = delay.multipliedBy(4);
        }
    }

    /** @throws S3Failure the answer */
    static <T> T await(String action, String path, CompletableFuture<T> request) {
        try {
            return request.get();
        } catch (InterruptedException e) {
            request.cancel(true);
            throw interrupted(action, path, e);
        } catch (ExecutionException e) {
            throw failure(action, path, e.getCause());
        }
    }

    static S3Failure failure(String action, String path, @Nullable Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof MinioException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        // The client's own exceptions print request headers, so they go no further than this method.
        if (cause instanceof ErrorResponseException answer) {
            String code = String.valueOf(answer.errorResponse().code());
            return new S3Failure(action, path, answer.response().code(), code, null);
        }
        if (cause instanceof ServerException answer) {
            return new S3Failure(action, path, answer.statusCode(), "ServerError", null);
        }
        if (cause instanceof MinioException || cause == null) {
            // An answer that is not of the protocol: a proxy in front of the service has trouble.
            return new S3Failure(action, path, BAD_GATEWAY, "InvalidResponse", null);
        }
        return new S3Failure(action, path, 0, cause.getClass().getSimpleName(), cause);
    }

    private void pause(String action, String path, Duration delay) {
        try {
            clock.sleep(delay);
        } catch (InterruptedException e) {
            throw interrupted(action, path, e);
        }
    }

    private static AmpException interrupted(String action, String path, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AmpException(
                StorageError.OBJECT_STORE_UNAVAILABLE, "cannot " + action + " '" + path + "': interrupted", e);
    }

    /** What the service answered, or that it did not. */
    static final class S3Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String action;
        private final String path;
        private final int status;
        private final String code;

        S3Failure(String action, String path, int status, String code, @Nullable Throwable cause) {
            super(code, cause);
            this.action = action;
            this.path = path;
            this.status = status;
            this.code = code;
        }

        /** The object is missing; a missing bucket is trouble of another kind. */
        boolean notFound() {
            return status == 404 && !code.equals("NoSuchBucket");
        }

        boolean preconditionFailed() {
            return status == 412;
        }

        boolean rangeNotSatisfiable() {
            return status == 416;
        }

        boolean notImplemented() {
            return status == 501 || code.equals("NotImplemented");
        }

        boolean transientTrouble() {
            return status == 429
                    || (status >= 500 && !notImplemented())
                    || (status == 0 && getCause() instanceof IOException);
        }

        AmpException translate() {
            if (notFound()) {
                return new AmpException(StorageError.OBJECT_NOT_FOUND, "object '" + path + "' does not exist", this);
            }
            return new AmpException(
                    StorageError.OBJECT_STORE_UNAVAILABLE,
                    "cannot " + action + " '" + path + "': " + code + (status == 0 ? "" : " (HTTP " + status + ")"),
                    this);
        }
    }
}
