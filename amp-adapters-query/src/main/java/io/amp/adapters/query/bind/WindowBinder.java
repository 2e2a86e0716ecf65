package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Rel.FrameBound;
import io.amp.adapters.query.plan.Rel.FrameUnit;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.plan.Rel.WindowFrame;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWindow;
import org.jspecify.annotations.Nullable;

/** Binds what stands behind OVER, named windows included. */
final class WindowBinder {
    /** @param label for default column names, starts with a blank unless empty */
    record Specification(
            List<Expr> partition,
            List<SortKey> order,
            @Nullable WindowFrame frame,
            String label) {}

    private final QueryBinder queries;
    private final SyntaxTree tree;
    private final Map<String, SqlWindow> named = new HashMap<>();

    WindowBinder(QueryBinder queries, @Nullable SqlNodeList windows) {
        this.queries = queries;
        this.tree = queries.context().tree();
        for (SqlNode node : QueryBinder.nodes(windows)) {
            var window = (SqlWindow) node;
            SqlIdentifier name = window.getDeclName();
            if (name != null) {
                named.put(tree.name(name.getSimple()), window);
            }
        }
    }

    Specification bind(ExpressionBinder binder, SqlNode node) {
        return node instanceof SqlIdentifier name
                ? bind(binder, windowOf(name), FrameUnit.RANGE, 0)
                : bind(binder, (SqlWindow) node, FrameUnit.RANGE, 0);
    }

    private SqlWindow windowOf(SqlIdentifier name) {
        SqlWindow window = named.get(tree.name(name.getSimple()));
        if (window == null) {
            throw tree.invalid(name, "The window " + tree.name(name.getSimple()) + " is not defined");
        }
        return window;
    }

    private Specification bind(ExpressionBinder binder, SqlWindow window, FrameUnit unset, int depth) {
        if (depth > named.size()) {
            throw tree.invalid(window, "windows refer to each other in a circle");
        }
        boolean groups = false;
        Specification base = new Specification(List.of(), List.of(), null, "");
        SqlIdentifier reference = window.getRefName();
        if (reference != null) {
            groups = reference.getSimple().equals(Internal.GROUPS_FRAME);
            if (!groups) {
                base = bind(binder, windowOf(reference), unset, depth + 1);
            }
        }
        var labels = new StringBuilder();
        List<Expr> partition = new ArrayList<>(base.partition());
        var names = new ArrayList<String>();
        for (SqlNode node : window.getPartitionList()) {
            Bound bound = binder.bind(node);
            partition.add(bound.expr());
            names.add(bound.label());
        }
        if (!names.isEmpty()) {
            labels.append(" PARTITION BY [").append(String.join(", ", names)).append(']');
        }
        List<SortKey> order = new ArrayList<>(base.order());
        var keys = new ArrayList<String>();
        for (SqlNode node : window.getOrderList()) {
            SortItem item = SortItem.of(node);
            Bound bound = binder.bind(item.value());
            order.add(queries.sortKey(item, bound.expr()));
            keys.add(bound.label()
                    + (item.descending() ? " DESC" : " ASC")
                    + (item.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"));
        }
        if (!keys.isEmpty()) {
            labels.append(" ORDER BY [").append(String.join(", ", keys)).append(']');
        }
        WindowFrame frame = frame(binder, window, groups, order);
        labels.append(
                frame == null
                        ? order.isEmpty()
                                ? " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
                                : " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
                        : " " + frame.unit() + " BETWEEN " + label(frame.start()) + " AND " + label(frame.end()));
        return new Specification(partition, order, frame == null ? base.frame() : frame, labels.toString());
    }

    private @Nullable WindowFrame frame(
            ExpressionBinder binder, SqlWindow window, boolean groups, List<SortKey> order) {
        SqlNode lower = window.getLowerBound();
        if (lower == null) {
            return null;
        }
        FrameUnit unit = groups ? FrameUnit.GROUPS : window.isRows() ? FrameUnit.ROWS : FrameUnit.RANGE;
        FrameBound start = bound(binder, lower, unit, order);
        FrameBound end = window.getUpperBound() == null
                ? new FrameBound.CurrentRow()
                : bound(binder, window.getUpperBound(), unit, order);
        String exclusion = window.getExclude().toString();
        return new WindowFrame(unit, start, end, exclusion.contains("NO OTHER") ? "" : exclusion);
    }

    private FrameBound bound(ExpressionBinder binder, SqlNode node, FrameUnit unit, List<SortKey> order) {
        if (SqlWindow.isCurrentRow(node)) {
            return new FrameBound.CurrentRow();
        }
        if (SqlWindow.isUnboundedPreceding(node)) {
            return new FrameBound.UnboundedPreceding();
        }
        if (SqlWindow.isUnboundedFollowing(node)) {
            return new FrameBound.UnboundedFollowing();
        }
        var call = (SqlCall) node;
        Expr offset = offset(binder, call.operand(0), unit, order);
        return switch (call.getKind()) {
            case PRECEDING -> new FrameBound.Preceding(offset);
            case FOLLOWING -> new FrameBound.Following(offset);
            default -> throw tree.syntax(node, "unexpected bound of a window frame");
        };
    }

    private Expr offset(ExpressionBinder binder, SqlNode node, FrameUnit unit, List<SortKey> order) {
        String[] interval = node instanceof SqlDynamicParam parameter ? tree.frameInterval(parameter) : null;
        Expr value = interval == null
                ? binder.bindExpr(node)
                : Intervals.literal(interval[0], interval[1], binder.failure(node));
        if (unit != FrameUnit.RANGE) {
            Expr count = value instanceof Literal ? Coercion.implicit(value, Types.INT64) : null;
            if (count == null) {
                throw tree.invalid(node, "a frame of rows is bounded by constant whole numbers");
            }
            return count;
        }
        if (order.size() != 1) {
            throw tree.invalid(node, "RANGE with an offset needs exactly one ORDER BY key");
        }
        SqlType key = order.getFirst().value().type();
        if (key.isTemporal()) {
            if (!(value.type() instanceof SqlType.Interval)) {
                throw tree.invalid(node, "RANGE over times is bounded by intervals");
            }
            return value;
        }
        Expr converted = key.isNumeric() ? Coercion.implicit(value, key) : null;
        if (converted == null) {
            throw tree.invalid(node, "the offset does not fit the ORDER BY key");
        }
        return converted;
    }

    private static String label(FrameBound bound) {
        return switch (bound) {
            case FrameBound.UnboundedPreceding ignored -> "UNBOUNDED PRECEDING";
            case FrameBound.UnboundedFollowing ignored -> "UNBOUNDED FOLLOWING";
            case FrameBound.CurrentRow ignored -> "CURRENT ROW";
            case FrameBound.Preceding p -> amount(p.offset()) + " PRECEDING";
            case FrameBound.Following f -> amount(f.offset()) + " FOLLOWING";
        };
    }

    private static String amount(Expr offset) {
        return offset instanceof Literal literal ? String.valueOf(literal.value()) : "?";
    }
}
