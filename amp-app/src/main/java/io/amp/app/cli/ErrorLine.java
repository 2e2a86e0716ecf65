package io.amp.app.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code <message> | Caused by: <cause> -> <cause>} on one line (command-line specification, section 1.4). */
final class ErrorLine {
    private ErrorLine() {}

    static String of(Throwable failure) {
        List<String> causes = new ArrayList<>();
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            causes.add(message(cause));
        }
        return causes.isEmpty() ? message(failure) : message(failure) + " | Caused by: " + String.join(" -> ", causes);
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replace('\n', ' ');
    }
}
