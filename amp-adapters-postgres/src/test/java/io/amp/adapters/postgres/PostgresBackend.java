package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.PostgresUrl;
import io.amp.adapters.postgres.connection.RetryPolicy;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.ports.job.JobTimings;
import io.amp.ports.metadata.MetadataStore;
import io.amp.testkit.metadata.MetadataBackend;
import io.amp.testkit.postgres.PostgresServer;
import io.amp.testkit.postgres.TestDatabase;
import java.time.Duration;

/** A database of the shared server for the contract suites. */
final class PostgresBackend implements MetadataBackend {
    /** Moves every stored time into the past. */
    private static final String ADVANCE = """
            DO $$
            DECLARE stored record;
            BEGIN
                FOR stored IN SELECT table_name, string_agg(format('%%1$I = %%1$I - interval ''%1$d milliseconds''', column_name), ', ') AS changes
                    FROM information_schema.columns
                    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' GROUP BY table_name
                LOOP
                    EXECUTE format('UPDATE %%I SET %%s', stored.table_name, stored.changes);
                END LOOP;
            END $$""";

    private final TestDatabase database = migrated();
    private final JobTimings timings;

    PostgresBackend(JobTimings timings) {
        this.timings = timings;
    }

    static TestDatabase migrated() {
        return PostgresServer.shared()
                .newDatabase("migrated", url -> new Migrations(PostgresSettings.of(PostgresUrl.parse(url))).migrate());
    }

    static PostgresSettings settings(TestDatabase database) {
        return PostgresSettings.of(PostgresUrl.parse(database.url()))
                .withPool(6, 0, Duration.ofMinutes(30), Duration.ofMinutes(10))
                .withRetry(new RetryPolicy(3, Duration.ofMillis(50), Duration.ofSeconds(1)));
    }

    TestDatabase database() {
        return database;
    }

    @Override
    public MetadataStore connect() {
        return new PostgresMetadataStore(settings(database), timings);
    }

    @Override
    public void advance(Duration duration) {
        database.execute(ADVANCE.formatted(duration.toMillis()));
    }

    @Override
    public void breakConnections() {
        database.breakConnections();
    }

    @Override
    public void close() {
        database.close();
    }
}
