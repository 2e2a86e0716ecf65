package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr;

/**
 * A bound expression.
 *
 * @param name of the output column when it is selected without alias
 * @param label how it appears inside names of larger expressions
 */
record Bound(Expr expr, String name, String label) {
    Bound(Expr expr, String label) {
        this(expr, label, label);
    }
}
