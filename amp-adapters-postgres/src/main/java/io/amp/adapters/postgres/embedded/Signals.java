package io.amp.adapters.postgres.embedded;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signals to processes; the JDK knows only two of them. */
final class Signals {
    private Signals() {}

    static void send(ProcessHandle process, String signal) {
        // The shell has kill built in, so no package is needed for it.
        Commands.run(List.of("/bin/sh", "-c", "kill -" + signal + " " + process.pid()));
    }

    /** One signal after another until the process is gone; waits after each. @return false when it is still there */
    static boolean end(ProcessHandle process, List<String> signals, Duration wait) {
        for (String signal : signals) {
            send(process, signal);
            if (isGone(process, wait)) {
                return true;
            }
        }
        return !process.isAlive();
    }

    private static boolean isGone(ProcessHandle process, Duration wait) {
        try {
            process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }
}
