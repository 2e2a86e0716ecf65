package io.amp.adapters.query.bind;

import io.amp.adapters.query.catalog.FunctionCatalog;
import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.function.Patterns;
import io.amp.adapters.query.function.ScalarBuilder;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** Binds conditions: comparisons, IS, BETWEEN, patterns, IN and comparisons with queries. */
final class PredicateBinder {
    private final ExpressionBinder binder;
    private final SyntaxTree tree;

    PredicateBinder(ExpressionBinder binder) {
        this.binder = binder;
        this.tree = binder.tree();
    }

    private static String symbol(SqlKind kind) {
        return switch (kind) {
            case EQUALS -> "=";
            case NOT_EQUALS -> "<>";
            case LESS_THAN -> "<";
            case LESS_THAN_OR_EQUAL -> "<=";
            case GREATER_THAN -> ">";
            default -> ">=";
        };
    }

    Bound bindComparison(SqlCall call) {
        String symbol = symbol(call.getKind());
        if (call.operand(0).getKind() == SqlKind.ROW && call.operand(1).getKind() == SqlKind.ROW) {
            return bindRowComparison(call, symbol);
        }
        Bound left = binder.bind(call.operand(0));
        Bound right = binder.bind(call.operand(1));
        String shown = symbol.equals("<>") ? "!=" : symbol;
        return new Bound(
                OperatorBinder.compare(symbol, left.expr(), right.expr(), binder.failure(call)),
                left.label() + " " + shown + " " + right.label());
    }

    private Bound bindRowComparison(SqlCall call, String symbol) {
        var left = (SqlCall) call.operand(0);
        var right = (SqlCall) call.operand(1);
        if (left.operandCount() != right.operandCount() || (!symbol.equals("=") && !symbol.equals("<>"))) {
            throw tree.invalid(call, "rows compare by = and <> only, and with as many values");
        }
        var equalities = new ArrayList<Expr>();
        for (int i = 0; i < left.operandCount(); i++) {
            equalities.add(OperatorBinder.compare(
                    "=", binder.bindExpr(left.operand(i)), binder.bindExpr(right.operand(i)), binder.failure(call)));
        }
        Expr all = Exprs.and(equalities);
        return new Bound(symbol.equals("=") ? all : ExpressionBinder.negated(all), tree.spelling(call));
    }

    Bound bindDistinct(SqlCall call, ScalarFunction function, String shown) {
        Bound left = binder.bind(call.operand(0));
        Bound right = binder.bind(call.operand(1));
        return new Bound(
                OperatorBinder.compare(function, shown, left.expr(), right.expr(), binder.failure(call)),
                left.label() + " " + shown + " " + right.label());
    }

    Bound bindIs(SqlCall call) {
        Bound value = binder.bind(call.operand(0));
        String shown = call.getOperator().getName();
        Expr expr = switch (call.getKind()) {
            case IS_NULL -> isNull(value.expr());
            case IS_NOT_NULL -> negatedNull(value.expr());
            case IS_TRUE -> truth(call, value.expr(), Exprs.TRUE, Operators.IS_NOT_DISTINCT);
            case IS_FALSE -> truth(call, value.expr(), Exprs.FALSE, Operators.IS_NOT_DISTINCT);
            case IS_NOT_TRUE -> truth(call, value.expr(), Exprs.TRUE, Operators.IS_DISTINCT);
            default -> truth(call, value.expr(), Exprs.FALSE, Operators.IS_DISTINCT);
        };
        return new Bound(expr, value.label() + " " + shown);
    }

    private static Expr isNull(Expr value) {
        return new Expr.Call(Operators.IS_NULL, List.of(value), Types.BOOL, false);
    }

    private static Expr negatedNull(Expr value) {
        return new Expr.Call(Operators.IS_NOT_NULL, List.of(value), Types.BOOL, false);
    }

    private Expr truth(SqlCall call, Expr value, Expr constant, ScalarFunction function) {
        return OperatorBinder.compare(function, call.getOperator().getName(), value, constant, binder.failure(call));
    }

