package io.amp.app.cli;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.app.config.AmpConfig;
import io.amp.app.config.ConfigException;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Applies pending migrations of the metadata database (command-line specification, section 6). */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = "Applies pending migrations of the metadata database.")
public final class MigrateCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(MigrateCommand.class);

    @ParentCommand
    private AmpdCommand parent;

    @Override
    public Integer call() {
        AmpConfig config = ServiceRun.config(parent);
        if (config.metadataDb().url().isEmpty()) {
            throw new ConfigException(List.of("metadata_db.url is required"));
        }
        LOG.info("migrating the metadata database");
        int applied = new Migrations(PostgresSettings.of(
                        PostgresUrl.parse(config.metadataDb().requireUrl().reveal())))
                .migrate();
        LOG.info("the metadata database is up to date ({} migrations applied)", applied);
        return 0;
    }
}
