package io.amp.app.cli;

import io.amp.app.node.AmpProcess.Part;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Admin API, retries and failover (command-line specification, section 4). */
@Command(name = "controller", mixinStandardHelpOptions = true, description = "Serves the Admin API and schedules jobs.")
public final class ControllerCommand implements Callable<Integer> {
    @ParentCommand
    private AmpdCommand parent;

    @Override
    public Integer call() throws InterruptedException {
        return ServiceRun.run(parent, EnumSet.of(Part.ADMIN_API, Part.CONTROLLER), null);
    }
}
