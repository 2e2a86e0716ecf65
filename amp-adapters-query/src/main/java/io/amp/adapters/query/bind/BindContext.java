package io.amp.adapters.query.bind;

import io.amp.adapters.query.function.ConstantFolder;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.type.SqlType;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.TableReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What binding one statement shares: the tree, the tables, numbers for columns. */
final class BindContext {
    private final SyntaxTree tree;
    private final Map<String, ResolvedTable> tables = new HashMap<>();
    private final ConstantFolder folder;
    private int lastColumn;
    private int lastTable;

    BindContext(SyntaxTree tree, Map<TableReference, ResolvedTable> tables, ConstantFolder folder) {
        this.tree = tree;
        this.folder = folder;
        tables.forEach((reference, table) -> this.tables.put(reference.toString(), table));
    }

    SyntaxTree tree() {
        return tree;
    }

    ConstantFolder folder() {
        return folder;
    }

    @Nullable
    ResolvedTable table(TableReference reference) {
        return tables.get(reference.toString());
    }

    Column newColumn(SqlType type, boolean nullable) {
        return new Column(++lastColumn, type, nullable);
    }

    /** Number of a scan or a common table. */
    int newTable() {
        return ++lastTable;
    }
}
