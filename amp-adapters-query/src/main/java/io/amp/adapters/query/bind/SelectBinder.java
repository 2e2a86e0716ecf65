package io.amp.adapters.query.bind;

import io.amp.adapters.query.bind.SelectCalls.Allowed;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.sql.SyntaxTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/**
 * Binds one SELECT. Its clauses become relations in the order in which they work: FROM, WHERE, GROUP BY, HAVING, window functions, QUALIFY,
 * unnest, select list, DISTINCT, ORDER BY, LIMIT. Select list, ORDER BY and the others are bound first, because they decide which
 * aggregates and window functions there are.
 */
final class SelectBinder {
    private final QueryBinder queries;
    private final BindContext context;
    private final SyntaxTree tree;
    private final SqlSelect select;
    private final @Nullable Scope outer;
    private final Ordering ordering;
    private final SelectCalls calls;

    private List<SelectItem> items = List.of();
    private final Map<String, SelectItem> aliases = new HashMap<>();

    SelectBinder(QueryBinder queries, SqlSelect select, @Nullable Scope outer, Ordering ordering) {
        this.queries = queries;
        this.context = queries.context();
        this.tree = context.tree();
        this.select = select;
        this.outer = outer;
        this.ordering = ordering;
        this.calls = new SelectCalls(queries, new WindowBinder(queries, select.getWindowList()));
    }

    /** The expressions of the clauses behind the select list; rewritten when the query groups. */
    private record Clauses(
            List<SelectItem> items,
            @Nullable Expr having,
            @Nullable Expr qualify,
            List<SortKey> order,
            List<Expr> distinctOn) {
        Clauses map(UnaryOperator<Expr> change) {
            return new Clauses(
                    items.stream()
                            .map(item -> item.withExpr(change.apply(item.expr())))
                            .toList(),
                    having == null ? null : change.apply(having),
                    qualify == null ? null : change.apply(qualify),
                    Rels.keys(order, change),
                    distinctOn.stream().map(change).toList());
        }
    }

    BoundQuery bind() {
        BoundQuery from = new FromBinder(queries, outer).bind(select.getFrom());
        var scope = new Scope(from.fields(), outer);
        var plain = new ExpressionBinder(queries, scope, ExpressionBinder.NONE);
        Rel rel = from.rel();
        if (select.getWhere() != null) {
            rel = new Rel.Filter(rel, plain.bindCondition(select.getWhere(), "Filter"));
        }
        List<SqlNode> nodes = new ArrayList<>(select.getSelectList().getList());
        List<SqlNode> distinctOnNodes = takeDistinctOn(nodes);
        items = new SelectListBinder(queries, scope, plain.with(allowing(Allowed.ALL))).bind(nodes);
        items.forEach(item -> aliases.putIfAbsent(item.name(), item));
        Grouping grouping = new Grouping(queries, plain, items, this::aliasOf).bind(select.getGroup());
        var clauses = new Clauses(
                items,
                bindHaving(plain),
                select.getQualify() == null
                        ? null
                        : plain.with(aliasesFirst()).bindCondition(select.getQualify(), "QUALIFY"),
                bindOrder(plain),
                distinctOnNodes.stream()
                        .map(node -> bindByPosition(plain, node))
                        .toList());
        boolean groups = grouping.isPresent()
                || select.getHaving() != null
                || !calls.aggregates.isEmpty()
                || !calls.groupings.isEmpty();
        if (groups) {
            Grouping.Applied applied = grouping.apply(rel, scope, calls);
            rel = applied.rel();
            clauses = clauses.map(applied.rewrite());
            if (clauses.having() != null) {
                rel = new Rel.Filter(rel, clauses.having());
            }
        }
        if (!calls.windowCalls.isEmpty()) {
            rel = new Rel.Window(rel, calls.windowCalls);
        }
        if (clauses.qualify() != null) {
            rel = new Rel.Filter(rel, clauses.qualify());
        }
        if (!calls.unnested.isEmpty()) {
            rel = new Rel.Unnest(rel, calls.unnested);
        }
        return output(rel, clauses);
    }

    /** Removes the item that the rewriting of DISTINCT ON put first. */
    private List<SqlNode> takeDistinctOn(List<SqlNode> nodes) {
        boolean isDistinctOn = !nodes.isEmpty()
                && nodes.getFirst() instanceof SqlCall first
                && first.getKind() == SqlKind.AS
                && ((SqlIdentifier) first.operand(1)).getSimple().equals(Internal.DISTINCT_ON);
        return isDistinctOn ? ((SqlCall) ((SqlCall) nodes.removeFirst()).operand(0)).getOperandList() : List.of();
    }

    // Clauses.

