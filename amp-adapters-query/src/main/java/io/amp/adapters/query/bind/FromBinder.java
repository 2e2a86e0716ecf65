package io.amp.adapters.query.bind;

import io.amp.adapters.query.catalog.FunctionCatalog;
import io.amp.adapters.query.function.FunctionCall;
import io.amp.adapters.query.function.ListFunctions;
import io.amp.adapters.query.function.ScalarBuilder;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.plan.Rel.JoinKind;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.sql.TableReferences;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlUnnestOperator;
import org.jspecify.annotations.Nullable;

/** Binds FROM. */
final class FromBinder {
    private static final Set<String> TABLE_FUNCTIONS = Set.of("generate_series", "range");

    private final QueryBinder queries;
    private final BindContext context;
    private final SyntaxTree tree;
    private final @Nullable Scope outer;

    FromBinder(QueryBinder queries, @Nullable Scope outer) {
        this.queries = queries;
        this.context = queries.context();
        this.tree = context.tree();
        this.outer = outer;
    }

    BoundQuery bind(@Nullable SqlNode node) {
        return node == null ? new BoundQuery(new Rel.SingleRow(), List.of()) : bind(node, List.of());
    }

    /** @param before columns of tables to the left, for LATERAL */
    private BoundQuery bind(SqlNode node, List<Field> before) {
        return switch (node) {
            case SqlIdentifier identifier -> bindTable(identifier);
            case SqlJoin join -> bindJoin(join, before);
            case SqlCall call when call.getKind() == SqlKind.AS -> bindAlias(call, before);
            case SqlCall call when call.getKind() == SqlKind.LATERAL -> bind(call.operand(0), before);
            case SqlCall call when call.getKind() == SqlKind.UNNEST -> bindUnnest(call, before);
            case SqlCall call
            when call.getKind() == SqlKind.COLLECTION_TABLE -> bindTableFunction(call.operand(0), before);
            case SqlCall call
            when call.getKind() == SqlKind.TABLESAMPLE || call.getKind() == SqlKind.SNAPSHOT ->
                throw tree.syntax(call, "'" + call.getKind() + "' is not supported");
            default -> queries.bind(node, before.isEmpty() ? outer : new Scope(before, outer));
        };
    }

    private BoundQuery bindTable(SqlIdentifier identifier) {
        if (identifier.isSimple()) {
            String name = tree.name(identifier.getSimple());
            CommonTableDefinition common = queries.commonTable(name);
            if (common != null) {
                return common.use(context, name);
            }
        }
        TableReference reference = TableReferences.of(tree, identifier);
        ResolvedTable table = context.table(reference);
        if (table == null) {
            throw new AmpException(
                    QueryError.TABLE_REFERENCE_RESOLUTION,
                    reference.schema() == null
                            ? "Table '" + reference.table() + "' has no dataset: write dataset." + reference.table()
                            : "Table '" + reference + "' was not resolved");
        }
        List<String> qualifier = reference.schema() == null
                ? List.of(reference.table())
                : List.of(reference.schema(), reference.table());
        var fields = new ArrayList<Field>();
        for (var field : table.definition().schema().fields()) {
            SqlType type;
            try {
                type = ArrowTypes.fromField(field);
            } catch (IllegalArgumentException e) {
                throw new AmpException(QueryError.PLANNING_ERROR, "Table '" + reference + "': " + e.getMessage(), e);
            }
            fields.add(new Field(qualifier, field.getName(), context.newColumn(type, field.isNullable())));
        }
        return new BoundQuery(
                new Rel.Scan(
                        context.newTable(),
                        table,
                        fields.stream().map(Field::column).toList()),
                fields);
    }

    private BoundQuery bindAlias(SqlCall call, List<Field> before) {
        var identifier = (SqlIdentifier) call.operand(1);
        if (identifier.getSimple().equals(Internal.NO_FROM)) {
            return new BoundQuery(new Rel.SingleRow(), List.of());
        }
        BoundQuery input = bind(call.operand(0), before);
        String alias = tree.name(identifier.getSimple());
        List<SqlNode> names = call.getOperandList().subList(2, call.operandCount());
        if (!names.isEmpty() && names.size() > input.fields().size()) {
            throw tree.invalid(
                    call,
                    "Source table contains " + input.fields().size() + " columns but " + names.size()
                            + " names given as column alias");
        }
        boolean namesColumn =
                names.isEmpty() && isUnnest(call.operand(0)) && input.fields().size() == 1;
        var fields = new ArrayList<Field>();
        for (int i = 0; i < input.fields().size(); i++) {
            Field field = input.fields().get(i);
            String name =
                    i < names.size() ? queries.alias((SqlIdentifier) names.get(i)) : namesColumn ? alias : field.name();
            fields.add(new Field(List.of(alias), name, field.column()));
        }
        return new BoundQuery(input.rel(), fields);
    }

