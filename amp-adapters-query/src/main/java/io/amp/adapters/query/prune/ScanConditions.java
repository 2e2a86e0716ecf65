package io.amp.adapters.query.prune;

import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Follows the conditions of a statement down to its scans. A condition is kept for a scan when rows of the scan for which it is not true
 * cannot change the result, provided that it is not true for NULL either (see {@link AdmittedNumbers}).
 */
final class ScanConditions {
    /** Conditions on the columns of each scan, by its id. */
    private final Map<Integer, List<Expr>> byScan = new HashMap<>();
    /** Conditions at the uses of each common table, on its columns. */
    private final Map<Integer, List<List<Expr>>> byCommonTable = new HashMap<>();

    private ScanConditions() {}

    static Map<Integer, List<Expr>> of(Rel rel) {
        var conditions = new ScanConditions();
        conditions.follow(rel, List.of());
        return conditions.byScan;
    }

    private void follow(Rel rel, List<Expr> above) {
        Rels.forEachOwnExpr(
                rel,
                expr -> Exprs.forEach(expr, part -> {
                    Rel query = Rels.queryOf(part);
                    if (query != null) {
                        follow(query, List.of());
                    }
                }));
        switch (rel) {
            case Rel.Scan scan -> byScan.put(scan.id(), above);
            case Rel.SingleRow ignored -> {}
            case Rel.Values ignored -> {}
            case Rel.Filter filter -> follow(filter.input(), concat(above, Exprs.conjuncts(filter.condition())));
            case Rel.Project project -> follow(project.input(), substituted(above, project.assignments()));
            case Rel.Extend extend -> follow(extend.input(), substituted(above, extend.assignments()));
            case Rel.Join join -> followJoin(join, above);
            case Rel.Aggregate aggregate ->
                follow(
                        aggregate.input(),
                        aggregate.sets() != null ? List.of() : substituted(above, aggregate.keys(), aggregate.input()));
            case Rel.Window window -> follow(window.input(), List.of());
            case Rel.Unnest unnest -> follow(unnest.input(), only(above, unnest.input()));
            case Rel.Distinct distinct -> follow(distinct.input(), above);
            case Rel.DistinctOn distinct -> follow(distinct.input(), List.of());
            case Rel.Sort sort ->
                follow(sort.input(), sort.limit() == null && sort.offset() == null ? above : List.of());
            case Rel.SetOperation set -> {
                for (Rel input : set.inputs()) {
                    follow(input, renamed(above, set.outputs(), input.outputs()));
                }
            }
            case Rel.With with -> followWith(with, above);
            case Rel.CommonTableUse use ->
                byCommonTable
                        .computeIfAbsent(use.id(), id -> new ArrayList<>())
                        .add(renamed(above, use.outputs(), use.columns()));
        }
    }

    private void followWith(Rel.With with, List<Expr> above) {
        follow(with.body(), above);
        for (int i = with.tables().size() - 1; i >= 0; i--) {
            Rel.CommonTable table = with.tables().get(i);
            List<List<Expr>> uses = byCommonTable.getOrDefault(table.id(), List.of());
            boolean single = uses.size() == 1 && !table.recursive();
            follow(
                    table.query(),
                    single
                            ? renamed(
                                    uses.getFirst(),
                                    table.columns(),
                                    table.query().outputs())
                            : List.of());
        }
    }

    // Joins.

