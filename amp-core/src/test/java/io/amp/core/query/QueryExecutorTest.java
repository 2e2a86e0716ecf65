package io.amp.core.query;

import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.concurrent.SystemRandomness;
import io.amp.core.dataset.DatasetRegistryService;
import io.amp.core.dataset.DerivedChecks;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Assignment;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService.PlannedQuery;
import io.amp.ports.query.QueryService.QueryResult;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryExecutorTest {
    private static final DatasetName ETH = new DatasetName("acme", "eth");

    private final WallClock clock = new WallClock();
    private final InMemoryMetadataStore metadata = new InMemoryMetadataStore(clock, new SystemRandomness());
    private final DatasetRegistryService registry =
            new DatasetRegistryService(metadata, new InMemoryObjectStore(clock), DerivedChecks.UNSUPPORTED, clock);
    private final RegexEngine engine = new RegexEngine();
    private final Map<TableKey, TableRevision> revisions = new HashMap<>();
    private QueryExecutor queries = executor(QueryLimits.DEFAULT);
    private Assignment writer = new Assignment(0, "", 0);

    @BeforeEach
    void startWorker() throws Exception {
        metadata.workers().start("worker", Map.of(), Duration.ZERO);
    }

    @Test
    void allTablesComeWithTheirVisibleSegmentsAndCommonRange() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), new SemanticVersion("1.0.0"));
        commit(eth, "blocks", 0, 9);
        commit(eth, "blocks", 10, 19);
        commit(eth, "blocks", 30, 39);
        commit(eth, "logs", 0, 14);

        QueryResult result = run("SELECT * FROM \"acme/eth@1.0.0\".blocks JOIN \"acme/eth\".logs");

        assertThat(executed("blocks")).containsExactly("0..9", "10..19");
        assertThat(executed("logs")).containsExactly("0..14");
        assertThat(result.ranges()).singleElement().satisfies(range -> {
            assertThat(range.numbers()).hasToString("0..14");
            assertThat(range.timestamp()).isNotNull();
        });
        assertThat(result.batches().next()).isNull();
        result.close();
        result.close();
        assertThat(engine.open).isZero();
    }

    @Test
    void nothingIsVisibleBeforeTheChainReachesTheStartBlock() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(5), null);
        commit(eth, "blocks", 10, 19);
        QueryResult before = run("SELECT * FROM \"acme/eth\".blocks");
        assertThat(executed("blocks")).isEmpty();
        assertThat(before.ranges()).isEmpty();

        commit(eth, "blocks", 5, 9);
        QueryResult after = run("SELECT * FROM \"acme/eth\".blocks");
        assertThat(executed("blocks")).containsExactly("5..9", "10..19");
        assertThat(after.ranges()).extracting(BlockRange::start).containsExactly(5L);
    }

    @Test
    void aPlanRunsSeveralTimesEachWithASnapshotOfItsOwn() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        commit(eth, "blocks", 0, 9);
        PlannedQuery plan = queries.plan(QueryRequest.of("SELECT * FROM \"acme/eth\".blocks"));
        queries.execute(plan).close();
        commit(eth, "blocks", 10, 19);
        queries.execute(plan).close();

        assertThat(engine.executed.getFirst().values().iterator().next()).hasSize(1);
        assertThat(executed("blocks")).containsExactly("0..9", "10..19");
    }

    @Test
    void aPlanStaysWithTheManifestItWasMadeFor() throws Exception {
        DatasetVersion first = registry.register(ETH, manifest(0), null);
        commit(first, "blocks", 0, 9);
        PlannedQuery plan = queries.plan(QueryRequest.of("SELECT * FROM \"acme/eth@dev\".blocks"));
        registry.register(ETH, manifest(7), null);

        queries.execute(plan).close();
        assertThat(engine.executed.getLast().keySet())
                .extracting(TableKey::dataset)
                .containsExactly(first);
    }

    @Test
    void datasetsThatShareAManifestDoNotShareData() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        DatasetVersion twin = registry.register(new DatasetName("acme", "twin"), manifest(0), null);
        assertThat(twin.hash()).isEqualTo(eth.hash());
        commit(eth, "blocks", 0, 9);
        commit(twin, "blocks", 0, 4);

        run("SELECT * FROM \"acme/twin\".blocks");
        assertThat(executed("blocks")).containsExactly("0..4");
    }

    @Test
    void unqualifiedTablesBelongToTheDefaultDataset() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        commit(eth, "blocks", 0, 9);

        PlannedQuery plan = queries.plan(new QueryRequest("SELECT * FROM blocks", "acme/eth", null, "-"));
        queries.execute(plan).close();
        assertThat(executed("blocks")).containsExactly("0..9");
    }

    @Test
    void badReferencesAreNamed() {
        registry.register(ETH, manifest(0), null);

        assertFails(QueryError.TABLE_REFERENCE_RESOLUTION, "blocks (line 1, column 15)", plan("SELECT * FROM blocks"));
        assertFails(QueryError.TABLE_REFERENCE_RESOLUTION, "dataset.blocks", plan("SELECT * FROM blocks"));
        assertFails(QueryError.TABLE_REFERENCE_RESOLUTION, "'acme/eth@x'", plan("SELECT * FROM \"acme/eth@x\".blocks"));
        assertFails(QueryError.DATASET_NOT_FOUND, "Dataset not found: _/nosuch", plan("SELECT * FROM nosuch.blocks"));
        assertFails(QueryError.DATASET_NOT_FOUND, "try @dev", plan("SELECT * FROM \"acme/eth@latest\".blocks"));
        assertFails(
                QueryError.TABLE_NOT_FOUND_ERROR,
                "Table traces not found in dataset acme/eth",
                plan("SELECT * FROM \"acme/eth\".traces"));
        assertFails(
                QueryError.TABLE_NOT_SYNCED,
                "Table acme/eth.blocks has not been synced",
                plan("SELECT * FROM \"acme/eth\".blocks"));
    }

    @Test
    void streamingIsReportedByThePlanAndRefusedByTheRun() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        commit(eth, "blocks", 0, 9);
        String sql = "SELECT * FROM \"acme/eth\".blocks SETTINGS stream = true";

        PlannedQuery plan = queries.plan(QueryRequest.of(sql));
        assertThat(plan.isStreaming()).isTrue();
        assertThat(queries.plan(new QueryRequest(sql, null, false, "-")).isStreaming())
                .isFalse();
        assertThat(queries.plan(new QueryRequest("SELECT * FROM \"acme/eth\".blocks", null, true, "-"))
                        .isStreaming())
                .isTrue();
        assertFails(QueryError.UNSUPPORTED, "streaming queries are not supported", () -> queries.execute(plan));
    }

    @Test
    void blankAndLongStatementsAreRefused() {
        queries = executor(new QueryLimits(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 10));

        assertFails(QueryError.INVALID_SQL_STRING, "cannot be empty", plan(" \n\t"));
        assertFails(QueryError.PAYLOAD_TOO_LARGE, "longer than 10 bytes", plan("SELECT 'é€'"));
    }

    @Test
    void aFailedStartGivesItsPlaceBack() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        commit(eth, "blocks", 0, 9);
        queries = executor(new QueryLimits(1, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0));
        PlannedQuery plan = queries.plan(QueryRequest.of("SELECT * FROM \"acme/eth\".blocks"));
        engine.failing = true;
        assertFails(QueryError.EXECUTION_ERROR, "out of order", () -> queries.execute(plan));
        engine.failing = false;

        QueryResult running = queries.execute(plan);
        assertFails(QueryError.TOO_MANY_QUERIES, "too many requests", () -> queries.execute(plan));
        running.close();
        queries.execute(plan).close();
    }

    @Test
    void aLostDatabaseIsUnavailableAndRetryable() throws Exception {
        DatasetVersion eth = registry.register(ETH, manifest(0), null);
        commit(eth, "blocks", 0, 9);
        PlannedQuery plan = queries.plan(QueryRequest.of("SELECT * FROM \"acme/eth\".blocks"));
        metadata.disconnect();

        assertFails(QueryError.CATALOG_SNAPSHOT_ERROR, "", () -> queries.execute(plan));
        assertFails(QueryError.CATALOG_SNAPSHOT_ERROR, "", plan("SELECT * FROM \"acme/eth\".blocks"));
    }

    private QueryExecutor executor(QueryLimits limits) {
        return new QueryExecutor(registry, metadata.segments(), engine, limits, clock);
    }

    private QueryResult run(String sql) throws InterruptedException {
        return queries.execute(queries.plan(QueryRequest.of(sql)));
    }

    private ThrowingCallable plan(String sql) {
        return () -> queries.plan(QueryRequest.of(sql));
    }

    private void commit(DatasetVersion dataset, String table, long start, long end) {
        if (writer.jobId() == 0) {
            writer = metadata.jobs().schedule("key", dataset, "{}", null).assignment();
        }
        TableKey key = new TableKey(dataset, table);
        TableRevision revision = revisions.computeIfAbsent(
                key, missing -> metadata.segments().createActive(writer, missing, missing.toString()));
        assertThat(metadata.segments().commit(writer, List.of(written(revision, start, end))))
                .isInstanceOf(CommitOutcome.Committed.class);
    }

    private List<String> executed(String table) {
        List<String> numbers = new ArrayList<>();
        engine.executed.getLast().forEach((key, segments) -> {
            if (key.table().equals(table)) {
                segments.stream()
                        .map(Segment::range)
                        .forEach(range -> numbers.add(range.numbers().toString()));
            }
        });
        return numbers;
    }

    private static String manifest(long startBlock) {
        return "{\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"start_block\":" + startBlock + "}";
    }

    private static void assertFails(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
