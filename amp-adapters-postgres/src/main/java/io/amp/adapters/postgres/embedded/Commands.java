package io.amp.adapters.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short-lived helper programs. */
final class Commands {
    private static final long SECONDS_MAX = 120;

    private Commands() {}

    /** @param exitCode 0 = success */
    record Result(int exitCode, String output) {}

    static String output(String... command) {
        Result result = run(List.of(command));
        if (result.exitCode != 0) {
            throw new ManagedPostgresException(String.join(" ", command) + " failed: " + result.output.strip());
        }
        return result.output;
    }

    /** Runs to the end; standard error is part of the output. */
    static Result run(List<String> command) {
        return run(new ProcessBuilder(command));
    }

    static Result run(ProcessBuilder builder) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ManagedPostgresException(builder.command().getFirst() + " did not end");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot run " + builder.command().getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ManagedPostgresException(
                    "interrupted while running " + builder.command().getFirst(), e);
        }
    }
}
