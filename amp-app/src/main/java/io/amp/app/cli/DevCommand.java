package io.amp.app.cli;

import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.embedded.ManagedPostgres;
import io.amp.app.config.AmpConfig;
import io.amp.app.config.ConfigLoader;
import io.amp.app.config.Secret;
import io.amp.app.demo.Demo;
import io.amp.app.node.AmpDirectory;
import io.amp.app.node.AmpNode;
import io.amp.app.node.AmpProcess;
import io.amp.app.node.AmpProcess.Part;
import io.amp.app.node.Closer;
import io.amp.app.node.StopSignal;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Everything in one process, on embedded defaults (command-line specification, section 5). */
@Command(
        name = "solo",
        aliases = "dev",
        mixinStandardHelpOptions = true,
        description = "Runs extraction, queries and management in one process, for development.")
public final class DevCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(DevCommand.class);
    private static final String NODE_ID = "worker";

    @ParentCommand
    private AmpdCommand parent;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerSelection servers;

    @Option(
            names = "--amp-dir",
            paramLabel = "DIR",
            description = "Folder for data, providers, manifests and the database. Environment: AMP_DIR. Default: .amp")
    private @Nullable Path ampDir;

    @Option(
            names = "--demo",
            description = "Also serves recorded blocks from a built-in node, extracts them and shows three queries.")
    private boolean demo;

    @Option(names = "--once", hidden = true, description = "Stops when it is ready: a run that trains start-up caches.")
    private boolean once;

    @Override
    public Integer call() throws Exception {
        Map<String, String> environment = parent.environment();
        StopSignal stop = StopSignal.install();
        Set<Part> parts = EnumSet.copyOf(servers.selected(
                spec.commandLine(), environment, EnumSet.of(Part.FLIGHT, Part.JSON_LINES, Part.ADMIN_API)));
        parts.add(Part.CONTROLLER);
        parts.add(Part.WORKER);
        try (Closer closer = new Closer()) {
            BuildFacts build = BuildFacts.read();
            LOG.info("{}", build.line());
            LOG.warn("development mode: every service is open, not for production");
            AmpDirectory directory = closer.add("amp directory", AmpDirectory.hold(ampDir(environment)));
            AmpConfig config = config(directory, environment);
            config.warnings().forEach(LOG::warn);
            PostgresUrl databaseUrl = databaseUrl(config, directory, environment, closer, stop);
            AmpNode node = closer.add(
                    "node",
                    new AmpNode(config, databaseUrl, environment, Caches.directory(environment), build.version()));
            AmpProcess process = closer.add("parts", new AmpProcess(node, stop));
            process.start(parts, NODE_ID, build.facts());
            if (demo) {
                closer.add("demo", new Demo(node, process, parent.out())).run(stop);
            }
            if (!once) {
                LOG.info("ready; stop with Ctrl-C");
                process.awaitEnd();
            }
            LOG.info("stopping");
        }
        return 0;
    }

    private Path ampDir(Map<String, String> environment) {
        if (ampDir != null) {
            return ampDir;
        }
        String variable = environment.getOrDefault("AMP_DIR", "");
        return Path.of(variable.isBlank() ? ".amp" : variable);
    }

    private AmpConfig config(AmpDirectory directory, Map<String, String> environment) {
        Path file = parent.configFile();
        return new ConfigLoader(environment, Path.of(""))
                .absent("data_dir", directory.data().toString())
                .absent("providers_dir", directory.providers().toString())
                .absent("manifests_dir", directory.manifests().toString())
                .load(file != null ? file : directory.config());
    }

    private static PostgresUrl databaseUrl(
            AmpConfig config, AmpDirectory directory, Map<String, String> environment, Closer closer, StopSignal stop) {
        Optional<Secret> configured = config.metadataDb().url();
        if (configured.isPresent()) {
            return PostgresUrl.parse(configured.get().reveal());
        }
        String programs = environment.getOrDefault("AMP_POSTGRES_BIN", "");
        ManagedPostgres postgres = closer.add(
                "PostgreSQL",
                ManagedPostgres.start(
                        directory.database(),
                        Caches.directory(environment),
                        programs.isBlank() ? null : Path.of(programs)));
        var _ = postgres.failure().thenAccept(failure -> {
            LOG.error("PostgreSQL cannot be kept running: {}", failure.getMessage());
            stop.request();
        });
        return postgres.url();
    }
}
