package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.ports.batch.TableSchema;
import java.util.List;

/**
 * A typed statement.
 *
 * @param outputs columns of the result, in order
 * @param schema the result as clients see it
 */
public record BoundStatement(Rel rel, List<Column> outputs, TableSchema schema) {
    public BoundStatement {
        outputs = List.copyOf(outputs);
    }
}
