package io.amp.adapters.http.admin;

import io.amp.adapters.http.ErrorAnswers;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.JobError;
import io.javalin.http.Handler;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gives failures of the database and the stores the code that clients know for the route or the step (Admin API specification, section
 * 20). Mistakes of the caller keep theirs.
 */
final class Failures {
    /** Server-side codes of the ports that are the API's own. */
    private static final Set<ErrorCode> PUBLISHED = Set.of(
            JobError.SCHEDULER_ERROR,
            DatasetError.MANIFEST_STORAGE_ERROR,
            DatasetError.MANIFEST_REGISTRATION_ERROR,
            DatasetError.MANIFEST_LINKING_ERROR,
            DatasetError.VERSION_TAGGING_ERROR);

    private Failures() {}

    /** A route whose inner failures have this code. */
    static Handler as(ErrorCode code, Handler route) {
        return context -> {
            try {
                route.handle(context);
            } catch (AmpException e) {
                throw translated(e, code, context.method() + " " + context.path() + " failed");
            }
        };
    }

    /** One step of a route. */
    static <T> T as(ErrorCode code, String what, Supplier<T> step) {
        try {
            return step.get();
        } catch (AmpException e) {
            throw translated(e, code, what + " failed");
        }
    }

    private static AmpException translated(AmpException failure, ErrorCode code, String message) {
        boolean inner = ErrorAnswers.status(failure.code().category()) >= 500
                && !(failure.code() instanceof AdminError)
                && !PUBLISHED.contains(failure.code());
        return inner ? new AmpException(code, message, failure) : failure;
    }
}
