package io.amp.adapters.postgres.schema;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.connection.SqlFailure;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a component must be allowed to do in the metadata database (jobs-and-storage specification, section 12). */
public enum ComponentRights {
    /** Reads; listening needs no grant. */
    SERVER,
    /** Also runs jobs. */
    WORKER,
    /** Also registers, schedules and collects. */
    CONTROLLER;

    private static final List<String> DATASETS_AND_JOBS =
            List.of("manifest_files", "dataset_manifests", "tags", "jobs");

    private static final List<String> WRITTEN_BY_WORKERS = List.of(
            "workers",
            "jobs_status",
            "job_events",
            "physical_tables",
            "physical_table_revisions",
            "file_metadata",
            "footer_cache",
            "gc_manifest",
            "orphaned_blocks",
            "redump_requests");

    private static final List<String> ALL = Stream.concat(DATASETS_AND_JOBS.stream(), WRITTEN_BY_WORKERS.stream())
            .toList();

    private List<String> written() {
        return switch (this) {
            case SERVER -> List.of();
            case WORKER -> WRITTEN_BY_WORKERS;
            case CONTROLLER -> ALL;
        };
    }

    /** SQL that creates the roles {@code amp_admin}, {@code amp_controller}, {@code amp_worker} and {@code amp_server}. */
    public static String rolesScript() {
        try (InputStream content = ComponentRights.class.getResourceAsStream("roles.sql")) {
            if (content == null) {
                throw new IllegalStateException("roles.sql is not in the class path");
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read roles.sql", e);
        }
    }

    /**
     * Checks at start, so that a missing grant is not found by the first job that needs it. The schema must be there.
     *
     * @throws AmpException {@link StorageError#METADATA_ERROR} naming the missing rights
     */
    public void require(PostgresSettings settings) {
        List<String> missing = new ArrayList<>();
        try (Connection connection = new Connector(settings).open()) {
            for (String table : ALL) {
                requireTable(connection, table, "SELECT", missing);
            }
            for (String table : written()) {
                for (String right : List.of("INSERT", "UPDATE", "DELETE")) {
                    requireTable(connection, table, right, missing);
                }
            }
            if (!written().isEmpty()
                    && !has(connection, "SELECT has_sequence_privilege(?, ?)", "revision_versions", "USAGE")) {
                missing.add("USAGE on revision_versions");
            }
        } catch (SQLException e) {
            throw SqlFailure.translate("check the rights of this role", e);
        }
        if (!missing.isEmpty()) {
            throw new AmpException(
                    StorageError.METADATA_ERROR,
                    "missing rights in the metadata database: " + String.join(", ", missing));
        }
    }

    private static void requireTable(Connection connection, String table, String right, List<String> missing)
            throws SQLException {
        if (!has(connection, "SELECT has_table_privilege(?, ?)", table, right)) {
            missing.add(right + " on " + table);
        }
    }

    private static boolean has(Connection connection, String sql, String object, String right) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, object);
            statement.setString(2, right);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
