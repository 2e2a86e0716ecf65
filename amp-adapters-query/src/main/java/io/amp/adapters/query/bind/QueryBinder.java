package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.SetKind;
import io.amp.adapters.query.plan.Rel.SortKey;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.ports.error.AmpException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/** Binds queries; one instance per set of visible common tables. */
final class QueryBinder {
    private final BindContext context;
    private final SyntaxTree tree;
    private final Map<String, CommonTableDefinition> commonTables;

    QueryBinder(BindContext context, Map<String, CommonTableDefinition> commonTables) {
        this.context = context;
        this.tree = context.tree();
        this.commonTables = Map.copyOf(commonTables);
    }

    BindContext context() {
        return context;
    }

    @Nullable
    CommonTableDefinition commonTable(String name) {
        return commonTables.get(name);
    }

    /** A query inside an expression; it may use the columns of the scope. */
    BoundQuery bindSubquery(SqlNode node, Scope scope) {
        return bind(node, scope, Ordering.NONE);
    }

    BoundQuery bind(SqlNode node, @Nullable Scope outer) {
        return bind(node, outer, Ordering.NONE);
    }

    private BoundQuery bind(SqlNode node, @Nullable Scope outer, Ordering ordering) {
        return switch (node) {
            case SqlOrderBy order -> {
                var own = new Ordering(nodes(order.orderList), order.offset, order.fetch);
                yield ordering.isEmpty()
                        ? bind(order.query, outer, own)
                        : sorted(bind(order.query, outer, own), outer, ordering);
            }
            case SqlWith with -> bindWith(with, outer, ordering);
            case SqlSelect select -> new SelectBinder(this, select, outer, ordering).bind();
            case SqlCall call
            when call.getOperator() instanceof SqlSetOperator -> sorted(bindSetOperation(call, outer), outer, ordering);
            case SqlCall call when call.getKind() == SqlKind.VALUES -> sorted(bindValues(call, outer), outer, ordering);
            default -> throw tree.syntax(node, "a query was expected");
        };
    }

    // WITH.

    private BoundQuery bindWith(SqlWith with, @Nullable Scope outer, Ordering ordering) {
        var visible = new HashMap<>(commonTables);
        var names = new HashSet<String>();
        var tables = new ArrayList<Rel.CommonTable>();
        for (SqlNode node : with.withList) {
            var item = (SqlWithItem) node;
            String name = tree.name(item.name.getSimple());
            if (!names.add(name)) {
                throw tree.invalid(item.name, "WITH query name '" + name + "' specified more than once");
            }
            Rel.CommonTable table = item.recursive.booleanValue() && isUnion(item.query)
                    ? bindRecursive(item, name, visible, outer)
                    : bindCommonTable(item, name, visible, outer);
            tables.add(table);
        }
        BoundQuery body = new QueryBinder(context, visible).bind(with.body, outer, ordering);
        return new BoundQuery(new Rel.With(tables, body.rel()), body.fields());
    }

    private static boolean isUnion(SqlNode node) {
        return node.getKind() == SqlKind.UNION;
    }

    private Rel.CommonTable bindCommonTable(
            SqlWithItem item, String name, Map<String, CommonTableDefinition> visible, @Nullable Scope outer) {
        BoundQuery query = new QueryBinder(context, visible).bind(item.query, outer);
        List<Column> columns = query.fields().stream().map(Field::column).toList();
        int id = context.newTable();
        visible.put(name, new CommonTableDefinition(id, columnNames(item, query.fields()), columns));
        return new Rel.CommonTable(id, query.rel(), columns, false);
    }

    private List<String> columnNames(SqlWithItem item, List<Field> fields) {
        if (item.columnList == null || item.columnList.isEmpty()) {
            return fields.stream().map(Field::name).toList();
        }
        if (item.columnList.size() != fields.size()) {
            throw tree.invalid(
                    item,
                    "the query has " + fields.size() + " columns, but " + item.columnList.size() + " names are given");
        }
        return item.columnList.stream().map(node -> alias((SqlIdentifier) node)).toList();
    }