    Bound bindBetween(SqlCall call) {
        String name = call.getOperator().getName();
        Bound value = binder.bind(call.operand(0));
        Bound low = binder.bind(call.operand(1));
        Bound high = binder.bind(call.operand(2));
        Expr between = between(call, value.expr(), low.expr(), high.expr());
        if (name.endsWith("SYMMETRIC") && !name.endsWith("ASYMMETRIC")) {
            between = new Expr.Logical(false, List.of(between, between(call, value.expr(), high.expr(), low.expr())));
        }
        boolean not = name.startsWith("NOT");
        return new Bound(
                not ? ExpressionBinder.negated(between) : between,
                value.label() + (not ? " NOT" : "") + " BETWEEN " + low.label() + " AND " + high.label());
    }

    private Expr between(SqlCall call, Expr value, Expr low, Expr high) {
        return Exprs.and(List.of(
                OperatorBinder.compare(">=", value, low, binder.failure(call)),
                OperatorBinder.compare("<=", value, high, binder.failure(call))));
    }

    Bound bindPattern(SqlCall call) {
        Bound value = binder.bind(call.operand(0));
        Bound pattern = binder.bind(call.operand(1));
        String escape = call.operandCount() > 2 ? tree.text(call.operand(2)) : null;
        if (call.operandCount() > 2 && (escape == null || escape.length() > 1)) {
            throw tree.syntax(call.operand(2), "ESCAPE needs one character");
        }
        Expr text = asText(call, value.expr());
        Expr patternText = asText(call, pattern.expr());
        String operator = call.getOperator().getName();
        Expr match = Patterns.match(operator, text, patternText, escape);
        String shown = operator.replace("NEGATED ", "NOT ");
        return new Bound(match, value.label() + " " + shown + " " + pattern.label());
    }

    private Expr asText(SqlCall call, Expr value) {
        if (!value.type().isText() && !value.type().isNull()) {
            throw tree.invalid(
                    call,
                    "There isn't a common type to coerce " + ArrowText.print(value.type()) + " and Utf8 in "
                            + call.getOperator().getName() + " expression");
        }
        return Coercion.cast(value, Types.TEXT);
    }

    Bound bindIn(SqlCall call) {
        boolean not = call.getKind() == SqlKind.NOT_IN;
        SqlNode right = call.operand(1);
        if (!(right instanceof SqlNodeList list)) {
            Expr in = quantified(call, call.operand(0), "=", false, right);
            return new Bound(not ? ExpressionBinder.negated(in) : in, tree.spelling(call));
        }
        Bound value = binder.bind(call.operand(0));
        List<Bound> candidates = list.stream().map(binder::bind).toList();
        Expr in = OperatorBinder.in(
                value.expr(), candidates.stream().map(Bound::expr).toList(), binder.failure(call));
        String labels = candidates.stream().map(Bound::label).collect(Collectors.joining(", "));
        return new Bound(
                not ? ExpressionBinder.negated(in) : in,
                value.label() + (not ? " NOT" : "") + " IN ([" + labels + "])");
    }

    Bound bindQuantified(SqlCall call) {
        String operator = call.getOperator().getName();
        boolean all = call.getKind() == SqlKind.ALL;
        String symbol = operator.substring(0, operator.indexOf(' '));
        if (call.operand(1) instanceof SqlNodeList list) {
            if (list.size() == 1 && !all && symbol.equals("=")) {
                Expr value = binder.bindExpr(list.get(0));
                if (value.type() instanceof SqlType.ListOf) {
                    return new Bound(contains(call, value), tree.spelling(call));
                }
            }
            throw tree.invalid(call, operator + " needs a query");
        }
        return new Bound(quantified(call, call.operand(0), symbol, all, call.operand(1)), tree.spelling(call));
    }

    private Expr contains(SqlCall call, Expr list) {
        ScalarBuilder builder = FunctionCatalog.instance().scalar("array_contains");
        if (builder == null) {
            throw new IllegalStateException("array_contains is not registered");
        }
        return builder.build(
                binder.functionCall(call, "array_contains", List.of(list, binder.bindExpr(call.operand(0)))));
    }

    private Expr quantified(SqlCall call, SqlNode left, String symbol, boolean all, SqlNode query) {
        List<SqlNode> nodes = left.getKind() == SqlKind.ROW ? ((SqlCall) left).getOperandList() : List.of(left);
        List<Expr> values = nodes.stream().map(binder::bindExpr).toList();
        BoundQuery subquery = binder.bindSubquery(query);
        return binder.queries().quantified(values, symbol, all, subquery, binder.failure(call));
    }
}