    private ExpressionBinder.Extensions allowing(Allowed allowed) {
        return new ExpressionBinder.Extensions() {
            @Override
            public @Nullable Bound bindCall(ExpressionBinder binder, SqlCall call) {
                return calls.bindCall(binder, call, allowed);
            }
        };
    }

    /** Names are aliases of the select list before they are columns. */
    private ExpressionBinder.Extensions aliasesFirst() {
        return new ExpressionBinder.Extensions() {
            @Override
            public @Nullable Bound bindCall(ExpressionBinder binder, SqlCall call) {
                return calls.bindCall(binder, call, Allowed.ALL);
            }

            @Override
            public @Nullable Bound bindName(List<String> names, boolean first) {
                return first ? aliasOf(names) : null;
            }
        };
    }

    private @Nullable Bound aliasOf(List<String> names) {
        SelectItem item = names.size() == 1 ? aliases.get(names.getFirst()) : null;
        return item == null ? null : new Bound(item.expr(), item.name());
    }

    private @Nullable Expr bindHaving(ExpressionBinder plain) {
        if (select.getHaving() == null) {
            return null;
        }
        ExpressionBinder binder = plain.with(new ExpressionBinder.Extensions() {
            @Override
            public @Nullable Bound bindCall(ExpressionBinder self, SqlCall call) {
                return calls.bindCall(self, call, Allowed.AGGREGATES);
            }

            @Override
            public @Nullable Bound bindName(List<String> names, boolean first) {
                Bound alias = aliasOf(names);
                return alias != null && (!first || calls.isIn(alias.expr())) ? alias : null;
            }
        });
        return binder.bindCondition(select.getHaving(), "HAVING");
    }

    private List<SortKey> bindOrder(ExpressionBinder plain) {
        var keys = new ArrayList<SortKey>();
        for (SqlNode node : ordering.keys()) {
            SortItem item = SortItem.of(node);
            keys.add(queries.sortKey(item, bindByPosition(plain, item.value())));
        }
        return keys;
    }

    /** An item by number or name, or any expression. */
    private Expr bindByPosition(ExpressionBinder plain, SqlNode node) {
        Integer ordinal = queries.ordinal(node, items.size());
        return ordinal == null
                ? plain.with(aliasesFirst()).bindExpr(node)
                : items.get(ordinal).expr();
    }

    // Output.

    private BoundQuery output(Rel input, Clauses clauses) {
        var assignments = new ArrayList<Assignment>();
        var fields = new ArrayList<Field>();
        for (SelectItem item : clauses.items()) {
            Column column = context.newColumn(item.expr().type(), item.expr().nullable());
            assignments.add(new Assignment(column, item.expr()));
            fields.add(new Field(item.qualifier(), item.name(), column));
        }
        int visible = assignments.size();
        boolean distinct = select.isDistinct() && clauses.distinctOn().isEmpty();
        List<Expr> distinctOn = clauses.distinctOn().stream()
                .map(key -> outputColumn(key, assignments))
                .toList();
        var order = new ArrayList<SortKey>();
        for (int i = 0; i < clauses.order().size(); i++) {
            SortKey key = clauses.order().get(i);
            int before = assignments.size();
            Expr column = outputColumn(key.value(), assignments);
            if (distinct && assignments.size() > before) {
                throw tree.invalid(
                        ordering.keys().get(i), "For SELECT DISTINCT, ORDER BY expressions must appear in select list");
            }
            order.add(new SortKey(column, key.descending(), key.nullsFirst()));
        }
        Rel rel = new Rel.Project(input, assignments);
        if (distinct) {
            rel = new Rel.Distinct(rel);
        } else if (!distinctOn.isEmpty()) {
            rel = new Rel.DistinctOn(rel, distinctOn, order);
        }
        if (!ordering.isEmpty()) {
            rel = new Rel.Sort(
                    rel,
                    order,
                    queries.rowCount(ordering.limit(), "LIMIT"),
                    queries.rowCount(ordering.offset(), "OFFSET"));
        }
        if (assignments.size() > visible) {
            rel = new Rel.Project(
                    rel,
                    fields.stream()
                            .map(field -> new Assignment(field.column(), field.column()))
                            .toList());
        }
        return new BoundQuery(rel, fields);
    }

    /** The output column that computes the expression; a hidden one is added when there is none. */
    private Expr outputColumn(Expr expr, List<Assignment> assignments) {
        for (Assignment assignment : assignments) {
            if (assignment.value().equals(expr)) {
                return assignment.column();
            }
        }
        Column column = context.newColumn(expr.type(), expr.nullable());
        assignments.add(new Assignment(column, expr));
        return column;
    }
}
