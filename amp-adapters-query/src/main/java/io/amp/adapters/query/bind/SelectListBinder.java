package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.sql.SyntaxTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** Binds a select list: expands stars, names columns. */
final class SelectListBinder {
    private final QueryBinder queries;
    private final SyntaxTree tree;
    private final Scope scope;
    private final ExpressionBinder binder;
    private final List<SelectItem> items = new ArrayList<>();

    SelectListBinder(QueryBinder queries, Scope scope, ExpressionBinder binder) {
        this.queries = queries;
        this.tree = queries.context().tree();
        this.scope = scope;
        this.binder = binder;
    }

    List<SelectItem> bind(List<SqlNode> nodes) {
        for (SqlNode node : nodes) {
            bindItem(node);
        }
        refuseRepeatedNames(nodes);
        return List.copyOf(items);
    }

    private void bindItem(SqlNode node) {
        switch (node) {
            case SqlIdentifier identifier when identifier.isStar() -> addStar(identifier, Set.of(), Map.of());
            case SqlCall call
            when call.getOperator().getName().equals("SELECT_STAR_EXCLUDE") -> {
                var excluded = new HashSet<String>();
                for (SqlNode name : (SqlNodeList) call.operand(1)) {
                    excluded.add(tree.name(((SqlIdentifier) name).getSimple()));
                }
                addStar(call.operand(0), excluded, Map.of());
            }
            case SqlCall call
            when call.getOperator().getName().equals("SELECT_STAR_REPLACE") -> {
                var replaced = new LinkedHashMap<String, Expr>();
                for (SqlNode item : (SqlNodeList) call.operand(1)) {
                    var as = (SqlCall) item;
                    replaced.put(
                            tree.name(((SqlIdentifier) as.operand(1)).getSimple()), binder.bindExpr(as.operand(0)));
                }
                addStar(call.operand(0), Set.of(), replaced);
            }
            case SqlCall call
            when call.getKind() == SqlKind.AS -> {
                String alias = queries.alias(call.operand(1));
                items.add(new SelectItem(binder.bindExpr(call.operand(0)), List.of(), alias, true));
            }
            case SqlIdentifier identifier -> addName(identifier);
            default -> {
                Bound bound = binder.bind(node);
                items.add(new SelectItem(bound.expr(), List.of(), bound.name(), false));
            }
        }
    }

    /** A plain column keeps its qualifier, so that queries around can use it. */
    private void addName(SqlIdentifier identifier) {
        Bound bound = binder.bind(identifier);
        List<String> qualifier = List.of();
        if (bound.expr() instanceof Expr.Column column) {
            qualifier = scope.fields().stream()
                    .filter(field -> field.column().id() == column.id())
                    .findFirst()
                    .map(Field::qualifier)
                    .orElse(List.of());
        }
        items.add(new SelectItem(bound.expr(), qualifier, bound.name(), false));
    }

    private void addStar(SqlIdentifier star, Set<String> excluded, Map<String, Expr> replaced) {
        List<String> qualifier = tree.names(star).subList(0, star.names.size() - 1);
        var used = new HashSet<String>();
        int found = 0;
        for (Field field : scope.fields()) {
            boolean selected = qualifier.isEmpty() ? !field.merged() : field.isQualifiedBy(qualifier);
            if (!selected) {
                continue;
            }
            found++;
            used.add(field.name());
            if (excluded.contains(field.name())) {
                continue;
            }
            Expr replacement = replaced.get(field.name());
            items.add(
                    replacement != null
                            ? new SelectItem(replacement, List.of(), field.name(), true)
                            : new SelectItem(field.column(), field.qualifier(), field.name(), false));
        }
        if (found == 0) {
            throw tree.invalid(
                    star,
                    qualifier.isEmpty()
                            ? "SELECT * with no tables specified is not valid"
                            : "Invalid qualifier " + String.join(".", qualifier));
        }
        for (String name : union(excluded, replaced.keySet())) {
            if (!used.contains(name)) {
                throw tree.invalid(star, "No field named " + name + ". Valid fields are " + scope.validFields() + ".");
            }
        }
    }

    private static Set<String> union(Set<String> left, Set<String> right) {
        var all = new HashSet<>(left);
        all.addAll(right);
        return all;
    }

    private void refuseRepeatedNames(List<SqlNode> nodes) {
        var positions = new HashMap<String, Integer>();
        for (int i = 0; i < items.size(); i++) {
            Integer before = positions.putIfAbsent(items.get(i).uniqueName(), i);
            if (before != null) {
                String name = items.get(i).uniqueName();
                throw tree.invalid(
                        nodes.getFirst(),
                        "Projections require unique expression names but the expression \"" + name + "\" at position "
                                + before
                                + " and \"" + name + "\" at position " + i
                                + " have the same name. Consider aliasing (\"AS\") one of them");
            }
        }
    }
}
