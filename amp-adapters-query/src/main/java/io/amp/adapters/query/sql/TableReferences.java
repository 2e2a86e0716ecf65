package io.amp.adapters.query.sql;

import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;

/** Finds the tables of a statement: names in FROM that are not common table expressions. */
public final class TableReferences {
    private static final String CATALOG = "amp";

    private final SyntaxTree tree;
    private final Map<String, TableReference> found = new LinkedHashMap<>();

    private TableReferences(SyntaxTree tree) {
        this.tree = tree;
    }

    static Set<TableReference> collect(SyntaxTree tree) {
        var references = new TableReferences(tree);
        references.visit(tree.root(), Set.of());
        return new LinkedHashSet<>(references.found.values());
    }

    /** The reference that a name in FROM spells. */
    public static TableReference of(SyntaxTree tree, SqlIdentifier identifier) {
        List<String> names = tree.names(identifier);
        var at = tree.position(identifier);
        return switch (names.size()) {
            case 1 -> new TableReference(null, names.getFirst(), at.line(), at.column());
            case 2 -> new TableReference(names.get(0), names.get(1), at.line(), at.column());
            case 3 -> {
                if (!names.getFirst().equals(CATALOG)) {
                    throw new AmpException(
                            QueryError.TABLE_REFERENCE_RESOLUTION,
                            "Catalog-qualified table references are not supported: " + String.join(".", names));
                }
                yield new TableReference(names.get(1), names.get(2), at.line(), at.column());
            }
            default ->
                throw new AmpException(
                        QueryError.TABLE_REFERENCE_RESOLUTION,
                        "Unsupported table reference format (expected 1-3 parts): " + String.join(".", names));
        };
    }

    private void visit(SqlNode node, Set<String> commonTables) {
        switch (node) {
            case SqlWith with -> visitWith(with, commonTables);
            case SqlSelect select -> {
                if (select.getFrom() != null) {
                    visitFrom(select.getFrom(), commonTables);
                }
                List<SqlNode> operands = select.getOperandList();
                for (int i = 0; i < operands.size(); i++) {
                    SqlNode operand = operands.get(i);
                    if (operand != null && i != SqlSelect.FROM_OPERAND) {
                        visit(operand, commonTables);
                    }
                }
            }
            case SqlCall call -> {
                for (SqlNode operand : call.getOperandList()) {
                    if (operand != null) {
                        visit(operand, commonTables);
                    }
                }
            }
            case SqlNodeList list ->
                list.forEach(item -> {
                    if (item != null) {
                        visit(item, commonTables);
                    }
                });
            default -> {
                // Names and literals hold no query.
            }
        }
    }

    private void visitWith(SqlWith with, Set<String> commonTables) {
        var visible = new HashSet<>(commonTables);
        for (SqlNode node : with.withList) {
            var item = (SqlWithItem) node;
            String name = tree.name(item.name.getSimple());
            if (item.recursive.booleanValue()) {
                visible.add(name);
            }
            visit(item.query, visible);
            visible.add(name);
        }
        visit(with.body, visible);
    }

    private void visitFrom(SqlNode node, Set<String> commonTables) {
        switch (node) {
            case SqlIdentifier identifier -> {
                boolean isCommon = identifier.isSimple() && commonTables.contains(tree.name(identifier.getSimple()));
                if (!isCommon) {
                    TableReference reference = of(tree, identifier);
                    found.putIfAbsent(reference.toString(), reference);
                }
            }
            case SqlJoin join -> {
                visitFrom(join.getLeft(), commonTables);
                visitFrom(join.getRight(), commonTables);
                if (join.getCondition() != null) {
                    visit(join.getCondition(), commonTables);
                }
            }
            case SqlCall call when call.getKind() == SqlKind.AS -> visitFrom(call.operand(0), commonTables);
            case SqlCall call when call.getKind() == SqlKind.LATERAL -> visitFrom(call.operand(0), commonTables);
            default -> visit(node, commonTables);
        }
    }
}
