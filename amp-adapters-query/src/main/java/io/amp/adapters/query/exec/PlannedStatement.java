package io.amp.adapters.query.exec;

import io.amp.adapters.query.bind.BoundStatement;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.prune.RowGoal;
import io.amp.adapters.query.prune.SegmentFilter;
import io.amp.adapters.query.sql.ParsedSql.Output;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.storage.TableKey;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A compiled statement; holds no resources.
 *
 * @param filters which segments each scan needs, by scan id
 * @param goals how many rows a scan needs, by scan id
 */
record PlannedStatement(
        BoundStatement statement,
        Output output,
        TableSchema schema,
        Set<TableKey> tables,
        Map<Integer, SegmentFilter> filters,
        Map<Integer, RowGoal> goals)
        implements Plan {
    static PlannedStatement of(BoundStatement statement, Output output) {
        var tables = new LinkedHashSet<TableKey>();
        Rels.forEach(statement.rel(), rel -> {
            if (rel instanceof Rel.Scan scan) {
                tables.add(scan.table().key());
            }
        });
        return new PlannedStatement(
                statement,
                output,
                schema(statement, output),
                Set.copyOf(tables),
                SegmentFilter.of(statement.rel()),
                RowGoal.of(statement.rel()));
    }

    private static TableSchema schema(BoundStatement statement, Output output) {
        return switch (output) {
            case ROWS -> statement.schema();
            case EXPLAIN, EXPLAIN_ANALYZE -> TextRows.schema("plan_type", "plan");
            case DESCRIBE -> TextRows.schema("column_name", "data_type", "is_nullable");
        };
    }
}
