package io.amp.app.cli;

import io.amp.core.dataset.ManifestGenerator;
import io.amp.ports.dataset.DatasetName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the manifest of a raw dataset (command-line specification, section 8). */
@Command(
        name = "generate-manifest",
        mixinStandardHelpOptions = true,
        description = "Prints the manifest of a raw dataset.")
public final class GenerateManifestCommand implements Callable<Integer> {
    @ParentCommand
    private AmpdCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--network", paramLabel = "NAME", description = "Network id. Environment: GM_NETWORK.")
    private @Nullable String network;

    @Option(names = "--kind", paramLabel = "KIND", description = "Dataset kind. Environment: GM_KIND.")
    private @Nullable String kind;

    @Option(names = "--name", paramLabel = "NAME", description = "Dataset name, checked only. Environment: GM_NAME.")
    private @Nullable String name;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "PATH",
            description = "File, or a folder for <kind>.json. Default: standard output. Environment: GM_OUT.")
    private @Nullable Path out;

    @Option(names = "--start-block", paramLabel = "N", description = "First block. Environment: GM_START_BLOCK.")
    private @Nullable Long startBlock;

    @Option(
            names = "--finalized-blocks-only",
            description = "Extract only finalized blocks. Environment: GM_FINALIZED_BLOCKS_ONLY.")
    private boolean finalizedBlocksOnly;

    @Option(
            names = "--manifest",
            paramLabel = "URL",
            description = "Substreams package. Environment: GM_SS_MANIFEST_URL.")
    private @Nullable String substreamsPackage;

    @Option(names = "--module", paramLabel = "NAME", description = "Substreams module. Environment: GM_SS_MODULE.")
    private @Nullable String module;

    @Override
    public Integer call() throws IOException {
        String wantedKind = required(kind, "GM_KIND", "--kind=KIND");
        String wantedNetwork = required(network, "GM_NETWORK", "--network=NAME");
        String wantedName = orEnvironment(name, "GM_NAME");
        if (wantedName != null && !DatasetName.isValidName(wantedName)) {
            throw new IllegalArgumentException("invalid dataset name: '" + wantedName + "'");
        }
        if (!wantedKind.equals("substreams")
                && (orEnvironment(substreamsPackage, "GM_SS_MANIFEST_URL") != null
                        || orEnvironment(module, "GM_SS_MODULE") != null)) {
            throw new IllegalArgumentException("--manifest and --module are for kind 'substreams' only");
        }
        boolean finalized = EnvironmentFlags.isSet(
                finalizedBlocksOnly, spec.commandLine(), parent.environment(), "GM_FINALIZED_BLOCKS_ONLY");
        String text = ManifestGenerator.generate(wantedKind, wantedNetwork, startBlock(), finalized)
                .indentedText();
        String target = orEnvironment(out == null ? null : out.toString(), "GM_OUT");
        if (target == null) {
            parent.out().print(text);
            parent.out().flush();
        } else {
            write(Path.of(target), wantedKind, text);
        }
        return 0;
    }

    private static void write(Path target, String kind, String text) throws IOException {
        Path file = Files.isDirectory(target) ? target.resolve(kind + ".json") : target;
        Path parentFolder = file.toAbsolutePath().getParent();
        if (parentFolder != null && !Files.isDirectory(parentFolder)) {
            throw new IllegalArgumentException("the folder of " + file + " does not exist");
        }
        Files.writeString(file, text);
    }

    private long startBlock() {
        if (startBlock != null) {
            return startBlock;
        }
        String text = orEnvironment(null, "GM_START_BLOCK");
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), "GM_START_BLOCK must be a number, not '" + text + "'", e);
        }
    }

    private String required(@Nullable String option, String variable, String label) {
        String value = orEnvironment(option, variable);
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '" + label + "'");
        }
        return value;
    }

    private @Nullable String orEnvironment(@Nullable String option, String variable) {
        if (option != null) {
            return option;
        }
        String value = parent.environment().getOrDefault(variable, "");
        return value.isBlank() ? null : value;
    }
}
