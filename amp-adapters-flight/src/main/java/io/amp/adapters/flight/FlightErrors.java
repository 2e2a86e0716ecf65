package io.amp.adapters.flight;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCategory;
import io.amp.ports.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures look over gRPC: status by category, message without secrets or stack traces (query specification, section 8). */
final class FlightErrors {
    private static final Logger LOG = LoggerFactory.getLogger(FlightErrors.class);

    private FlightErrors() {}

    static FlightRuntimeException of(Throwable failure) {
        return switch (failure) {
            case FlightRuntimeException known -> known;
            case AmpException known -> of(known);
            case InterruptedException interrupted ->
                CallStatus.CANCELLED.withDescription("query was cancelled").toRuntimeException();
            default -> {
                LOG.error("unexpected failure of a call", failure);
                yield CallStatus.INTERNAL
                        .withDescription("an unexpected error occurred")
                        .toRuntimeException();
            }
        };
    }

    private static FlightRuntimeException of(AmpException failure) {
        if (failure.code().category() == ErrorCategory.INTERNAL) {
            LOG.error("call failed", failure);
        }
        return status(failure).withDescription(message(failure)).toRuntimeException();
    }

    private static CallStatus status(AmpException failure) {
        if (failure.is(QueryError.CANCELLED)) {
            return CallStatus.CANCELLED;
        }
        return switch (failure.code().category()) {
            case INVALID_ARGUMENT, PAYLOAD_TOO_LARGE, CONFLICT -> CallStatus.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> CallStatus.UNAUTHENTICATED;
            case PERMISSION_DENIED -> CallStatus.UNAUTHORIZED;
            case NOT_FOUND -> CallStatus.NOT_FOUND;
            case METHOD_NOT_ALLOWED, UNIMPLEMENTED -> CallStatus.UNIMPLEMENTED;
            case TOO_MANY_REQUESTS, RESOURCE_EXHAUSTED -> CallStatus.RESOURCE_EXHAUSTED;
            case UNAVAILABLE, BAD_GATEWAY, ABORTED -> CallStatus.UNAVAILABLE;
            case TIMEOUT -> CallStatus.TIMED_OUT;
            case INTERNAL -> CallStatus.INTERNAL;
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
