package io.amp.app.cli;

import io.amp.app.node.AmpProcess.Part;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Query servers (command-line specification, section 2). */
@Command(name = "server", mixinStandardHelpOptions = true, description = "Answers queries over Flight and JSON Lines.")
public final class ServerCommand implements Callable<Integer> {
    private static final String DEV_NODE_ID = "worker";

    @ParentCommand
    private AmpdCommand parent;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerSelection servers;

    @Option(names = "--dev", description = "Also runs a worker named 'worker'. Environment: SERVER_DEV.")
    private boolean dev;

    @Override
    public Integer call() throws InterruptedException {
        Set<Part> parts =
                servers.selected(spec.commandLine(), parent.environment(), EnumSet.of(Part.FLIGHT, Part.JSON_LINES));
        if (parts.contains(Part.ADMIN_API)) {
            parts.add(Part.CONTROLLER);
        }
        if (EnvironmentFlags.isSet(dev, spec.commandLine(), parent.environment(), "SERVER_DEV")) {
            parts.add(Part.WORKER);
        }
        return ServiceRun.run(parent, parts, DEV_NODE_ID);
    }
}
