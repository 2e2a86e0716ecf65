package io.amp.adapters.query.bind;

import java.util.List;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/** ORDER BY, OFFSET and LIMIT of a query. */
record Ordering(
        List<SqlNode> keys,
        @Nullable SqlNode offset,
        @Nullable SqlNode limit) {
    static final Ordering NONE = new Ordering(List.of(), null, null);

    boolean isEmpty() {
        return keys.isEmpty() && offset == null && limit == null;
    }
}
