package io.amp.adapters.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.TableDefinition;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.query.CannedAnswer;
import io.amp.testkit.query.CannedQueryService;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Flight SQL drivers send: metadata commands, prepared statements, actions. */
@Timeout(60)
class FlightSqlCommandsTest {
    private static final TableSchema ROWS =
            TableSchema.of(List.of(Field.notNullable("n", new ArrowType.Int(64, true))));

    private final BufferAllocator allocator = new RootAllocator();
    private final CannedQueryService queries = new CannedQueryService();
    private final FlightSqlServer server = new FlightSqlServer(
            queries,
            new ListedDatasets()
                    .with("_", "tiny", List.of("1.1.0", "1.0.0"), table("blocks"), table("logs"))
                    .with("acme", "dev_only", List.of(), table("blocks")),
            allocator,
            new FlightSettings("127.0.0.1", 0, Set.of(), Optional.empty()));
    private final FlightClient flight = FlightClient.builder(
                    allocator, Location.forGrpcInsecure("127.0.0.1", server.port()))
            .build();
    private final FlightSqlClient client = new FlightSqlClient(flight);

    private static TableDefinition table(String name) {
        return new TableDefinition(name, ROWS, List.of());
    }

    @AfterEach
    void everythingReturned() throws Exception {
        client.close();
        server.close();
        assertThat(queries.openResults()).isZero();
        allocator.close();
    }

    private RecordBatch oneRow() {
        return BatchRows.write(ROWS, List.of(Map.of("n", 7L)), allocator);
    }

