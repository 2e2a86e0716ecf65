package io.amp.adapters.query.bind;

import io.amp.adapters.query.catalog.FunctionCatalog;
import io.amp.adapters.query.function.AggregateBuilder;
import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel.AggregateCall;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.plan.Rel.WindowCall;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * Collects the aggregates, window functions and unnested lists of one SELECT. Each becomes a column; the expression that held the call
 * refers to that column.
 */
final class SelectCalls {
    /** Functions whose ordered argument comes before the others: {@code percentile_cont(0.5) WITHIN GROUP (ORDER BY x)}. */
    private static final Set<String> ORDERED_SETS =
            Set.of("percentile_cont", "approx_percentile_cont", "quantile_cont", "approx_median", "median");

    private final QueryBinder queries;
    private final SyntaxTree tree;
    private final WindowBinder windows;
    final List<AggregateCall> aggregates = new ArrayList<>();
    final List<WindowCall> windowCalls = new ArrayList<>();
    final List<Assignment> unnested = new ArrayList<>();
    /** GROUPING() calls: the expressions they ask about. */
    final Map<Column, List<Expr>> groupings = new HashMap<>();

    SelectCalls(QueryBinder queries, WindowBinder windows) {
        this.queries = queries;
        this.tree = queries.context().tree();
        this.windows = windows;
    }

    /** Which kinds of calls a clause allows. */
    record Allowed(boolean aggregate, boolean window, boolean unnest) {
        static final Allowed ALL = new Allowed(true, true, true);
        static final Allowed AGGREGATES = new Allowed(true, false, false);
    }

    @Nullable
    Bound bindCall(ExpressionBinder binder, SqlCall node, Allowed allowed) {
        CallShape shape = CallShape.of(node);
        if (shape == null || !shape.name().isSimple()) {
            return null;
        }
        String name = tree.name(shape.name().getSimple());
        if (shape.window() != null) {
            return bindWindowCall(binder, node, shape, name, allowed);
        }
        switch (name) {
            case "unnest" -> {
                return bindUnnest(binder, shape, allowed);
            }
            case "grouping" -> {
                return bindGrouping(binder, shape, allowed);
            }
            case "block_num" -> {
                return bindBlockNumber(binder, shape);
            }
            default -> {
                // Decided by the catalogue.
            }
        }
        AggregateBuilder builder = FunctionCatalog.instance().aggregate(name);
        if (builder == null) {
            if (!shape.isPlain()) {
                throw FunctionCatalog.instance().scalar(name) != null
                        ? tree.invalid(node, "'" + name + "' is no aggregate function")
                        : binder.unknownFunction(node, name);
            }
            return null;
        }
        if (!allowed.aggregate()) {
            throw tree.invalid(node, "aggregate function '" + name + "' is not allowed here");
        }
        return bindAggregate(binder, node, shape, name, builder);
    }

    private Bound bindBlockNumber(ExpressionBinder binder, CallShape shape) {
        if (shape.call().operandCount() > 0) {
            throw binder.functionCall(shape.call(), "block_num", bindAll(binder, shape.call()))
                    .noMatch();
        }
        throw tree.invalid(shape.call(), "block_num() is only supported in streaming queries");
    }

    private static List<Expr> bindAll(ExpressionBinder binder, SqlCall call) {
        return call.getOperandList().stream().map(binder::bindExpr).toList();
    }

    // Aggregates.