    private static boolean isFunction(SqlNode node) {
        return isUnnest(node) || node.getKind() == SqlKind.COLLECTION_TABLE;
    }

    private static boolean isUnnest(SqlNode node) {
        return node.getKind() == SqlKind.UNNEST;
    }

    // Functions that make rows.

    private BoundQuery bindUnnest(SqlCall call, List<Field> before) {
        var binder = binder(before);
        var lists = new ArrayList<Expr>();
        for (SqlNode operand : call.getOperandList()) {
            Expr list = binder.bindExpr(operand);
            if (!(list.type() instanceof SqlType.ListOf)) {
                throw tree.invalid(operand, "unnest() can only be applied to lists");
            }
            lists.add(list);
        }
        boolean withOrdinality = call.getOperator() instanceof SqlUnnestOperator operator && operator.withOrdinality;
        return rows(lists, "unnest", withOrdinality);
    }

    private BoundQuery bindTableFunction(SqlNode node, List<Field> before) {
        var call = (SqlCall) node;
        SqlIdentifier identifier = SyntaxTree.functionName(call);
        String name = identifier == null ? call.getOperator().getName() : String.join(".", tree.names(identifier));
        ScalarBuilder builder =
                TABLE_FUNCTIONS.contains(name) ? FunctionCatalog.instance().scalar(name) : null;
        if (builder == null) {
            throw tree.invalid(call, "Invalid table function '" + name + "'");
        }
        var binder = binder(before);
        List<Expr> arguments =
                call.getOperandList().stream().map(binder::bindExpr).toList();
        FunctionCall function = binder.functionCall(call, name, arguments);
        return rows(List.of(builder.build(function)), "value", false);
    }

    private ExpressionBinder binder(List<Field> before) {
        return new ExpressionBinder(queries, new Scope(before, outer), ExpressionBinder.NONE);
    }

    private BoundQuery rows(List<Expr> lists, String name, boolean withOrdinality) {
        var assignments = new ArrayList<Assignment>();
        var fields = new ArrayList<Field>();
        for (Expr list : lists) {
            Column column = context.newColumn(((SqlType.ListOf) list.type()).element(), true);
            assignments.add(new Assignment(column, list));
            fields.add(new Field(List.of(), name, column));
        }
        if (withOrdinality) {
            Column column = context.newColumn(Types.INT64, false);
            assignments.add(new Assignment(column, ListFunctions.positions(lists)));
            fields.add(new Field(List.of(), "ordinality", column));
        }
        return new BoundQuery(new Rel.Unnest(new Rel.SingleRow(), assignments), fields);
    }

    // Joins.

    private BoundQuery bindJoin(SqlJoin join, List<Field> before) {
        BoundQuery left = bind(join.getLeft(), before);
        boolean lateral = mayUseLeft(join.getRight());
        var visible = new ArrayList<>(before);
        visible.addAll(left.fields());
        BoundQuery right = bind(join.getRight(), lateral ? visible : List.of());
        JoinKind kind = kind(join);
        refuseRepeatedTable(join, left, right);
        List<String> shared = sharedNames(join, left, right);
        if (!shared.isEmpty() || join.getConditionType() == JoinConditionType.USING) {
            return joinUsing(join, kind, left, right, shared, lateral);
        }
        Expr condition = null;
        if (join.getConditionType() == JoinConditionType.ON && join.getCondition() != null) {
            var both = new ArrayList<>(left.fields());
            both.addAll(right.fields());
            condition = new ExpressionBinder(queries, new Scope(both, outer), ExpressionBinder.NONE)
                    .bindCondition(join.getCondition(), "join");
        }
        if (condition != null && condition.equals(Exprs.TRUE)) {
            condition = null;
        }
        return joined(kind, left, right, condition, lateral, List.of());
    }

    private static boolean mayUseLeft(SqlNode node) {
        SqlNode inner = node.getKind() == SqlKind.AS ? ((SqlCall) node).operand(0) : node;
        return inner.getKind() == SqlKind.LATERAL || isFunction(inner);
    }

    private JoinKind kind(SqlJoin join) {
        boolean fromRight = tree.startsNear(join.getJoinTypeNode(), "RIGHT");
        return switch (join.getJoinType()) {
            case INNER, CROSS, COMMA -> JoinKind.INNER;
            case LEFT -> JoinKind.LEFT;
            case RIGHT -> JoinKind.RIGHT;
            case FULL -> JoinKind.FULL;
            case LEFT_SEMI_JOIN -> fromRight ? JoinKind.RIGHT_SEMI : JoinKind.LEFT_SEMI;
            case LEFT_ANTI_JOIN -> fromRight ? JoinKind.RIGHT_ANTI : JoinKind.LEFT_ANTI;
            default -> throw tree.syntax(join.getJoinTypeNode(), "join type is not supported");
        };
    }

