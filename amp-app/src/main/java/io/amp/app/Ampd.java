package io.amp.app;

import io.amp.app.cli.AmpdCommand;
import java.io.PrintWriter;

/** The daemon: extraction, queries and management, each as a command or all in one process. */
public final class Ampd {
    private Ampd() {}

    /** Runs the command line; standard output takes only what was asked for. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return AmpdCommand.run(out, err, System.getenv(), args);
    }

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, args));
    }
}
