package io.amp.adapters.http;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCategory;
import io.amp.ports.query.QueryError;
import java.util.ArrayList;
import java.util.List;

/** How failures look over HTTP: status by category, code by name, message without secrets or stack traces. */
public final class ErrorAnswers {
    private ErrorAnswers() {}

    public static int status(ErrorCategory category) {
        return switch (category) {
            case INVALID_ARGUMENT -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case CONFLICT, ABORTED -> 409;
            case PAYLOAD_TOO_LARGE -> 413;
            case TOO_MANY_REQUESTS -> 429;
            case INTERNAL -> 500;
            case UNIMPLEMENTED -> 501;
            case BAD_GATEWAY -> 502;
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> 503;
            case TIMEOUT -> 504;
        };
    }

    /** The code as clients know it. */
    public static String code(AmpException failure) {
        return failure.code() instanceof QueryError error
                ? error.wireName()
                : failure.code().name();
    }

    /** {@code <message> | Caused by: <cause> -> <cause>} (query specification, section 8). */
    public static String queryMessage(AmpException failure) {
        List<String> causes = causes(failure);
        return causes.isEmpty() ? message(failure) : message(failure) + " | Caused by: " + String.join(" -> ", causes);
    }

    /** The chain of messages, outermost first, joined by {@code ": "} (Admin API specification, section 1.4). */
    public static String adminMessage(AmpException failure) {
        List<String> parts = new ArrayList<>(List.of(message(failure)));
        parts.addAll(causes(failure));
        return String.join(": ", parts);
    }

    /** Only our own failures: what a library says may name paths or addresses. */
    private static List<String> causes(AmpException failure) {
        List<String> causes = new ArrayList<>();
        for (Throwable cause = failure.getCause(); cause instanceof AmpException known; cause = known.getCause()) {
            causes.add(message(known));
        }
        return causes;
    }

    private static String message(AmpException failure) {
        String message = failure.getMessage();
        return message == null ? failure.code().name() : message;
    }
}
