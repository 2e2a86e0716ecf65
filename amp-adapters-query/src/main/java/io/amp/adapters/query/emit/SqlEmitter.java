package io.amp.adapters.query.emit;

import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.AggregateCall;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.FrameBound;
import io.amp.adapters.query.plan.Rel.JoinKind;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.plan.Rel.WindowCall;
import io.amp.adapters.query.type.WorkingType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes one plan as one statement of the engine. Used once. */
public final class SqlEmitter {
    /** Where a table's rows come from. */
    @FunctionalInterface
    public interface ScanSource {
        /** A query whose columns are named by {@link #column}. */
        String query(Rel.Scan scan);
    }

    /** Start of a select list that keeps the input's columns. */
    private static final String ALL = "*, ";

    private final ScanSource scans;
    private final CastEmitter casts = new CastEmitter();
    private final Map<String, EngineFunction> functions = new LinkedHashMap<>();
    private int derivedTables;

    public SqlEmitter(ScanSource scans) {
        this.scans = scans;
    }

    /** Functions that must be registered with the engine before it reads the statement. */
    public Collection<EngineFunction> functions() {
        return functions.values();
    }

    /** Name of a column in the engine's SQL. */
    public static String column(Column column) {
        return "c" + column.id();
    }

    private static String commonTable(int id) {
        return "w" + id;
    }

    /**
     * The whole statement.
     *
     * @param outputs columns to return, in order
     * @param export what a column is converted to for reading it
     */
    public String statement(Rel rel, List<Column> outputs, Function<Column, String> export) {
        String list = outputs.isEmpty() ? "1" : outputs.stream().map(export).collect(Collectors.joining(", "));
        return top(rel, list);
    }

    /** Keeps ORDER BY outermost, where it is certain to be obeyed. */
    private String top(Rel rel, String list) {
        return switch (rel) {
            case Rel.With with -> commonTables(with) + top(with.body(), list);
            case Rel.Sort sort -> "SELECT " + list + " FROM " + from(sort.input()) + ordering(sort);
            case Rel.Project project when isSelection(project) -> top(project.input(), list);
            default -> "SELECT " + list + " FROM " + from(rel);
        };
    }

    /** True when a projection only leaves columns out. */
    private static boolean isSelection(Rel.Project project) {
        return project.assignments().stream().allMatch(a -> a.value().equals(a.column()));
    }

    // Relations.

    /** A query with exactly the outputs of the relation, in order. */
    private String exact(Rel rel) {
        boolean isExact = switch (rel) {
            case Rel.Project ignored -> true;
            case Rel.Aggregate aggregate -> !aggregate.outputs().isEmpty();
            case Rel.SetOperation ignored -> true;
            case Rel.Values ignored -> true;
            case Rel.CommonTableUse ignored -> true;
            default -> false;
        };
        if (isExact) {
            return query(rel);
        }
        String list = rel.outputs().isEmpty() ? "1" : columns(rel.outputs());
        return switch (rel) {
            case Rel.Sort sort -> "SELECT " + list + " FROM " + from(sort.input()) + ordering(sort);
            case Rel.With with -> commonTables(with) + exact(with.body());
            default -> "SELECT " + list + " FROM " + from(rel);
        };
    }

    private static String columns(List<Column> columns) {
        return columns.stream().map(SqlEmitter::column).collect(Collectors.joining(", "));
    }

