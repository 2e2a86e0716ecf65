/**
 * A typed statement: relations ({@link io.amp.adapters.query.plan.Rel}) over expressions ({@link io.amp.adapters.query.plan.Expr}). Every
 * value has its contract type and nullability; every conversion is an explicit cast. Columns are numbers, unique in a statement, so that
 * nothing depends on names: nodes may be moved, merged or rewritten without capture.
 */
@NullMarked
package io.amp.adapters.query.plan;

import org.jspecify.annotations.NullMarked;
