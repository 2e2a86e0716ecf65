package io.amp.app.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ampd}: its commands share the configuration file and the environment. */
@Command(
        name = "ampd",
        description = "Extracts blockchain data, stores it as Parquet and answers SQL.",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        subcommands = {
            DevCommand.class,
            ServerCommand.class,
            WorkerCommand.class,
            ControllerCommand.class,
            MigrateCommand.class,
            GenerateManifestCommand.class,
            CommandLine.HelpCommand.class
        })
public final class AmpdCommand implements Runnable {
    private static final int EXIT_ERROR = 1;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOption config;

    AmpdCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Runs a command line; standard output takes only what was asked for. */
    public static int run(PrintWriter out, PrintWriter err, Map<String, String> environment, String... args) {
        logByOneFramework();
        return new CommandLine(new AmpdCommand(environment))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("Exiting with error: " + ErrorLine.of(failure));
                    return EXIT_ERROR;
                })
                .execute(args);
    }

    /** gRPC, Arrow and the JDBC driver log by java.util.logging. */
    private static void logByOneFramework() {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    Map<String, String> environment() {
        return environment;
    }

    @Nullable
    Path configFile() {
        return config.file(environment);
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
