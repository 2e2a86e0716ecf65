package io.amp.adapters.query.plan;

import io.amp.adapters.query.plan.Rel.AggregateCall;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.FrameBound;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.plan.Rel.WindowCall;
import io.amp.adapters.query.plan.Rel.WindowFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Walks over relations. */
public final class Rels {
    private Rels() {}

    public static List<Rel> inputs(Rel rel) {
        return switch (rel) {
            case Rel.Scan ignored -> List.of();
            case Rel.SingleRow ignored -> List.of();
            case Rel.Values ignored -> List.of();
            case Rel.CommonTableUse ignored -> List.of();
            case Rel.Project r -> List.of(r.input());
            case Rel.Extend r -> List.of(r.input());
            case Rel.Filter r -> List.of(r.input());
            case Rel.Join r -> List.of(r.left(), r.right());
            case Rel.Aggregate r -> List.of(r.input());
            case Rel.Window r -> List.of(r.input());
            case Rel.Unnest r -> List.of(r.input());
            case Rel.Distinct r -> List.of(r.input());
            case Rel.DistinctOn r -> List.of(r.input());
            case Rel.Sort r -> List.of(r.input());
            case Rel.SetOperation r -> r.inputs();
            case Rel.With r -> {
                var inputs = new ArrayList<Rel>();
                r.tables().forEach(table -> inputs.add(table.query()));
                inputs.add(r.body());
                yield inputs;
            }
        };
    }

    /** The same node over changed inputs, in the order of {@link #inputs}. */
    public static Rel withInputs(Rel rel, List<Rel> inputs) {
        return switch (rel) {
            case Rel.Scan leaf -> leaf;
            case Rel.SingleRow leaf -> leaf;
            case Rel.Values leaf -> leaf;
            case Rel.CommonTableUse leaf -> leaf;
            case Rel.Project r -> new Rel.Project(inputs.getFirst(), r.assignments());
            case Rel.Extend r -> new Rel.Extend(inputs.getFirst(), r.assignments());
            case Rel.Filter r -> new Rel.Filter(inputs.getFirst(), r.condition());
            case Rel.Join r -> new Rel.Join(r.kind(), inputs.get(0), inputs.get(1), r.condition(), r.lateral());
            case Rel.Aggregate r -> new Rel.Aggregate(inputs.getFirst(), r.keys(), r.sets(), r.calls(), r.groupings());
            case Rel.Window r -> new Rel.Window(inputs.getFirst(), r.calls());
            case Rel.Unnest r -> new Rel.Unnest(inputs.getFirst(), r.lists());
            case Rel.Distinct ignored -> new Rel.Distinct(inputs.getFirst());
            case Rel.DistinctOn r -> new Rel.DistinctOn(inputs.getFirst(), r.keys(), r.order());
            case Rel.Sort r -> new Rel.Sort(inputs.getFirst(), r.keys(), r.limit(), r.offset());
            case Rel.SetOperation r -> new Rel.SetOperation(r.kind(), r.all(), inputs, r.outputs());
            case Rel.With r -> {
                var tables = new ArrayList<Rel.CommonTable>();
                for (int i = 0; i < r.tables().size(); i++) {
                    Rel.CommonTable table = r.tables().get(i);
                    tables.add(new Rel.CommonTable(table.id(), inputs.get(i), table.columns(), table.recursive()));
                }
                yield new Rel.With(tables, inputs.getLast());
            }
        };
    }

    /** The node with every expression of its own changed; inputs stay. */
    public static Rel mapOwnExprs(Rel rel, UnaryOperator<Expr> change) {
        return switch (rel) {
            case Rel.Project r -> new Rel.Project(r.input(), assignments(r.assignments(), change));
            case Rel.Extend r -> new Rel.Extend(r.input(), assignments(r.assignments(), change));
            case Rel.Filter r -> new Rel.Filter(r.input(), change.apply(r.condition()));
            case Rel.Join r ->
                new Rel.Join(
                        r.kind(),
                        r.left(),
                        r.right(),
                        r.condition() == null ? null : change.apply(r.condition()),
                        r.lateral());
            case Rel.Aggregate r ->
                new Rel.Aggregate(
                        r.input(),
                        assignments(r.keys(), change),
                        r.sets(),
                        r.calls().stream().map(call -> map(call, change)).toList(),
                        r.groupings());
            case Rel.Window r ->
                new Rel.Window(
                        r.input(),
                        r.calls().stream().map(call -> map(call, change)).toList());
            case Rel.Unnest r -> new Rel.Unnest(r.input(), assignments(r.lists(), change));
            case Rel.DistinctOn r ->
                new Rel.DistinctOn(r.input(), r.keys().stream().map(change).toList(), keys(r.order(), change));
            case Rel.Sort r -> new Rel.Sort(r.input(), keys(r.keys(), change), r.limit(), r.offset());
            case Rel.Values r ->
                new Rel.Values(
                        r.rows().stream()
                                .map(row -> row.stream().map(change).toList())
                                .toList(),
                        r.outputs());
            case Rel.Scan leaf -> leaf;
            case Rel.SingleRow leaf -> leaf;
            case Rel.CommonTableUse leaf -> leaf;
            case Rel.Distinct r -> r;
            case Rel.SetOperation r -> r;
            case Rel.With r -> r;
        };
    }