    /** The first part of the UNION decides names and types; the second may refer to the table. */
    private Rel.CommonTable bindRecursive(
            SqlWithItem item, String name, Map<String, CommonTableDefinition> visible, @Nullable Scope outer) {
        var union = (SqlCall) item.query;
        BoundQuery first = new QueryBinder(context, visible).bind(union.operand(0), outer);
        List<Column> columns = first.fields().stream()
                .map(field -> context.newColumn(
                        field.column().type().isNull()
                                ? Types.INT64
                                : field.column().type(),
                        true))
                .toList();
        int id = context.newTable();
        visible.put(name, new CommonTableDefinition(id, columnNames(item, first.fields()), columns));
        BoundQuery second = new QueryBinder(context, visible).bind(union.operand(1), outer);
        if (second.fields().size() != columns.size()) {
            throw tree.invalid(union, "UNION queries have different number of columns");
        }
        List<SqlType> types = columns.stream().map(Column::type).toList();
        boolean all = ((SqlSetOperator) union.getOperator()).isAll();
        Rel rel = new Rel.SetOperation(
                SetKind.UNION,
                all,
                List.of(converted(first, types).rel(), converted(second, types).rel()),
                columns);
        return new Rel.CommonTable(id, rel, columns, true);
    }

    /** An alias that a user gives a column. */
    String alias(SqlIdentifier identifier) {
        String name = tree.name(identifier.getSimple());
        if (name.startsWith("_")) {
            throw tree.invalid(
                    identifier,
                    "expression contains a column alias starting with '_': '" + name
                            + "'. Underscore-prefixed names are reserved. Please rename your column");
        }
        return name;
    }

    // Set operations and VALUES.

    private BoundQuery bindSetOperation(SqlCall call, @Nullable Scope outer) {
        BoundQuery left = bind(call.operand(0), outer);
        BoundQuery right = bind(call.operand(1), outer);
        SetKind kind = switch (call.getKind()) {
            case UNION -> SetKind.UNION;
            case INTERSECT -> SetKind.INTERSECT;
            default -> SetKind.EXCEPT;
        };
        if (left.fields().size() != right.fields().size()) {
            throw tree.invalid(
                    call,
                    kind + " queries have different number of columns: left has "
                            + left.fields().size() + " columns whereas right has "
                            + right.fields().size() + " columns");
        }
        var types = new ArrayList<SqlType>();
        var outputs = new ArrayList<Column>();
        var fields = new ArrayList<Field>();
        for (int i = 0; i < left.fields().size(); i++) {
            Column l = left.fields().get(i).column();
            Column r = right.fields().get(i).column();
            SqlType type = Coercion.common(l.type(), r.type());
            if (type == null) {
                throw tree.invalid(
                        call,
                        kind + " columns " + (i + 1) + " have no common type: " + ArrowText.print(l.type()) + " and "
                                + ArrowText.print(r.type()));
            }
            types.add(type);
            boolean nullable = l.nullable() || (kind == SetKind.UNION && r.nullable());
            outputs.add(context.newColumn(type, nullable));
            fields.add(new Field(List.of(), left.fields().get(i).name(), outputs.getLast()));
        }
        boolean all = ((SqlSetOperator) call.getOperator()).isAll();
        Rel rel = new Rel.SetOperation(
                kind,
                all,
                List.of(converted(left, types).rel(), converted(right, types).rel()),
                outputs);
        return new BoundQuery(rel, fields);
    }

    /** The query with its columns cast to the given types. */
    BoundQuery converted(BoundQuery query, List<SqlType> types) {
        var assignments = new ArrayList<Assignment>();
        var fields = new ArrayList<Field>();
        boolean changed = query.rel().outputs().size() != types.size();
        for (int i = 0; i < types.size(); i++) {
            Field field = query.fields().get(i);
            Expr value = Coercion.cast(field.column(), types.get(i));
            changed |= !value.equals(field.column());
            Column column = value instanceof Column same ? same : context.newColumn(types.get(i), value.nullable());
            assignments.add(new Assignment(column, value));
            fields.add(new Field(field.qualifier(), field.name(), column));
        }
        // Set operations go by position, so the columns must be exactly these, in this order.
        boolean inOrder =
                query.rel().outputs().equals(fields.stream().map(Field::column).toList());
        return changed || !inOrder ? new BoundQuery(new Rel.Project(query.rel(), assignments), fields) : query;
    }

