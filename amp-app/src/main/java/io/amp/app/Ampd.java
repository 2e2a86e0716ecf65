package io.amp.app;

import io.amp.app.cli.ProductVersion;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The daemon: extraction, queries and management, each as a command or all in one process. */
@Command(
        name = "ampd",
        description = "Extracts blockchain data, stores it as Parquet and answers SQL.",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class)
public final class Ampd implements Runnable {

    @Spec
    private CommandSpec spec;

    Ampd() {}

    /** Runs the command line; standard output takes only what was asked for. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Ampd()).setOut(out).setErr(err).execute(args);
    }

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(out, err, args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