    private String query(Rel rel) {
        return switch (rel) {
            case Rel.Scan scan -> scans.query(scan);
            case Rel.SingleRow ignored -> "SELECT 0";
            case Rel.Project project
            when project.input() instanceof Rel.Sort sort && isSelection(project) ->
                "SELECT " + assignments(project.assignments()) + " FROM " + from(sort.input()) + ordering(sort);
            case Rel.Project project -> select(assignments(project.assignments()), project.input());
            case Rel.Extend extend -> select(ALL + assignments(extend.assignments()), extend.input());
            case Rel.Filter filter -> select("*", filter);
            case Rel.Join join -> "SELECT * FROM " + joinSource(join);
            case Rel.Aggregate aggregate -> aggregate(aggregate);
            case Rel.Window window ->
                select(
                        ALL + window.calls().stream().map(this::window).collect(Collectors.joining(", ")),
                        window.input());
            case Rel.Unnest unnest ->
                select(
                        ALL
                                + unnest.lists().stream()
                                        .map(a -> "unnest(" + expr(a.value()) + ") AS " + column(a.column()))
                                        .collect(Collectors.joining(", ")),
                        unnest.input());
            case Rel.Distinct distinct ->
                "SELECT DISTINCT " + columns(distinct.outputs()) + " FROM " + from(distinct.input());
            case Rel.DistinctOn distinct ->
                "SELECT DISTINCT ON (" + exprs(distinct.keys()) + ") " + columns(distinct.outputs()) + " FROM "
                        + from(distinct.input()) + orderBy(distinct.order());
            case Rel.Sort sort -> "SELECT * FROM " + from(sort.input()) + ordering(sort);
            case Rel.SetOperation set -> setOperation(set);
            case Rel.Values values -> values(values);
            case Rel.With with -> commonTables(with) + exact(with.body());
            case Rel.CommonTableUse use -> commonTableUse(use);
        };
    }

    /** SELECT over a relation; filters directly below become its WHERE. */
    private String select(String list, Rel input) {
        var conditions = new ArrayList<String>();
        Rel source = input;
        while (source instanceof Rel.Filter filter) {
            conditions.addFirst(expr(filter.condition()));
            source = filter.input();
        }
        boolean bare = source instanceof Rel.SingleRow && conditions.isEmpty();
        if (bare) {
            return "SELECT " + (list.startsWith(ALL) ? list.substring(ALL.length()) : list);
        }
        return "SELECT " + list + " FROM " + from(source)
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
    }

    private String from(Rel rel) {
        return rel instanceof Rel.Join join
                        && join.kind().keepsLeft()
                        && join.kind().keepsRight()
                ? joinSource(join)
                : "(" + query(rel) + ") AS t" + ++derivedTables;
    }

    private String joinSource(Rel.Join join) {
        boolean swapped = join.kind() == JoinKind.RIGHT_SEMI || join.kind() == JoinKind.RIGHT_ANTI;
        Rel left = swapped ? join.right() : join.left();
        Rel right = swapped ? join.left() : join.right();
        String leftSql = from(left);
        String rightSql = right instanceof Rel.Join && !join.lateral() ? "(" + from(right) + ")" : from(right);
        String lateral = join.lateral() ? "LATERAL " : "";
        var condition = join.condition();
        if (join.kind() == JoinKind.INNER && condition == null) {
            return leftSql
                    + (join.lateral() ? " INNER JOIN LATERAL " + rightSql + " ON true" : " CROSS JOIN " + rightSql);
        }
        String word = switch (join.kind()) {
            case INNER -> "INNER";
            case LEFT -> "LEFT";
            case RIGHT -> "RIGHT";
            case FULL -> "FULL";
            case LEFT_SEMI, RIGHT_SEMI -> "SEMI";
            case LEFT_ANTI, RIGHT_ANTI -> "ANTI";
        };
        return leftSql + " " + word + " JOIN " + lateral + rightSql + " ON "
                + (condition == null ? "true" : expr(condition));
    }

