package io.amp.adapters.flight;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRegistry.DatasetSummary;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** Datasets and their tables as Flight SQL clients list them (query specification, section 3.8). */
final class SqlCatalog {
    private static final String CATALOG = "amp";
    private static final String TABLE_TYPE = "TABLE";

    private final DatasetRegistry datasets;

    SqlCatalog(DatasetRegistry datasets) {
        this.datasets = datasets;
    }

    /** What one metadata command answers. */
    interface Listing {
        Schema schema();

        /** Owned by the caller. */
        VectorSchemaRoot rows(BufferAllocator allocator);
    }

    private interface Filling {
        int fill(VectorSchemaRoot root);
    }

    private record Rows(Schema schema, Filling filling) implements Listing {
        @Override
        public VectorSchemaRoot rows(BufferAllocator allocator) {
            VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
            try {
                root.allocateNew();
                root.setRowCount(filling.fill(root));
                return root;
            } catch (RuntimeException e) {
                root.close();
                throw e;
            }
        }
    }

    private record Infos(List<Integer> wanted) implements Listing {
        @Override
        public Schema schema() {
            return Schemas.GET_SQL_INFO_SCHEMA;
        }

        @Override
        public VectorSchemaRoot rows(BufferAllocator allocator) {
            return SqlInfos.rows(wanted, allocator);
        }
    }

    /** Empty when the command asks for no metadata. */
    Optional<Listing> listing(Any command) {
        try {
            return Optional.ofNullable(
                    switch (command.getTypeUrl().substring(command.getTypeUrl().lastIndexOf('.') + 1)) {
                        case "CommandGetCatalogs" ->
                            new Rows(Schemas.GET_CATALOGS_SCHEMA, root -> texts(root, List.of(List.of(CATALOG))));
                        case "CommandGetDbSchemas" -> schemas(command.unpack(CommandGetDbSchemas.class));
                        case "CommandGetTables" -> tables(command.unpack(CommandGetTables.class));
                        case "CommandGetTableTypes" ->
                            new Rows(Schemas.GET_TABLE_TYPES_SCHEMA, root -> texts(root, List.of(List.of(TABLE_TYPE))));
                        case "CommandGetPrimaryKeys" -> nothing(Schemas.GET_PRIMARY_KEYS_SCHEMA);
                        case "CommandGetExportedKeys" -> nothing(Schemas.GET_EXPORTED_KEYS_SCHEMA);
                        case "CommandGetImportedKeys" -> nothing(Schemas.GET_IMPORTED_KEYS_SCHEMA);
                        case "CommandGetCrossReference" -> nothing(Schemas.GET_CROSS_REFERENCE_SCHEMA);
                        case "CommandGetXdbcTypeInfo" -> nothing(Schemas.GET_TYPE_INFO_SCHEMA);
                        case "CommandGetSqlInfo" ->
                            new Infos(command.unpack(CommandGetSqlInfo.class).getInfoList());
                        default -> null;
                    });
        } catch (InvalidProtocolBufferException e) {
            throw new AmpException(QueryError.PB_DECODE_ERROR, "ProtocolBuffers decoding error: " + e.getMessage());
        }
    }

    private static Listing nothing(Schema schema) {
        return new Rows(schema, root -> 0);
    }

    private static boolean excludesCatalog(boolean filtered, String catalog) {
        return filtered && !catalog.equals(CATALOG);
    }

    private Listing schemas(CommandGetDbSchemas command) {
        return new Rows(Schemas.GET_SCHEMAS_SCHEMA, root -> {
            if (excludesCatalog(command.hasCatalog(), command.getCatalog())) {
                return 0;
            }
            return texts(
                    root,
                    references(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%")
                            .keySet()
                            .stream()
                            .map(schema -> List.of(CATALOG, schema))
                            .toList());
        });
    }

    private Listing tables(CommandGetTables command) {
        boolean withSchema = command.getIncludeSchema();
        return new Rows(
                withSchema ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
                root -> fillTables(command, withSchema, root));
    }

    private int fillTables(CommandGetTables command, boolean withSchema, VectorSchemaRoot root) {
        boolean otherTypes = !command.getTableTypesList().isEmpty()
                && !command.getTableTypesList().contains(TABLE_TYPE);
        if (otherTypes || excludesCatalog(command.hasCatalog(), command.getCatalog())) {
            return 0;
        }
        Predicate<String> named = command.hasTableNameFilterPattern()
                ? name -> LikePattern.matches(command.getTableNameFilterPattern(), name)
                : name -> true;
        List<List<String>> texts = new ArrayList<>();
        List<Schema> schemas = new ArrayList<>();
        for (Map.Entry<String, DatasetReference> entry : references(
                        command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%")
                .entrySet()) {
            Optional<DatasetVersion> version = datasets.resolve(entry.getValue());
            if (version.isEmpty()) {
                continue;
            }
            for (TableDefinition table :
                    datasets.load(version.get().hash()).tables().values()) {
                if (named.test(table.name())) {
                    texts.add(List.of(CATALOG, entry.getKey(), table.name(), TABLE_TYPE));
                    schemas.add(table.schema().arrow());
                }
            }
        }
        if (withSchema) {
            VarBinaryVector column = (VarBinaryVector) root.getVector("table_schema");
            for (int row = 0; row < schemas.size(); row++) {
                column.setSafe(row, encapsulated(schemas.get(row)));
            }
        }
        return texts(root, texts);
    }

    /** Matching schemas in order; single versions only where the pattern names a revision. */
    private SortedMap<String, DatasetReference> references(String pattern) {
        SortedMap<String, DatasetReference> references = new TreeMap<>();
        for (DatasetSummary dataset : datasets.listDatasets()) {
            references.put(dataset.name().toString(), new DatasetReference(dataset.name(), null));
            if (pattern.contains("@")) {
                for (SemanticVersion version : dataset.versions()) {
                    DatasetReference reference =
                            new DatasetReference(dataset.name(), new DatasetRevision.Tagged(version));
                    references.put(reference.toString(), reference);
                }
            }
        }
        references.keySet().removeIf(schema -> !LikePattern.matches(pattern, schema));
        return references;
    }

    /** Fills the leading columns. */
    private static int texts(VectorSchemaRoot root, List<List<String>> rows) {
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                ((VarCharVector) root.getVector(column))
                        .setSafe(row, rows.get(row).get(column).getBytes(StandardCharsets.UTF_8));
            }
        }
        return rows.size();
    }

    /** One encapsulated IPC schema message. */
    static byte[] encapsulated(Schema schema) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            MessageSerializer.serialize(new WriteChannel(Channels.newChannel(bytes)), schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
