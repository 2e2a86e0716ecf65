package io.amp.adapters.query.function;

import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;

/** Which explicit conversions exist. */
public final class Casts {
    private Casts() {}

    public static boolean isPossible(SqlType from, SqlType to) {
        if (from.equals(to) || from.isNull()) {
            return true;
        }
        return switch (to) {
            case SqlType.Null ignored -> false;
            case SqlType.Bool ignored -> from.isNumeric() || from.isText();
            case SqlType.Int ignored ->
                from.isNumeric()
                        || from.isText()
                        || from instanceof SqlType.Bool
                        || from.isTemporal()
                        || from instanceof SqlType.Duration;
            case SqlType.Floating ignored -> from.isNumeric() || from.isText() || from instanceof SqlType.Bool;
            case SqlType.Decimal ignored -> from.isNumeric() || from.isText();
            case SqlType.Text ignored -> !(from instanceof SqlType.MapOf);
            case SqlType.Binary ignored -> from.isBinary() || from.isText();
            case SqlType.FixedBinary ignored -> from.isBinary() || from.isText();
            case SqlType.Date ignored ->
                from instanceof SqlType.Date || from instanceof SqlType.Timestamp || from.isText() || from.isInteger();
            case SqlType.Time ignored ->
                from instanceof SqlType.Time || from instanceof SqlType.Timestamp || from.isText() || from.isInteger();
            case SqlType.Timestamp ignored ->
                from instanceof SqlType.Date || from instanceof SqlType.Timestamp || from.isText() || from.isInteger();
            case SqlType.Duration ignored -> from instanceof SqlType.Duration || from.isInteger();
            case SqlType.Interval target ->
                target.equals(Types.INTERVAL) && (from instanceof SqlType.Interval || from.isText());
            case SqlType.ListOf target ->
                from instanceof SqlType.ListOf source && isPossible(source.element(), target.element());
            case SqlType.Struct target -> from instanceof SqlType.Struct source && isPossible(source, target);
            case SqlType.MapOf target ->
                from instanceof SqlType.MapOf source
                        && isPossible(source.key(), target.key())
                        && isPossible(source.value(), target.value());
        };
    }

    /** Fields correspond by position. */
    private static boolean isPossible(SqlType.Struct from, SqlType.Struct to) {
        if (from.members().size() != to.members().size()) {
            return false;
        }
        for (int i = 0; i < to.members().size(); i++) {
            if (!isPossible(from.members().get(i).type(), to.members().get(i).type())) {
                return false;
            }
        }
        return true;
    }
}
