package io.amp.adapters.query.plan;

import io.amp.adapters.query.plan.Expr.Case;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Building blocks and walks over expressions. */
public final class Exprs {
    public static final Literal TRUE = new Literal(true, Types.BOOL);
    public static final Literal FALSE = new Literal(false, Types.BOOL);

    private Exprs() {}

    public static Literal integer(long value) {
        return new Literal(BigInteger.valueOf(value), Types.INT64);
    }

    public static Literal text(String value) {
        return new Literal(value, Types.TEXT);
    }

    public static Literal nullOf(SqlType type) {
        return new Literal(null, type);
    }

    public static boolean isNull(Expr expr) {
        return expr instanceof Literal literal && literal.value() == null;
    }

    /** Conjunction; nested conjunctions are flattened. */
    public static Expr and(List<Expr> conditions) {
        var flat = new ArrayList<Expr>();
        for (Expr condition : conditions) {
            if (condition instanceof Expr.Logical logical && logical.isAnd()) {
                flat.addAll(logical.operands());
            } else {
                flat.add(condition);
            }
        }
        return flat.isEmpty() ? TRUE : flat.size() == 1 ? flat.getFirst() : new Expr.Logical(true, flat);
    }

    /** The conditions that all must hold. */
    public static List<Expr> conjuncts(Expr condition) {
        return condition instanceof Expr.Logical logical && logical.isAnd() ? logical.operands() : List.of(condition);
    }

    /** Direct operands; queries inside count as none. */
    public static List<Expr> operands(Expr expr) {
        return switch (expr) {
            case Expr.Call call -> call.arguments();
            case Expr.Cast cast -> List.of(cast.input());
            case Case choice -> {
                var operands = new ArrayList<Expr>();
                choice.branches().forEach(branch -> {
                    operands.add(branch.condition());
                    operands.add(branch.result());
                });
                operands.add(choice.otherwise());
                yield operands;
            }
            case Expr.Logical logical -> logical.operands();
            case Expr.FieldAccess access -> List.of(access.struct());
            case Expr.Quantified quantified -> quantified.values();
            case Literal ignored -> List.of();
            case Expr.Column ignored -> List.of();
            case Expr.Parameter ignored -> List.of();
            case Expr.ScalarQuery ignored -> List.of();
            case Expr.Exists ignored -> List.of();
        };
    }

    /** The same expression over changed operands. */
    public static Expr mapOperands(Expr expr, UnaryOperator<Expr> change) {
        return switch (expr) {
            case Expr.Call call ->
                new Expr.Call(call.function(), map(call.arguments(), change), call.type(), call.nullable());
            case Expr.Cast cast -> new Expr.Cast(change.apply(cast.input()), cast.type(), cast.safe());
            case Case choice ->
                new Case(
                        choice.branches().stream()
                                .map(b -> new Expr.Branch(change.apply(b.condition()), change.apply(b.result())))
                                .toList(),
                        change.apply(choice.otherwise()),
                        choice.type());
            case Expr.Logical logical -> new Expr.Logical(logical.isAnd(), map(logical.operands(), change));
            case Expr.FieldAccess access ->
                new Expr.FieldAccess(
                        change.apply(access.struct()), access.position(), access.type(), access.nullable());
            case Expr.Quantified q ->
                new Expr.Quantified(map(q.values(), change), q.operator(), q.all(), q.query(), q.nullable());
            case Literal leaf -> leaf;
            case Expr.Column leaf -> leaf;
            case Expr.Parameter leaf -> leaf;
            case Expr.ScalarQuery leaf -> leaf;
            case Expr.Exists leaf -> leaf;
        };
    }

    private static List<Expr> map(List<Expr> exprs, UnaryOperator<Expr> change) {
        return exprs.stream().map(change).toList();
    }

    /** Every expression of the tree, outermost first; queries inside are not entered. */
    public static void forEach(Expr expr, Consumer<Expr> visitor) {
        visitor.accept(expr);
        operands(expr).forEach(operand -> forEach(operand, visitor));
    }

    /** True for values that are the same in every row and every run. */
    public static boolean isConstant(Expr expr) {
        return switch (expr) {
            case Literal ignored -> true;
            case Expr.Column ignored -> false;
            case Expr.Parameter ignored -> false;
            case Expr.ScalarQuery ignored -> false;
            case Expr.Exists ignored -> false;
            case Expr.Quantified ignored -> false;
            case Expr.Call call when !call.function().isDeterministic() -> false;
            default -> operands(expr).stream().allMatch(Exprs::isConstant);
        };
    }
}