    private String aggregate(Rel.Aggregate aggregate) {
        var list = new ArrayList<String>();
        aggregate.keys().forEach(key -> list.add(expr(key.value()) + " AS " + column(key.column())));
        aggregate.calls().forEach(call -> list.add(call(call, "") + " AS " + column(call.result())));
        aggregate
                .groupings()
                .forEach(g -> list.add("CAST(grouping("
                        + g.keys().stream()
                                .map(i -> expr(aggregate.keys().get(i).value()))
                                .collect(Collectors.joining(", "))
                        + ") AS INTEGER) AS " + column(g.result())));
        if (list.isEmpty()) {
            list.add("count(*)");
        }
        String sql = select(String.join(", ", list), aggregate.input());
        List<List<Integer>> sets = aggregate.sets();
        if (sets != null) {
            return sql + " GROUP BY GROUPING SETS ("
                    + sets.stream()
                            .map(set -> set.stream()
                                    .map(i -> expr(aggregate.keys().get(i).value()))
                                    .collect(Collectors.joining(", ", "(", ")")))
                            .collect(Collectors.joining(", "))
                    + ")";
        }
        return aggregate.keys().isEmpty()
                ? sql
                : sql + " GROUP BY "
                        + aggregate.keys().stream()
                                .map(key -> expr(key.value()))
                                .collect(Collectors.joining(", "));
    }

    private String setOperation(Rel.SetOperation set) {
        String operator = " " + set.kind() + (set.all() ? " ALL " : " ");
        return set.inputs().stream()
                .map(input -> "(" + renamed(input, set.outputs()) + ")")
                .collect(Collectors.joining(operator));
    }

    /** The relation's columns under the names of others. */
    private String renamed(Rel rel, List<Column> names) {
        var list = new StringJoiner(", ");
        for (int i = 0; i < names.size(); i++) {
            list.add(column(rel.outputs().get(i)) + " AS " + column(names.get(i)));
        }
        return top(rel, list.toString());
    }

    private String values(Rel.Values values) {
        String rows = values.rows().stream().map(row -> "(" + exprs(row) + ")").collect(Collectors.joining(", "));
        return "SELECT * FROM (VALUES " + rows + ") AS t" + ++derivedTables + "(" + columns(values.outputs()) + ")";
    }

    private String commonTables(Rel.With with) {
        boolean recursive = with.tables().stream().anyMatch(Rel.CommonTable::recursive);
        return with.tables().stream()
                .map(table ->
                        commonTable(table.id()) + "(" + columns(table.columns()) + ") AS (" + renamedExact(table) + ")")
                .collect(Collectors.joining(", ", recursive ? "WITH RECURSIVE " : "WITH ", " "));
    }

    private String renamedExact(Rel.CommonTable table) {
        return table.query().outputs().equals(table.columns())
                ? exact(table.query())
                : "SELECT " + columns(table.columns()) + " FROM " + from(table.query());
    }

    private static String commonTableUse(Rel.CommonTableUse use) {
        var list = new StringJoiner(", ");
        for (int i = 0; i < use.columns().size(); i++) {
            list.add(
                    column(use.columns().get(i)) + " AS " + column(use.outputs().get(i)));
        }
        return "SELECT " + list + " FROM " + commonTable(use.id());
    }

    private String ordering(Rel.Sort sort) {
        var limit = sort.limit();
        var offset = sort.offset();
        return orderBy(sort.keys())
                + (limit == null ? "" : " LIMIT " + expr(limit))
                + (offset == null ? "" : " OFFSET " + expr(offset));
    }

    private String orderBy(List<SortKey> keys) {
        return keys.isEmpty()
                ? ""
                : " ORDER BY " + keys.stream().map(this::sortKey).collect(Collectors.joining(", "));
    }

