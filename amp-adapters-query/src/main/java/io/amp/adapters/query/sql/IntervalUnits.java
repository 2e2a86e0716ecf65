package io.amp.adapters.query.sql;

import java.util.Locale;
import java.util.Set;

/** Units of an interval literal. */
final class IntervalUnits {
    private static final Set<String> UNITS = Set.of(
            "YEAR",
            "QUARTER",
            "MONTH",
            "WEEK",
            "DAY",
            "HOUR",
            "MINUTE",
            "SECOND",
            "MILLISECOND",
            "MICROSECOND",
            "NANOSECOND");

    private IntervalUnits() {}

    static boolean isUnit(Token token) {
        if (token.kind() != Token.Kind.WORD) {
            return false;
        }
        String word = token.text().toUpperCase(Locale.ROOT);
        return UNITS.contains(word) || (word.endsWith("S") && UNITS.contains(word.substring(0, word.length() - 1)));
    }
}
