package io.amp.adapters.query.exec;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces constant expressions of a plan by their values, all of them with one call of the engine. What fails is a mistake in the
 * statement, found while planning. Branches that may never be taken are left alone.
 */
final class ConstantFolding {
    private final ConstantEvaluation evaluation;

    ConstantFolding(ConstantEvaluation evaluation) {
        this.evaluation = evaluation;
    }

    Rel fold(Rel rel) {
        Set<Expr> constants = new LinkedHashSet<>();
        Rels.forEach(rel, node -> Rels.forEachOwnExpr(node, expr -> collect(expr, constants)));
        if (constants.isEmpty()) {
            return rel;
        }
        List<Expr> list = new ArrayList<>(constants);
        List<@Nullable Literal> values = evaluation.evaluate(list);
        Map<Expr, Expr> replacements = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            Literal value = values.get(i);
            // A literal is NULL or not; an expression that is declared nullable stays so in the schema.
            if (value != null) {
                replacements.put(list.get(i), value);
            }
        }
        return replacements.isEmpty() ? rel : Rels.mapExprs(rel, replacing(replacements));
    }

    private static UnaryOperator<Expr> replacing(Map<Expr, Expr> replacements) {
        return new UnaryOperator<>() {
            @Override
            public Expr apply(Expr expr) {
                Expr replacement = replacements.get(expr);
                if (replacement != null) {
                    return replacement;
                }
                Expr mapped = Exprs.mapOperands(expr, this);
                return switch (mapped) {
                    case Expr.ScalarQuery q -> new Expr.ScalarQuery(Rels.mapExprs(q.query(), this), q.type());
                    case Expr.Exists q -> new Expr.Exists(Rels.mapExprs(q.query(), this));
                    case Expr.Quantified q ->
                        new Expr.Quantified(
                                q.values(), q.operator(), q.all(), Rels.mapExprs(q.query(), this), q.nullable());
                    default -> mapped;
                };
            }
        };
    }

    /** Collects the largest constant parts that are certainly evaluated. */
    private static void collect(Expr expr, Set<Expr> constants) {
        if (expr instanceof Literal) {
            return;
        }
        if (Exprs.isConstant(expr)) {
            constants.add(expr);
            return;
        }
        for (Expr operand : evaluated(expr)) {
            collect(operand, constants);
        }
    }

    private static List<Expr> evaluated(Expr expr) {
        return switch (expr) {
            case Expr.Case choice -> List.of(choice.branches().getFirst().condition());
            case Expr.Call call
            when call.function().isLazy() && !call.arguments().isEmpty() ->
                List.of(call.arguments().getFirst());
            default -> Exprs.operands(expr);
        };
    }
}
