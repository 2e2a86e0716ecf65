package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One column of a select list.
 *
 * @param qualifier of the field when the item is a plain column without alias; empty otherwise
 * @param aliased the user gave the name
 */
record SelectItem(Expr expr, List<String> qualifier, String name, boolean aliased) {
    /** What must be unique in one select list. */
    String uniqueName() {
        return qualifier.stream().map(part -> part + ".").collect(Collectors.joining()) + name;
    }

    SelectItem withExpr(Expr other) {
        return new SelectItem(other, qualifier, name, aliased);
    }
}
