package io.amp.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The metadata database.
 *
 * @param url libpq form, with its password
 * @param poolSize connections besides those for listening, heartbeat and locks
 */
public record MetadataDbConfig(
        Optional<Secret> url,
        int poolSize,
        int minConnections,
        Duration maxLifetime,
        Duration idleTimeout,
        boolean autoMigrate) {
    /** @throws ConfigException when none is configured */
    public Secret requireUrl() {
        return url.orElseThrow(() -> new ConfigException(
                List.of("metadata_db.url is missing: set it in the file or as AMP_CONFIG_METADATA_DB__URL")));
    }
}