    private void followJoin(Rel.Join join, List<Expr> above) {
        Set<Integer> left = ids(join.left());
        Set<Integer> right = ids(join.right());
        Expr condition = join.condition();
        List<Expr> on = condition == null ? List.of() : Exprs.conjuncts(condition);
        List<Expr> all = withEqualColumns(above, on);
        List<Expr> toLeft = new ArrayList<>(within(all, left));
        List<Expr> toRight = new ArrayList<>(within(all, right));
        switch (join.kind()) {
            case INNER, LEFT_SEMI, RIGHT_SEMI -> {
                List<Expr> both = withEqualColumns(concat(above, on), on);
                toLeft.addAll(within(both, left));
                toRight.addAll(within(both, right));
            }
            case LEFT, LEFT_ANTI -> toRight.addAll(within(on, right));
            case RIGHT, RIGHT_ANTI -> toLeft.addAll(within(on, left));
            case FULL -> {
                // Rows that do not meet the condition come out all the same.
                toLeft = within(above, left);
                toRight = within(above, right);
            }
        }
        follow(join.left(), toLeft);
        follow(join.right(), toRight);
    }

    /** What holds for a column holds for those that the join makes equal to it. */
    private static List<Expr> withEqualColumns(List<Expr> conditions, List<Expr> on) {
        List<Expr> all = new ArrayList<>(conditions);
        for (Expr equality : on) {
            if (equality instanceof Expr.Call call
                    && call.function().equals(Operators.comparison("="))
                    && call.arguments().get(0) instanceof Column a
                    && call.arguments().get(1) instanceof Column b
                    && a.type().equals(b.type())) {
                for (Expr condition : conditions) {
                    addTwin(condition, a, b, all);
                    addTwin(condition, b, a, all);
                }
            }
        }
        return all;
    }

    private static void addTwin(Expr condition, Column from, Column to, List<Expr> all) {
        if (columnsOf(condition).equals(Set.of(from.id()))) {
            Expr twin = substitute(condition, Map.of(from.id(), to));
            if (twin != null) {
                all.add(twin);
            }
        }
    }

    // Columns.

    private static Set<Integer> ids(Rel rel) {
        return rel.outputs().stream().map(Column::id).collect(Collectors.toSet());
    }

    private static Set<Integer> columnsOf(Expr expr) {
        var ids = new HashSet<Integer>();
        Exprs.forEach(expr, part -> {
            if (part instanceof Column column) {
                ids.add(column.id());
            }
        });
        return ids;
    }

    private static List<Expr> concat(List<Expr> left, List<Expr> right) {
        var all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }

    private static List<Expr> within(List<Expr> conditions, Set<Integer> columns) {
        return conditions.stream()
                .filter(c -> columns.containsAll(columnsOf(c)))
                .toList();
    }

    private static List<Expr> only(List<Expr> conditions, Rel input) {
        return within(conditions, ids(input));
    }

    private static List<Expr> substituted(List<Expr> conditions, List<Assignment> assignments) {
        Map<Integer, Expr> values = new HashMap<>();
        assignments.forEach(a -> values.put(a.column().id(), a.value()));
        return substituted(conditions, values);
    }

    /** Only conditions on the keys. */
    private static List<Expr> substituted(List<Expr> conditions, List<Assignment> keys, Rel input) {
        return only(substituted(conditions, keys), input);
    }

    private static List<Expr> renamed(List<Expr> conditions, List<Column> from, List<Column> to) {
        Map<Integer, Expr> values = new HashMap<>();
        for (int i = 0; i < from.size(); i++) {
            values.put(from.get(i).id(), to.get(i));
        }
        return substituted(conditions, values);
    }

    private static List<Expr> substituted(List<Expr> conditions, Map<Integer, Expr> values) {
        List<Expr> substituted = new ArrayList<>();
        for (Expr condition : conditions) {
            Expr changed = substitute(condition, values);
            if (changed != null) {
                substituted.add(changed);
            }
        }
        return substituted;
    }

    /** @return null when the condition holds a query, in which columns may hide */
    private static @Nullable Expr substitute(Expr condition, Map<Integer, Expr> values) {
        boolean[] hasQuery = new boolean[1];
        Exprs.forEach(condition, part -> hasQuery[0] |= Rels.queryOf(part) != null);
        return hasQuery[0]
                ? null
                : Rels.deepMap(
                        condition,
                        part -> part instanceof Column column ? values.getOrDefault(column.id(), column) : part);
    }
}