    private Bound bindAggregate(
            ExpressionBinder binder, SqlCall node, CallShape shape, String name, AggregateBuilder builder) {
        ExpressionBinder inner = binder.with(new ExpressionBinder.Extensions() {
            @Override
            public @Nullable Bound bindCall(ExpressionBinder ignored, SqlCall call) {
                CallShape nested = CallShape.of(call);
                boolean isAggregate = nested != null
                        && nested.name().isSimple()
                        && FunctionCatalog.instance()
                                        .aggregate(tree.name(nested.name().getSimple()))
                                != null;
                if (isAggregate) {
                    throw tree.invalid(call, "aggregate function calls cannot be nested");
                }
                return null;
            }
        });
        Arguments arguments = arguments(inner, shape, name);
        AggregateBuilder.Bound bound = builder.build(inner.functionCall(node, name, arguments.values()), false);
        Expr filter = shape.filter() == null ? null : inner.bindCondition(shape.filter(), "FILTER");
        if (shape.ignoreNulls() && !arguments.values().isEmpty()) {
            Expr isSet = isSet(arguments.values().getFirst());
            filter = filter == null ? isSet : new Expr.Logical(true, List.of(filter, isSet));
        }
        refuseOuterAggregate(binder, node, bound.arguments());
        Column result = queries.context().newColumn(bound.type(), bound.nullable());
        var call = new AggregateCall(
                bound.function(), bound.arguments(), shape.distinct(), arguments.order(), filter, false, result);
        return new Bound(register(call), arguments.label(name, shape));
    }

    /** An aggregate over columns of a query around would belong to that query. */
    private void refuseOuterAggregate(ExpressionBinder binder, SqlCall node, List<Expr> arguments) {
        boolean[] found = new boolean[2];
        arguments.forEach(argument -> Exprs.forEach(argument, part -> {
            if (part instanceof Column column) {
                found[binder.isLocal(column) ? 0 : 1] = true;
            }
        }));
        if (found[1] && !found[0]) {
            throw tree.invalid(node, "an aggregate function over columns of an outer query only is not supported");
        }
    }

    private static Expr isSet(Expr value) {
        return new Expr.Call(Operators.IS_NOT_NULL, List.of(value), Types.BOOL, false);
    }

    private Column register(AggregateCall call) {
        for (AggregateCall known : aggregates) {
            if (known.sameAs(call)) {
                return known.result();
            }
        }
        aggregates.add(call);
        return call.result();
    }

    /** Bound arguments and ORDER BY of a call. */
    private record Arguments(List<Expr> values, List<String> labels, List<SortKey> order, List<String> orderLabels) {
        String label(String name, CallShape shape) {
            String text = name + "(" + (shape.distinct() ? "DISTINCT " : "") + String.join(",", labels) + ")";
            return orderLabels.isEmpty() ? text : text + " ORDER BY [" + String.join(", ", orderLabels) + "]";
        }
    }

