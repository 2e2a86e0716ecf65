package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import java.util.ArrayList;
import java.util.List;

/**
 * A common table that names may refer to.
 *
 * @param names of its columns
 */
record CommonTableDefinition(int id, List<String> names, List<Column> columns) {
    CommonTableDefinition {
        names = List.copyOf(names);
        columns = List.copyOf(columns);
    }

    /** A new use with columns of its own. */
    BoundQuery use(BindContext context, String name) {
        List<Column> outputs = columns.stream()
                .map(column -> context.newColumn(column.type(), column.nullable()))
                .toList();
        var fields = new ArrayList<Field>();
        for (int i = 0; i < names.size(); i++) {
            fields.add(new Field(List.of(name), names.get(i), outputs.get(i)));
        }
        return new BoundQuery(new Rel.CommonTableUse(id, columns, outputs), fields);
    }
}
