package io.amp.adapters.flight;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCategory;
import io.amp.ports.query.QueryError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures look over gRPC: status by category, message without secrets or stack traces (query specification, section 8). */
final class FlightErrors {
    private static final Logger LOG = LoggerFactory.getLogger(FlightErrors.class);

    private static final Metadata.Key<String> ERROR_CODE =
            Metadata.Key.of("amp-error-code", Metadata.ASCII_STRING_MARSHALLER);

    private FlightErrors() {}

    static RuntimeException of(Throwable failure) {
        return switch (failure) {
            case FlightRuntimeException known -> known;
            case StatusRuntimeException known -> known;
            case AmpException known -> of(known);
            case InterruptedException interrupted ->
                Status.UNAVAILABLE
                        .withDescription("the query was cancelled: the server is shutting down")
                        .asRuntimeException();
            default -> {
                LOG.error("unexpected failure of a call", failure);
                yield Status.INTERNAL
                        .withDescription("an unexpected error occurred")
                        .asRuntimeException();
            }
        };
    }

    private static StatusRuntimeException of(AmpException failure) {
        if (failure.code().category() == ErrorCategory.INTERNAL) {
            LOG.error("call failed", failure);
        }
        Metadata trailers = new Metadata();
        trailers.put(
                ERROR_CODE,
                failure.code() instanceof QueryError error
                        ? error.wireName()
                        : failure.code().name());
        return status(failure).withDescription(message(failure)).asRuntimeException(trailers);
    }

    private static Status status(AmpException failure) {
        return switch (failure.code().category()) {
            case INVALID_ARGUMENT, PAYLOAD_TOO_LARGE -> Status.INVALID_ARGUMENT;
            case CONFLICT -> Status.FAILED_PRECONDITION;
            case ABORTED -> Status.ABORTED;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
            case NOT_FOUND -> Status.NOT_FOUND;
            case METHOD_NOT_ALLOWED, UNIMPLEMENTED -> Status.UNIMPLEMENTED;
            case TOO_MANY_REQUESTS, RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            case UNAVAILABLE, BAD_GATEWAY -> Status.UNAVAILABLE;
            case TIMEOUT -> Status.DEADLINE_EXCEEDED;
            case INTERNAL -> Status.INTERNAL;
        };
    }

    /** {@code <message> | Caused by: <cause> -> <cause>}; only our own failures, what a library says may name paths. */
    private static String message(AmpException failure) {
        List<String> causes = new ArrayList<>();
        for (Throwable cause = failure.getCause(); cause instanceof AmpException known; cause = known.getCause()) {
            causes.add(String.valueOf(known.getMessage()));
        }
        return causes.isEmpty()
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + " | Caused by: " + String.join(" -> ", causes);
    }
}
