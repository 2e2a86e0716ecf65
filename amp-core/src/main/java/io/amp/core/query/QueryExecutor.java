package io.amp.core.query;

import io.amp.core.chain.VisibleChain;
import io.amp.core.query.TableResolver.Resolved;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine;
import io.amp.ports.query.QueryEngine.ExecutionOptions;
import io.amp.ports.query.QueryEngine.ParsedStatement;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService;
import io.amp.ports.query.TableReference;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.TableKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Queries over registered datasets: names are resolved once per statement, the segments of all tables come from one catalogue snapshot
 * per execution, and only canonical ones are read (query specification, sections 1.3 and 2). Thread-safe.
 */
public final class QueryExecutor implements QueryService {
    /** Segments kept in memory for all tables; about half a kilobyte each. */
    private static final int CACHED_SEGMENTS_MAX = 300_000;

    private final DatasetRegistry registry;
    private final SegmentCatalog catalog;
    private final QueryEngine engine;
    private final QueryLimits limits;
    private final Clock clock;
    private final SnapshotCache snapshots;
    private final QueryAdmission admission;

    public QueryExecutor(
            DatasetRegistry registry, SegmentCatalog catalog, QueryEngine engine, QueryLimits limits, Clock clock) {
        this.registry = registry;
        this.catalog = catalog;
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
        this.snapshots = new SnapshotCache(catalog, CACHED_SEGMENTS_MAX);
        this.admission = new QueryAdmission(limits, clock);
    }

    @Override
    public PlannedQuery plan(QueryRequest request) {
        requireLength(request.sql());
        ParsedStatement statement = engine.parse(request.sql());
        Map<TableReference, Resolved> resolved;
        try {
            resolved = new TableResolver(registry, request.defaultDataset()).resolve(statement.tables());
            requireSynced(resolved);
        } catch (AmpException e) {
            throw TableResolver.asQueryFailure(e);
        }
        Map<TableReference, ResolvedTable> tables = new LinkedHashMap<>();
        resolved.forEach((reference, table) -> tables.put(reference, table.table()));
        Plan plan = engine.plan(statement, tables);
        Map<TableKey, Resolved> referenced = new LinkedHashMap<>();
        resolved.values().forEach(table -> referenced.put(table.table().key(), table));
        boolean streaming = request.streaming() != null ? request.streaming() : statement.isStreaming();
        return new Planned(request, plan, referenced, streaming);
    }

    @Override
    public QueryResult execute(PlannedQuery query) throws InterruptedException {
        if (!(query instanceof Planned planned)) {
            throw new IllegalArgumentException("a query that was planned elsewhere: " + query.getClass());
        }
        if (planned.isStreaming()) {
            throw new AmpException(
                    QueryError.UNSUPPORTED, "invalid query: streaming queries are not supported by this build");
        }
        long started = clock.nanoTime();
        QueryAdmission.Permit permit = admission.acquire(planned.request().client(), false);
        BatchStream batches = null;
        try {
            Map<TableKey, VisibleChain> chains = snapshot(planned);
            Map<TableKey, List<Segment>> segments = new HashMap<>();
            chains.forEach((key, chain) -> segments.put(key, chain.segments()));
            List<BlockRange> ranges = CoveredRanges.of(
                    chains.values().stream().map(VisibleChain::syncedRange).toList());
            batches = engine.execute(
                    planned.plan(), segments, new ExecutionOptions(limits.timeout(), limits.resultRowsMax()));
            return new QueryResult(new RunningQuery(planned.request(), batches, permit, clock, started), ranges);
        } finally {
            if (batches == null) {
                permit.close();
            }
        }
    }

    private Map<TableKey, VisibleChain> snapshot(Planned planned) {
        Map<TableKey, @Nullable Long> startBlocks = new HashMap<>();
        planned.tables().forEach((key, table) -> startBlocks.put(key, table.startBlock()));
        if (startBlocks.isEmpty()) {
            return Map.of();
        }
        Map<TableKey, VisibleChain> chains;
        try {
            chains = snapshots.chains(startBlocks);
        } catch (AmpException e) {
            throw new AmpException(QueryError.CATALOG_SNAPSHOT_ERROR, e.getMessage(), e);
        }
        for (TableKey key : startBlocks.keySet()) {
            if (!chains.containsKey(key)) {
                throw notSynced(key);
            }
        }
        return chains;
    }

    private void requireSynced(Map<TableReference, Resolved> tables) {
        if (tables.isEmpty()) {
            return;
        }
        Map<TableKey, Long> versions = catalog.snapshotVersions(
                tables.values().stream().map(table -> table.table().key()).collect(Collectors.toSet()));
        tables.forEach((reference, table) -> {
            if (!versions.containsKey(table.table().key())) {
                throw notSynced(reference);
            }
        });
    }

    private void requireLength(String sql) {
        if (sql.isBlank()) {
            throw new AmpException(QueryError.INVALID_SQL_STRING, "string cannot be empty or contain only whitespace");
        }
        if (limits.sqlBytesMax() > 0 && utf8Length(sql) > limits.sqlBytesMax()) {
            throw new AmpException(
                    QueryError.PAYLOAD_TOO_LARGE, "the statement is longer than " + limits.sqlBytesMax() + " bytes");
        }
    }

    private static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts two of its four bytes.
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }

    private static AmpException notSynced(Object table) {
        return new AmpException(QueryError.TABLE_NOT_SYNCED, "Table " + table + " has not been synced");
    }

    /** @param tables all that the statement names, whether the plan reads them or not: they bound the ranges reported */
    private record Planned(QueryRequest request, Plan plan, Map<TableKey, Resolved> tables, boolean isStreaming)
            implements PlannedQuery {
        @Override
        public TableSchema schema() {
            return plan.schema();
        }
    }
}