    /** Two tables of one name could not be told apart. */
    private void refuseRepeatedTable(SqlJoin join, BoundQuery left, BoundQuery right) {
        Set<List<String>> names = left.fields().stream().map(Field::qualifier).collect(Collectors.toSet());
        for (Field field : right.fields()) {
            boolean repeated = !field.qualifier().isEmpty()
                    && names.contains(field.qualifier())
                    && left.fields().stream()
                            .anyMatch(l -> l.qualifier().equals(field.qualifier())
                                    && l.name().equals(field.name()));
            if (repeated) {
                throw tree.invalid(
                        join.getRight(),
                        "table name '" + String.join(".", field.qualifier()) + "' specified more than once");
            }
        }
    }

    private List<String> sharedNames(SqlJoin join, BoundQuery left, BoundQuery right) {
        if (join.isNatural()) {
            Set<String> names = right.fields().stream().map(Field::name).collect(Collectors.toSet());
            return left.fields().stream()
                    .filter(field -> !field.merged())
                    .map(Field::name)
                    .filter(names::contains)
                    .distinct()
                    .toList();
        }
        if (join.getConditionType() == JoinConditionType.USING && join.getCondition() instanceof SqlNodeList list) {
            return list.stream()
                    .map(node -> tree.name(((SqlIdentifier) node).getSimple()))
                    .toList();
        }
        return List.of();
    }

    private BoundQuery joinUsing(
            SqlJoin join, JoinKind kind, BoundQuery left, BoundQuery right, List<String> names, boolean lateral) {
        var equalities = new ArrayList<Expr>();
        for (String name : names) {
            Field l = sideField(join, left, name);
            Field r = sideField(join, right, name);
            equalities.add(OperatorBinder.compare("=", l.column(), r.column(), message -> tree.invalid(join, message)));
        }
        return joined(kind, left, right, Exprs.and(equalities), lateral, names);
    }

    private Field sideField(SqlJoin join, BoundQuery side, String name) {
        try {
            Scope.Found found = new Scope(side.fields(), null).findHere(List.of(name));
            if (found != null) {
                return found.field();
            }
        } catch (Scope.Ambiguous e) {
            throw tree.invalid(join, String.valueOf(e.getMessage()));
        }
        throw tree.invalid(
                join,
                "No field named " + name + ". Valid fields are " + new Scope(side.fields(), null).validFields() + ".");
    }

    private BoundQuery joined(
            JoinKind kind,
            BoundQuery left,
            BoundQuery right,
            @Nullable Expr condition,
            boolean lateral,
            List<String> merged) {
        Rel rel = new Rel.Join(kind, left.rel(), right.rel(), condition, lateral);
        var fields = new ArrayList<Field>();
        if (kind == JoinKind.FULL && !merged.isEmpty()) {
            var assignments = new ArrayList<Assignment>();
            for (String name : merged) {
                Expr value = either(left, right, name);
                Column column = context.newColumn(value.type(), value.nullable());
                assignments.add(new Assignment(column, value));
                fields.add(new Field(List.of(), name, column));
            }
            rel = new Rel.Extend(rel, assignments);
        }
        boolean hideLeft = kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        if (kind.keepsLeft()) {
            for (Field field : left.fields()) {
                Field shown = kind.makesLeftNullable() ? field.nullable() : field;
                fields.add(hideLeft && merged.contains(field.name()) ? shown.asMerged() : shown);
            }
        }
        if (kind.keepsRight()) {
            for (Field field : right.fields()) {
                Field shown = kind.makesRightNullable() ? field.nullable() : field;
                boolean hidden = kind != JoinKind.RIGHT && kind.keepsLeft() && merged.contains(field.name());
                fields.add(hidden ? shown.asMerged() : shown);
            }
        }
        return new BoundQuery(rel, fields);
    }

    private Expr either(BoundQuery left, BoundQuery right, String name) {
        ScalarBuilder coalesce = FunctionCatalog.instance().scalar("coalesce");
        if (coalesce == null) {
            throw new IllegalStateException("coalesce is not registered");
        }
        List<Expr> sides = List.of(fieldOf(left, name), fieldOf(right, name));
        return coalesce.build(new FunctionCall(
                "coalesce", sides, context.folder(), message -> new AmpException(QueryError.INVALID_PLAN, message)));
    }

    private static Expr fieldOf(BoundQuery side, String name) {
        return side.fields().stream()
                .filter(field -> field.name().equals(name) && !field.merged())
                .findFirst()
                .orElseThrow()
                .column()
                .asNullable();
    }
}
