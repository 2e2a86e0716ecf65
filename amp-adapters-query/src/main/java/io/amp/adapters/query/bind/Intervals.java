package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.type.IntervalText;
import io.amp.adapters.query.type.Types;
import io.amp.ports.error.AmpException;
import java.util.function.Function;

/** Interval literals. */
final class Intervals {
    private Intervals() {}

    /** @param unit empty when the text names its units */
    static Literal literal(String text, String unit, Function<String, AmpException> failure) {
        try {
            IntervalText.Parts parts = IntervalText.parse(text, unit);
            return new Literal(new Expr.IntervalValue(parts.months(), parts.days(), parts.micros()), Types.INTERVAL);
        } catch (IllegalArgumentException e) {
            throw failure.apply("'" + text + "' is not a valid interval");
        }
    }
}
