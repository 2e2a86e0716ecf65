package io.amp.app.cli;

import io.amp.app.node.AmpProcess.Part;
import io.amp.core.job.NodeIds;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs jobs (command-line specification, section 3). */
@Command(name = "worker", mixinStandardHelpOptions = true, description = "Runs extraction jobs.")
public final class WorkerCommand implements Callable<Integer> {
    @ParentCommand
    private AmpdCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--node-id",
            paramLabel = "ID",
            description = "Name of this worker, unique in the deployment. Environment: AMP_NODE_ID.")
    private @Nullable String nodeId;

    @Override
    public Integer call() throws InterruptedException {
        String id = nodeId != null
                ? nodeId
                : parent.environment()
                        .getOrDefault("AMP_NODE_ID", parent.environment().get("NOZZLE_NODE_ID"));
        if (id == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--node-id=ID'");
        }
        return ServiceRun.run(parent, EnumSet.of(Part.WORKER), NodeIds.require(id));
    }
}
