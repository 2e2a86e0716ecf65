package io.amp.app.cli;

import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.app.config.AmpConfig;
import io.amp.app.config.ConfigException;
import io.amp.app.config.ConfigLoader;
import io.amp.app.node.AmpNode;
import io.amp.app.node.AmpProcess;
import io.amp.app.node.AmpProcess.Part;
import io.amp.app.node.Closer;
import io.amp.app.node.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs parts of a distributed deployment until a signal or a failure. */
final class ServiceRun {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRun.class);

    private ServiceRun() {}

    /** The configuration of a command that needs one. @throws ConfigException */
    static AmpConfig config(AmpdCommand parent) {
        Path file = parent.configFile();
        AmpConfig config = new ConfigLoader(parent.environment(), Path.of("")).load(file);
        if (file == null && config.metadataDb().url().isEmpty()) {
            throw new ConfigException(
                    List.of("the --config parameter is mandatory (or set AMP_CONFIG, or AMP_CONFIG_METADATA_DB__URL)"));
        }
        config.warnings().forEach(LOG::warn);
        return config;
    }

    static int run(AmpdCommand parent, Set<Part> parts, @Nullable String nodeId) throws InterruptedException {
        Map<String, String> environment = parent.environment();
        BuildFacts build = BuildFacts.read();
        LOG.info("{}", build.line());
        AmpConfig config = config(parent);
        StopSignal stop = StopSignal.install();
        try (Closer closer = new Closer()) {
            AmpNode node = closer.add(
                    "node",
                    new AmpNode(
                            config,
                            PostgresUrl.parse(config.metadataDb().requireUrl().reveal()),
                            environment,
                            Caches.directory(environment),
                            build.version()));
            AmpProcess process = closer.add("parts", new AmpProcess(node, stop));
            process.start(parts, nodeId == null ? "-" : nodeId, build.facts());
            process.awaitEnd();
        }
        return 0;
    }
}