    private BoundQuery bindValues(SqlCall call, @Nullable Scope outer) {
        var binder = new ExpressionBinder(this, new Scope(List.of(), outer), ExpressionBinder.NONE);
        List<List<Expr>> rows = new ArrayList<>();
        for (SqlNode row : call.getOperandList()) {
            rows.add(((SqlCall) row)
                    .getOperandList().stream().map(binder::bindExpr).toList());
        }
        int width = rows.getFirst().size();
        var columns = new ArrayList<Column>();
        var fields = new ArrayList<Field>();
        var byColumn = new ArrayList<List<Expr>>();
        for (int i = 0; i < width; i++) {
            int index = i;
            if (rows.stream().anyMatch(row -> row.size() != width)) {
                throw tree.invalid(call, "Inconsistent data length across values list");
            }
            List<Expr> values =
                    Coercion.unify(rows.stream().map(row -> row.get(index)).toList());
            if (values == null) {
                throw tree.invalid(call, "VALUES column " + (i + 1) + " has no common type");
            }
            byColumn.add(values);
            columns.add(
                    context.newColumn(values.getFirst().type(), values.stream().anyMatch(Expr::nullable)));
            fields.add(new Field(List.of(), "column" + (i + 1), columns.getLast()));
        }
        var converted = new ArrayList<List<Expr>>();
        for (int r = 0; r < rows.size(); r++) {
            int row = r;
            converted.add(byColumn.stream().map(values -> values.get(row)).toList());
        }
        return new BoundQuery(new Rel.Values(converted, columns), fields);
    }

    // ORDER BY and LIMIT of everything but SELECT.

    private BoundQuery sorted(BoundQuery query, @Nullable Scope outer, Ordering ordering) {
        if (ordering.isEmpty()) {
            return query;
        }
        var binder = new ExpressionBinder(this, new Scope(query.fields(), outer), ExpressionBinder.NONE);
        var keys = new ArrayList<SortKey>();
        for (SqlNode node : ordering.keys()) {
            SortItem item = SortItem.of(node);
            Integer ordinal = ordinal(item.value(), query.fields().size());
            Expr value = ordinal == null
                    ? binder.bindExpr(item.value())
                    : query.fields().get(ordinal).column();
            keys.add(sortKey(item, value));
        }
        return new BoundQuery(
                new Rel.Sort(
                        query.rel(), keys, rowCount(ordering.limit(), "LIMIT"), rowCount(ordering.offset(), "OFFSET")),
                query.fields());
    }

    SortKey sortKey(SortItem item, Expr value) {
        if (!value.type().isOrderable()) {
            throw tree.invalid(item.value(), "values of type " + ArrowText.print(value.type()) + " cannot be ordered");
        }
        return new SortKey(value, item.descending(), item.nullsFirst());
    }

    /** 0-based position for a bare integer; null for anything else. */
    @Nullable
    Integer ordinal(SqlNode node, int count) {
        if (!(node instanceof SqlNumericLiteral number) || !number.isInteger()) {
            return null;
        }
        BigDecimal value = number.bigDecimalValue();
        if (value == null || value.signum() <= 0 || value.compareTo(BigDecimal.valueOf(count)) > 0) {
            throw tree.invalid(node, "position " + value + " is not in the select list of " + count + " columns");
        }
        return value.intValueExact() - 1;
    }

    /** LIMIT or OFFSET as a constant; null = none. */
    @Nullable
    Expr rowCount(@Nullable SqlNode node, String clause) {
        if (node == null) {
            return null;
        }
        Expr value = new ExpressionBinder(this, new Scope(List.of(), null), ExpressionBinder.NONE).bindExpr(node);
        Expr count = Coercion.implicit(value, Types.INT64);
        if (count == null || (Exprs.isNull(count) && !value.type().isNull())) {
            throw tree.invalid(node, clause + " must be a whole number");
        }
        return count;
    }

    // Subqueries in comparisons.

    Expr quantified(
            List<Expr> values, String symbol, boolean all, BoundQuery query, Function<String, AmpException> failure) {
        if (values.size() != query.fields().size()) {
            throw failure.apply(
                    "the subquery returns " + query.fields().size() + " columns, " + values.size() + " are compared");
        }
        var left = new ArrayList<Expr>();
        var types = new ArrayList<SqlType>();
        boolean nullable = false;
        for (int i = 0; i < values.size(); i++) {
            Column column = query.fields().get(i).column();
            Expr[] pair = OperatorBinder.comparable(values.get(i), column);
            if (pair == null) {
                throw failure.apply("Cannot infer common argument type for comparison operation "
                        + ArrowText.print(values.get(i).type()) + " " + symbol + " " + ArrowText.print(column.type()));
            }
            left.add(pair[0]);
            types.add(pair[1].type());
            nullable |= pair[0].nullable() || pair[1].nullable();
        }
        return new Expr.Quantified(left, symbol, all, converted(query, types).rel(), nullable);
    }

    /** Nodes of a list that may be missing. */
    static List<SqlNode> nodes(@Nullable SqlNodeList list) {
        var nodes = new ArrayList<SqlNode>();
        if (list != null) {
            list.forEach(node -> nodes.add(Objects.requireNonNull(node)));
        }
        return nodes;
    }
}
