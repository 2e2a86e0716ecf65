package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.sql.SyntaxTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

/** GROUP BY: its keys and grouping sets, and what grouping does to the other clauses. */
final class Grouping {
    private static final int SETS_MAX = 4096;

    private final QueryBinder queries;
    private final SyntaxTree tree;
    private final ExpressionBinder plain;
    private final List<SelectItem> items;
    private final Function<List<String>, @Nullable Bound> aliases;
    private final List<Expr> keys = new ArrayList<>();
    /** Positions of keys per set; one set of all keys unless GROUPING SETS, ROLLUP or CUBE say otherwise. */
    private List<List<Integer>> sets = List.of(List.of());

    private boolean present;
    private boolean severalSets;

    Grouping(
            QueryBinder queries,
            ExpressionBinder plain,
            List<SelectItem> items,
            Function<List<String>, @Nullable Bound> aliases) {
        this.queries = queries;
        this.tree = queries.context().tree();
        this.plain = plain;
        this.items = items;
        this.aliases = aliases;
    }

    Grouping bind(@Nullable SqlNodeList group) {
        if (group == null) {
            return this;
        }
        present = true;
        for (SqlNode node : group) {
            sets = product(sets, setsOf(node));
            if (sets.size() > SETS_MAX) {
                throw tree.invalid(node, "more than " + SETS_MAX + " grouping sets");
            }
        }
        return this;
    }

    boolean isPresent() {
        return present;
    }

    private static List<List<Integer>> product(List<List<Integer>> left, List<List<Integer>> right) {
        var all = new ArrayList<List<Integer>>();
        for (List<Integer> l : left) {
            for (List<Integer> r : right) {
                var both = new LinkedHashSet<>(l);
                both.addAll(r);
                all.add(List.copyOf(both));
            }
        }
        return all;
    }

    private List<List<Integer>> setsOf(SqlNode node) {
        return switch (node.getKind()) {
            case GROUPING_SETS -> {
                severalSets = true;
                var all = new ArrayList<List<Integer>>();
                for (SqlNode operand : ((SqlCall) node).getOperandList()) {
                    all.addAll(setsOf(operand));
                }
                yield all;
            }
            case ROLLUP -> {
                severalSets = true;
                List<List<Integer>> parts = parts((SqlCall) node);
                var all = new ArrayList<List<Integer>>();
                for (int length = parts.size(); length >= 0; length--) {
                    all.add(flat(parts.subList(0, length)));
                }
                yield all;
            }
            case CUBE -> {
                severalSets = true;
                List<List<Integer>> parts = parts((SqlCall) node);
                if (parts.size() > 12) {
                    throw tree.invalid(node, "CUBE has more than 12 columns");
                }
                var all = new ArrayList<List<Integer>>();
                for (int mask = (1 << parts.size()) - 1; mask >= 0; mask--) {
                    var chosen = new ArrayList<List<Integer>>();
                    for (int i = 0; i < parts.size(); i++) {
                        if ((mask & 1 << (parts.size() - 1 - i)) != 0) {
                            chosen.add(parts.get(i));
                        }
                    }
                    all.add(flat(chosen));
                }
                yield all;
            }
            default -> List.of(composite(node));
        };
    }

    private List<List<Integer>> parts(SqlCall call) {
        return call.getOperandList().stream().map(this::composite).toList();
    }

    private static List<Integer> flat(List<List<Integer>> parts) {
        return parts.stream().flatMap(List::stream).distinct().toList();
    }

    /** {@code a}, {@code (a, b)} or {@code ()}. */
    private List<Integer> composite(SqlNode node) {
        if (node instanceof SqlNodeList list) {
            return list.stream().map(this::key).toList();
        }
        if (node.getKind() == SqlKind.ROW) {
            return ((SqlCall) node).getOperandList().stream().map(this::key).toList();
        }
        if (node.getKind() == SqlKind.GROUP_BY_DISTINCT) {
            return ((SqlCall) node).getOperandList().stream().map(this::key).toList();
        }
        return List.of(key(node));
    }

