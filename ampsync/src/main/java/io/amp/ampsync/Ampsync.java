package io.amp.ampsync;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Copies Amp tables to PostgreSQL exactly once and keeps them equal. */
@Command(
        name = "ampsync",
        description = "Keeps PostgreSQL tables equal to Amp tables.",
        mixinStandardHelpOptions = true,
        versionProvider = Ampsync.Version.class)
public final class Ampsync implements Runnable {

    @Spec
    private CommandSpec spec;

    Ampsync() {}

    /** Runs the command line; standard output takes only what was asked for. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Ampsync()).setOut(out).setErr(err).execute(args);
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

    /** The source this program was built from, as its jar's manifest tells. */
    static final class Version implements IVersionProvider {

        Version() {}

        @Override
        public String[] getVersion() {
            var version = Ampsync.class.getPackage().getImplementationVersion();
            // Built outside a repository, the manifest holds the build's expression as it was.
            var known = version != null && !version.startsWith("$");
            return new String[] {"ampsync " + (known ? version : "unknown")};
        }
    }
}
