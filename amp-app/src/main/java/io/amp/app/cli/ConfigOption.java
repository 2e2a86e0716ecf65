package io.amp.app.cli;

import io.amp.app.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code --config}, before or after the command, else {@code AMP_CONFIG} (command-line specification, section 1.2). */
public final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description = "Configuration file (TOML). Environment: AMP_CONFIG.")
    private @Nullable Path path;

    /** The file, null when none is named. @throws ConfigException when it is no file */
    @Nullable
    Path file(Map<String, String> environment) {
        Path file = path != null ? path : fromEnvironment(environment);
        if (file != null && !Files.isRegularFile(file)) {
            throw new ConfigException(List.of("config path is not a file: " + file));
        }
        return file;
    }

    private static @Nullable Path fromEnvironment(Map<String, String> environment) {
        for (String name : new String[] {"AMP_CONFIG", "NOZZLE_CONFIG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isBlank()) {
                return Path.of(value);
            }
        }
        return null;
    }
}