    private int key(SqlNode node) {
        Integer ordinal = queries.ordinal(node, items.size());
        Expr key = ordinal != null
                ? items.get(ordinal).expr()
                : plain.with(new ExpressionBinder.Extensions() {
                            @Override
                            public @Nullable Bound bindName(List<String> names, boolean first) {
                                return first ? null : aliases.apply(names);
                            }
                        })
                        .bindExpr(node);
        int known = keys.indexOf(key);
        if (known >= 0) {
            return known;
        }
        keys.add(key);
        return keys.size() - 1;
    }

    /** @param rewrite turns an expression over the ungrouped rows into one over the groups */
    record Applied(Rel rel, UnaryOperator<Expr> rewrite) {}

    Applied apply(Rel input, Scope scope, SelectCalls calls) {
        refuseAggregatesInKeys(calls);
        Rel rel = input;
        var computed = new ArrayList<Assignment>();
        var keyColumns = new ArrayList<Assignment>();
        for (Expr key : keys) {
            Expr source = key;
            if (!(key instanceof Column)) {
                Column column = queries.context().newColumn(key.type(), key.nullable());
                computed.add(new Assignment(column, key));
                source = column;
            }
            keyColumns.add(
                    new Assignment(queries.context().newColumn(key.type(), key.nullable() || severalSets), source));
        }
        if (!computed.isEmpty()) {
            rel = new Rel.Extend(rel, computed);
        }
        var groupings = new ArrayList<Rel.Grouping>();
        calls.groupings.forEach((column, exprs) -> groupings.add(
                new Rel.Grouping(exprs.stream().map(this::groupedKey).toList(), column)));
        rel = new Rel.Aggregate(rel, keyColumns, severalSets ? sets : null, calls.aggregates, groupings);
        UnaryOperator<Expr> rewrite = rewriter(input, scope, keyColumns);
        calls.windowCalls.replaceAll(call -> Rels.map(call, rewrite));
        calls.unnested.replaceAll(list -> new Assignment(list.column(), rewrite.apply(list.value())));
        return new Applied(rel, rewrite);
    }

    private int groupedKey(Expr expr) {
        int position = keys.indexOf(expr);
        if (position < 0) {
            throw plain.failure(tree.root()).apply("arguments of grouping() must be GROUP BY expressions");
        }
        return position;
    }

    private void refuseAggregatesInKeys(SelectCalls calls) {
        for (Expr key : keys) {
            if (calls.isIn(key)) {
                throw plain.failure(tree.root()).apply("aggregate and window functions are not allowed in GROUP BY");
            }
        }
    }

    private UnaryOperator<Expr> rewriter(Rel input, Scope scope, List<Assignment> keyColumns) {
        Set<Integer> ungrouped =
                input.outputs().stream().map(Column::id).collect(Collectors.toCollection(HashSet::new));
        Map<Expr, Column> grouped = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            grouped.put(keys.get(i), keyColumns.get(i).column());
        }
        return new UnaryOperator<>() {
            @Override
            public Expr apply(Expr expr) {
                Column key = grouped.get(expr);
                if (key != null) {
                    return key;
                }
                if (expr instanceof Column column) {
                    if (ungrouped.contains(column.id())) {
                        throw notGrouped(scope, column);
                    }
                    return column;
                }
                Expr mapped = Exprs.mapOperands(expr, this);
                return switch (mapped) {
                    case Expr.ScalarQuery q -> new Expr.ScalarQuery(inside(q.query()), q.type());
                    case Expr.Exists q -> new Expr.Exists(inside(q.query()));
                    case Expr.Quantified q ->
                        new Expr.Quantified(q.values(), q.operator(), q.all(), inside(q.query()), q.nullable());
                    default -> mapped;
                };
            }

            // Correlated uses of grouped columns.
            private Rel inside(Rel query) {
                return Rels.mapExprs(query, this);
            }
        };
    }

    private RuntimeException notGrouped(Scope scope, Column column) {
        String name = scope.fields().stream()
                .filter(field -> field.column().id() == column.id())
                .findFirst()
                .map(Field::label)
                .orElse("?");
        return plain.failure(tree.root())
                .apply("Column in SELECT must be in GROUP BY or an aggregate function: column \"" + name
                        + "\" must appear in the GROUP BY clause or must be part of an aggregate function");
    }
}