    private Arguments arguments(ExpressionBinder binder, CallShape shape, String name) {
        var values = new ArrayList<Expr>();
        var labels = new ArrayList<String>();
        for (SqlNode operand : shape.call().getOperandList()) {
            if (operand instanceof SqlIdentifier star && star.isStar()) {
                if (!name.equals("count") || shape.call().operandCount() > 1 || shape.distinct()) {
                    throw tree.invalid(operand, "'*' is an argument of count only");
                }
                labels.add("*");
                continue;
            }
            Bound bound = binder.bind(operand);
            values.add(bound.expr());
            labels.add(bound.label());
        }
        if (labels.isEmpty() && name.equals("count")) {
            throw binder.functionCall(shape.call(), name, List.of()).noMatch();
        }
        var order = new ArrayList<SortKey>();
        var orderLabels = new ArrayList<String>();
        for (SqlNode node : QueryBinder.nodes(shape.order())) {
            SortItem item = SortItem.of(node);
            Bound bound = binder.bind(item.value());
            order.add(queries.sortKey(item, bound.expr()));
            orderLabels.add(bound.label()
                    + (item.descending() ? " DESC" : " ASC")
                    + (item.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"));
        }
        if (ORDERED_SETS.contains(name) && order.size() == 1) {
            values.addFirst(order.getFirst().value());
            order.clear();
        }
        return new Arguments(values, labels, order, orderLabels);
    }

    private Bound bindGrouping(ExpressionBinder binder, CallShape shape, Allowed allowed) {
        if (!allowed.aggregate() || shape.call().operandCount() == 0) {
            throw tree.invalid(shape.call(), "grouping() is not allowed here");
        }
        List<Bound> bound =
                shape.call().getOperandList().stream().map(binder::bind).toList();
        Column column = queries.context().newColumn(Types.INT32, false);
        groupings.put(column, bound.stream().map(Bound::expr).toList());
        return new Bound(column, ExpressionBinder.label("grouping", bound));
    }

    // Window functions.

    private Bound bindWindowCall(ExpressionBinder binder, SqlCall node, CallShape shape, String name, Allowed allowed) {
        if (!allowed.window()) {
            throw tree.invalid(node, "window functions are not allowed here");
        }
        AggregateBuilder builder = FunctionCatalog.instance().windowFunction(name);
        if (builder == null) {
            throw binder.unknownFunction(node, name);
        }
        ExpressionBinder inner = binder.with(new ExpressionBinder.Extensions() {
            @Override
            public @Nullable Bound bindCall(ExpressionBinder self, SqlCall call) {
                return SelectCalls.this.bindCall(self, call, Allowed.AGGREGATES);
            }
        });
        Arguments arguments = arguments(inner, shape, name);
        AggregateBuilder.Bound bound = builder.build(inner.functionCall(node, name, arguments.values()), true);
        Expr filter = shape.filter() == null ? null : inner.bindCondition(shape.filter(), "FILTER");
        SqlNode windowNode = shape.window();
        if (windowNode == null) {
            throw new IllegalStateException("a window call has a window");
        }
        WindowBinder.Specification window = windows.bind(inner, windowNode);
        Column result = queries.context().newColumn(bound.type(), bound.nullable());
        var call = new WindowCall(
                new AggregateCall(
                        bound.function(),
                        bound.arguments(),
                        shape.distinct(),
                        arguments.order(),
                        filter,
                        shape.ignoreNulls(),
                        result),
                window.partition(),
                window.order(),
                window.frame());
        return new Bound(register(call), arguments.label(name, shape) + window.label());
    }

    private Column register(WindowCall call) {
        for (WindowCall known : windowCalls) {
            if (known.sameAs(call)) {
                return known.call().result();
            }
        }
        windowCalls.add(call);
        return call.call().result();
    }

    // Lists.

    private Bound bindUnnest(ExpressionBinder binder, CallShape shape, Allowed allowed) {
        if (!allowed.unnest()) {
            throw tree.invalid(shape.call(), "unnest is not allowed here");
        }
        if (shape.call().operandCount() != 1) {
            throw binder.functionCall(shape.call(), "unnest", bindAll(binder, shape.call()))
                    .noMatch();
        }
        Bound list = binder.bind(shape.call().operand(0));
        if (!(list.expr().type() instanceof SqlType.ListOf type)) {
            throw tree.invalid(
                    shape.call(),
                    "unnest() can only be applied to lists, not to "
                            + ArrowText.print(list.expr().type()));
        }
        Column column = queries.context().newColumn(type.element(), true);
        for (Assignment known : unnested) {
            if (known.value().equals(list.expr())) {
                return new Bound(known.column(), "unnest(" + list.label() + ")");
            }
        }
        unnested.add(new Assignment(column, list.expr()));
        return new Bound(column, "unnest(" + list.label() + ")");
    }

    /** True when the expression holds an aggregate or window function. */
    boolean isIn(Expr expr) {
        boolean[] found = new boolean[1];
        Set<Integer> own = ownColumns();
        Exprs.forEach(expr, part -> found[0] |= part instanceof Column column && own.contains(column.id()));
        return found[0];
    }

    private Set<Integer> ownColumns() {
        Set<Integer> ids = aggregates.stream().map(call -> call.result().id()).collect(Collectors.toSet());
        windowCalls.forEach(call -> ids.add(call.call().result().id()));
        groupings.keySet().forEach(column -> ids.add(column.id()));
        return ids;
    }
}