    /** Each row as its values joined by a bar; checks that the stream keeps what the info announced. */
    @SuppressWarnings("try") // its close may be interrupted
    private List<String> rows(FlightInfo info, Schema expected) throws Exception {
        List<String> rows = new ArrayList<>();
        assertThat(info.getSchemaOptional()).contains(expected);
        try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
            assertThat(stream.getSchema()).isEqualTo(expected);
            int messages = 0;
            while (stream.next()) {
                messages++;
                assertThat(stream.getLatestMetadata().readableBytes()).isPositive();
                for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
                    List<String> values = new ArrayList<>();
                    for (FieldVector vector : stream.getRoot().getFieldVectors()) {
                        values.add(
                                vector instanceof VarBinaryVector schemas
                                        ? MessageSerializer.deserializeSchema(new ReadChannel(Channels.newChannel(
                                                        new ByteArrayInputStream(schemas.get(row)))))
                                                .toString()
                                        : String.valueOf(vector.getObject(row)));
                    }
                    rows.add(String.join("|", values));
                }
            }
            assertThat(messages).isEqualTo(2);
        }
        return rows;
    }

    @Test
    void catalogsAndTableTypes() throws Exception {
        assertThat(rows(client.getCatalogs(), Schemas.GET_CATALOGS_SCHEMA)).containsExactly("amp");
        assertThat(rows(client.getTableTypes(), Schemas.GET_TABLE_TYPES_SCHEMA)).containsExactly("TABLE");
    }

    @Test
    void schemas() throws Exception {
        Schema schema = Schemas.GET_SCHEMAS_SCHEMA;
        assertThat(rows(client.getSchemas(null, null), schema)).containsExactly("amp|_/tiny", "amp|acme/dev_only");
        assertThat(rows(client.getSchemas("amp", "acme%"), schema)).containsExactly("amp|acme/dev_only");
        assertThat(rows(client.getSchemas("other", null), schema)).isEmpty();
        assertThat(rows(client.getSchemas(null, "%@%"), schema))
                .containsExactly("amp|_/tiny@1.0.0", "amp|_/tiny@1.1.0");
    }

    @Test
    void tables() throws Exception {
        Schema plain = Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
        assertThat(rows(client.getTables(null, null, null, null, false), plain))
                .containsExactly("amp|_/tiny|blocks|TABLE", "amp|_/tiny|logs|TABLE", "amp|acme/dev_only|blocks|TABLE");
        assertThat(rows(client.getTables("amp", "\\_/tiny", "log_", List.of("TABLE", "VIEW"), false), plain))
                .containsExactly("amp|_/tiny|logs|TABLE");
        assertThat(rows(client.getTables(null, "_/tiny@1.0.0", null, null, false), plain))
                .containsExactly("amp|_/tiny@1.0.0|blocks|TABLE", "amp|_/tiny@1.0.0|logs|TABLE");
        assertThat(rows(client.getTables(null, null, null, List.of("VIEW"), false), plain))
                .isEmpty();
        assertThat(rows(client.getTables(null, "acme%", null, null, true), Schemas.GET_TABLES_SCHEMA))
                .containsExactly("amp|acme/dev_only|blocks|TABLE|" + ROWS.arrow());
    }

    @Test
    void keysAndTypesAreEmpty() throws Exception {
        TableRef table = TableRef.of("amp", "_/tiny", "blocks");
        assertThat(rows(client.getPrimaryKeys(table), Schemas.GET_PRIMARY_KEYS_SCHEMA))
                .isEmpty();
        assertThat(rows(client.getExportedKeys(table), Schemas.GET_EXPORTED_KEYS_SCHEMA))
                .isEmpty();
        assertThat(rows(client.getImportedKeys(table), Schemas.GET_IMPORTED_KEYS_SCHEMA))
                .isEmpty();
        assertThat(rows(client.getCrossReference(table, table), Schemas.GET_CROSS_REFERENCE_SCHEMA))
                .isEmpty();
        assertThat(rows(client.getXdbcTypeInfo(), Schemas.GET_TYPE_INFO_SCHEMA)).isEmpty();
    }

    /** By id, its union member and value. */
    @SuppressWarnings("try") // its close may be interrupted
    private Map<Integer, String> infos(int... wanted) throws Exception {
        Map<Integer, String> infos = new TreeMap<>();
        FlightInfo info = client.getSqlInfo(wanted);
        try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
            while (stream.next()) {
                DenseUnionVector union = (DenseUnionVector) stream.getRoot().getVector("value");
                for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
                    infos.put(
                            (Integer) stream.getRoot().getVector("info_name").getObject(row),
                            union.getTypeId(row) + ":" + union.getObject(row));
                }
            }
        }
        return infos;
    }

    @Test
    void everyInfoThatDriversReadIsThere() throws Exception {
        Map<Integer, String> infos = infos();
        List<Integer> ids = Stream.of(
                        IntStream.of(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 100, 101), IntStream.rangeClosed(500, 576))
                .flatMapToInt(stream -> stream)
                .boxed()
                .toList();
        assertThat(infos.keySet()).containsExactlyElementsOf(ids);
        assertThat(infos)
                .containsEntry(0, "0:Amp")
                .containsEntry(3, "1:true")
                .containsEntry(4, "1:true")
                .containsEntry(5, "1:false")
                .containsEntry(8, "3:0")
                .containsEntry(9, "1:true")
                .containsEntry(100, "3:0")
                .containsEntry(500, "1:false")
                .containsEntry(503, "3:3")
                .containsEntry(504, "0:\"")
                .containsEntry(505, "3:0")
                .containsEntry(507, "3:0")
                .containsEntry(513, "0:\\")
                .containsEntry(514, "0:")
                .containsEntry(529, "0:schema")
                .containsEntry(530, "0:procedure")
                .containsEntry(531, "0:catalog")
                .containsEntry(541, "2:0")
                .containsEntry(556, "1:true")
                .containsEntry(562, "2:0")
                .containsEntry(576, "1:false");
        assertThat(infos.get(517)).startsWith("5:");
        assertThat(infos.get(508)).startsWith("4:[");
        assertThat(infos.get(509)).contains("\"abs\"");
    }

    @Test
    void unknownInfosAreSkipped() throws Exception {
        assertThat(infos(0, 9999)).containsExactly(Map.entry(0, "0:Amp"));
        assertThat(infos(9999)).isEmpty();
    }

    @Test
    void preparedStatements() throws Exception {
        queries.answer("SELECT n", CannedAnswer.of(ROWS).thenBatch(this::oneRow));
        try (FlightSqlClient.PreparedStatement statement = client.prepare("SELECT n")) {
            assertThat(statement.getResultSetSchema()).isEqualTo(ROWS.arrow());
            assertThat(statement.getParameterSchema().getFields()).isEmpty();
            assertThat(rows(statement.execute(), ROWS.arrow())).containsExactly("7");
            assertThat(rows(statement.execute(), ROWS.arrow())).containsExactly("7");
        }
    }

    @Test
    void aStatementThatDoesNotPlanIsNotPrepared() {
        FlightRuntimeException failure =
                catchThrowableOfType(FlightRuntimeException.class, () -> client.prepare("SELEC"));
        assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(failure).hasMessageContaining("Invalid SQL syntax");
    }

    @Test
    void updatesAreRefused() {
        FlightRuntimeException failure =
                catchThrowableOfType(FlightRuntimeException.class, () -> client.executeUpdate("DELETE FROM x"));
        assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(failure).hasMessageContaining("read-only");
    }

    @Test
    void actions() {
        assertThat(flight.listActions())
                .extracting(ActionType::getType)
                .containsExactly(
                        "CreatePreparedStatement",
                        "ClosePreparedStatement",
                        "CancelQuery",
                        "CancelFlightInfo",
                        "CloseSession");
        for (int i = 0; i < 2; i++) {
            assertThat(flight.doAction(new Action("ClosePreparedStatement", new byte[] {1}))
                            .hasNext())
                    .isFalse();
        }
        assertThat(flight.doAction(new Action("CloseSession", new byte[0])).hasNext())
                .isTrue();
        for (String other : List.of("BeginTransaction", "EndTransaction", "SetSessionOptions", "Nonsense")) {
            FlightRuntimeException failure = catchThrowableOfType(
                    FlightRuntimeException.class,
                    () -> flight.doAction(new Action(other, new byte[0])).hasNext());
            assertThat(failure.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a%,abc,true",
        "a_c,abc,true",
        "a_c,ac,false",
        "%,'',true",
        "a\\_c,a_c,true",
        "a\\_c,abc,false",
        "a.c,abc,false",
        "A,a,false",
        "a\\,a\\,true",
    })
    void patterns(String pattern, String name, boolean matches) {
        assertThat(LikePattern.matches(pattern, name)).isEqualTo(matches);
    }
}