    private static List<Assignment> assignments(List<Assignment> assignments, UnaryOperator<Expr> change) {
        return assignments.stream()
                .map(a -> new Assignment(a.column(), change.apply(a.value())))
                .toList();
    }

    public static List<SortKey> keys(List<SortKey> keys, UnaryOperator<Expr> change) {
        return keys.stream()
                .map(k -> new SortKey(change.apply(k.value()), k.descending(), k.nullsFirst()))
                .toList();
    }

    public static AggregateCall map(AggregateCall call, UnaryOperator<Expr> change) {
        return new AggregateCall(
                call.function(),
                call.arguments().stream().map(change).toList(),
                call.distinct(),
                keys(call.order(), change),
                call.filter() == null ? null : change.apply(call.filter()),
                call.ignoreNulls(),
                call.result());
    }

    public static WindowCall map(WindowCall call, UnaryOperator<Expr> change) {
        WindowFrame frame = call.frame();
        return new WindowCall(
                map(call.call(), change),
                call.partition().stream().map(change).toList(),
                keys(call.order(), change),
                frame == null
                        ? null
                        : new WindowFrame(
                                frame.unit(), map(frame.start(), change), map(frame.end(), change), frame.exclusion()));
    }

    private static FrameBound map(FrameBound bound, UnaryOperator<Expr> change) {
        return switch (bound) {
            case FrameBound.Preceding p -> new FrameBound.Preceding(change.apply(p.offset()));
            case FrameBound.Following f -> new FrameBound.Following(change.apply(f.offset()));
            case FrameBound.UnboundedPreceding same -> same;
            case FrameBound.UnboundedFollowing same -> same;
            case FrameBound.CurrentRow same -> same;
        };
    }

    /** Every expression of the tree changed, queries inside expressions included. */
    public static Rel mapExprs(Rel rel, UnaryOperator<Expr> change) {
        Rel mapped = withInputs(
                rel, inputs(rel).stream().map(input -> mapExprs(input, change)).toList());
        return mapOwnExprs(mapped, change);
    }

    /** The expression with its innermost parts changed first, queries inside included. */
    public static Expr deepMap(Expr expr, UnaryOperator<Expr> change) {
        UnaryOperator<Expr> deep = e -> deepMap(e, change);
        Expr mapped = Exprs.mapOperands(expr, deep);
        mapped = switch (mapped) {
            case Expr.ScalarQuery q -> new Expr.ScalarQuery(mapExprs(q.query(), deep), q.type());
            case Expr.Exists q -> new Expr.Exists(mapExprs(q.query(), deep));
            case Expr.Quantified q ->
                new Expr.Quantified(q.values(), q.operator(), q.all(), mapExprs(q.query(), deep), q.nullable());
            default -> mapped;
        };
        return change.apply(mapped);
    }

    /** Every relation of a statement, those inside expressions included; outermost first. */
    public static void forEach(Rel rel, Consumer<Rel> visitor) {
        visitor.accept(rel);
        inputs(rel).forEach(input -> forEach(input, visitor));
        forEachOwnExpr(
                rel,
                expr -> Exprs.forEach(expr, part -> {
                    Rel query = queryOf(part);
                    if (query != null) {
                        forEach(query, visitor);
                    }
                }));
    }

    /** The query that an expression itself holds. */
    public static @Nullable Rel queryOf(Expr expr) {
        return switch (expr) {
            case Expr.ScalarQuery q -> q.query();
            case Expr.Exists q -> q.query();
            case Expr.Quantified q -> q.query();
            default -> null;
        };
    }

    /** The node's own expressions. */
    public static void forEachOwnExpr(Rel rel, Consumer<Expr> visitor) {
        mapOwnExprs(rel, expr -> {
            visitor.accept(expr);
            return expr;
        });
    }
}
