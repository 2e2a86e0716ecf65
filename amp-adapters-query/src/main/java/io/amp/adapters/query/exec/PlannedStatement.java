package io.amp.adapters.query.exec;

import io.amp.adapters.query.bind.BoundStatement;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.sql.ParsedSql.Output;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.query.QueryEngine.Plan;
import io.amp.ports.storage.TableKey;
import java.util.LinkedHashSet;
import java.util.Set;

/** A compiled statement; holds no resources. */
record PlannedStatement(BoundStatement statement, Output output, TableSchema schema, Set<TableKey> tables)
        implements Plan {
    static PlannedStatement of(BoundStatement statement, Output output, TableSchema schema) {
        var tables = new LinkedHashSet<TableKey>();
        Rels.forEach(statement.rel(), rel -> {
            if (rel instanceof Rel.Scan scan) {
                tables.add(scan.table().key());
            }
        });
        return new PlannedStatement(statement, output, schema, Set.copyOf(tables));
    }
}