    private String sortKey(SortKey key) {
        String sql = expr(key.value());
        // The engine refuses to order by a bare literal.
        String value = key.value() instanceof Expr.Literal
                ? "CAST(" + sql + " AS " + WorkingType.of(key.value().type()) + ")"
                : sql;
        return value + (key.descending() ? " DESC" : " ASC") + (key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST");
    }

    private String assignments(List<Assignment> assignments) {
        return assignments.stream()
                .map(a -> expr(a.value()) + " AS " + column(a.column()))
                .collect(Collectors.joining(", "));
    }

    // Aggregates and windows.

    private String call(AggregateCall call, String over) {
        var filter = call.filter();
        String tail = (filter == null ? "" : " FILTER (WHERE " + expr(filter) + ")") + over;
        return call.function()
                .emit(
                        call.arguments().stream().map(this::expr).toList(),
                        call.distinct(),
                        orderBy(call.order()),
                        tail,
                        call);
    }

    private String window(WindowCall window) {
        var parts = new ArrayList<String>();
        if (!window.partition().isEmpty()) {
            parts.add("PARTITION BY " + exprs(window.partition()));
        }
        if (!window.order().isEmpty()) {
            parts.add(orderBy(window.order()).substring(1));
        }
        var frame = window.frame();
        if (frame != null) {
            parts.add(frame.unit() + " BETWEEN " + bound(frame.start()) + " AND " + bound(frame.end())
                    + (frame.exclusion().isEmpty() ? "" : " " + frame.exclusion()));
        }
        return call(window.call(), " OVER (" + String.join(" ", parts) + ")") + " AS "
                + column(window.call().result());
    }

    private String bound(FrameBound bound) {
        return switch (bound) {
            case FrameBound.UnboundedPreceding ignored -> "UNBOUNDED PRECEDING";
            case FrameBound.UnboundedFollowing ignored -> "UNBOUNDED FOLLOWING";
            case FrameBound.CurrentRow ignored -> "CURRENT ROW";
            case FrameBound.Preceding p -> expr(p.offset()) + " PRECEDING";
            case FrameBound.Following f -> expr(f.offset()) + " FOLLOWING";
        };
    }

    // Expressions.

    private String exprs(List<Expr> exprs) {
        return exprs.stream().map(this::expr).collect(Collectors.joining(", "));
    }

    /** An expression that is safe as an operand of any operator. */
    public String expr(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> LiteralEmitter.emit(literal);
            case Column column -> column(column);
            case Expr.Call call -> {
                if (call.function() instanceof EngineFunction function) {
                    functions.putIfAbsent(function.definition().name(), function);
                }
                yield call.function()
                        .emit(call.arguments().stream().map(this::expr).toList(), call);
            }
            case Expr.Cast cast -> casts.cast(expr(cast.input()), cast.input().type(), cast.type(), cast.safe());
            case Expr.Case choice -> {
                var sql = new StringBuilder("(CASE");
                for (Expr.Branch branch : choice.branches()) {
                    sql.append(" WHEN ").append(expr(branch.condition()));
                    sql.append(" THEN ").append(expr(branch.result()));
                }
                yield sql.append(" ELSE ")
                        .append(expr(choice.otherwise()))
                        .append(" END)")
                        .toString();
            }
            case Expr.Logical logical ->
                logical.operands().stream()
                        .map(this::expr)
                        .collect(Collectors.joining(logical.isAnd() ? " AND " : " OR ", "(", ")"));
            case Expr.FieldAccess access ->
                "struct_extract(" + expr(access.struct()) + ", '" + WorkingType.member(access.position()) + "')";
            case Expr.ScalarQuery query -> "(" + exact(query.query()) + ")";
            case Expr.Exists exists -> "EXISTS (" + exact(exists.query()) + ")";
            case Expr.Quantified quantified -> quantified(quantified);
            case Expr.Parameter parameter ->
                throw new IllegalStateException("placeholder $" + parameter.number() + " has no value");
        };
    }

    private String quantified(Expr.Quantified quantified) {
        String left = quantified.values().size() == 1
                ? expr(quantified.values().getFirst())
                : "(" + exprs(quantified.values()) + ")";
        String query = "(" + exact(quantified.query()) + ")";
        if (quantified.operator().equals("=") && !quantified.all()) {
            return "(" + left + " IN " + query + ")";
        }
        if (quantified.operator().equals("<>") && quantified.all()) {
            return "(" + left + " NOT IN " + query + ")";
        }
        return "(" + left + " " + quantified.operator() + (quantified.all() ? " ALL " : " ANY ") + query + ")";
    }
}
