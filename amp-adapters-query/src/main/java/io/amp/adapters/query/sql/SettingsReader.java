package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import io.amp.ports.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads one {@code SETTINGS key = value, …} clause and leaves the cursor behind it. */
final class SettingsReader {
    private static final String STREAM = "stream";

    private final SourceText source;
    private final TokenCursor cursor;

    SettingsReader(SourceText source, TokenCursor cursor) {
        this.source = source;
        this.cursor = cursor;
    }

    /**
     * @param before what earlier clauses set; the last value of a key wins
     * @param counts false for the clause of an inner query, which is skipped
     */
    Settings read(Settings before, boolean counts) {
        cursor.next();
        boolean stream = before.stream();
        do {
            Token key = cursor.next();
            if ((key.kind() != Kind.WORD && key.kind() != Kind.QUOTED_NAME) || !cursor.acceptSymbol("=")) {
                throw source.syntaxError(key.start(), "SETTINGS needs key = value");
            }
            List<Token> value = value();
            if (value.isEmpty()) {
                throw source.syntaxError(cursor.peek().start(), "a value is missing in SETTINGS");
            }
            if (counts && key.text().toLowerCase(Locale.ROOT).equals(STREAM)) {
                stream = isTrue(value);
            }
        } while (cursor.acceptSymbol(","));
        return new Settings(stream);
    }

    private List<Token> value() {
        var value = new ArrayList<Token>();
        int depth = 0;
        while (cursor.hasNext()) {
            Token token = cursor.peek();
            if (depth == 0 && (token.isSymbol(")") || token.isSymbol(",") || (!value.isEmpty() && endsClause(token)))) {
                break;
            }
            if (token.isSymbol("(") || token.isSymbol("[")) {
                depth++;
            } else if (token.isSymbol(")") || token.isSymbol("]")) {
                depth--;
            }
            value.add(cursor.next());
        }
        return value;
    }

    private static boolean endsClause(Token token) {
        return token.isWord("SETTINGS") || token.isWord("LIMIT") || token.isWord("OFFSET") || token.isWord("FETCH");
    }

    private boolean isTrue(List<Token> value) {
        Token first = value.getFirst();
        boolean signed = first.isSymbol("-") || first.isSymbol("+");
        boolean isLiteral = switch (signed && value.size() == 2 ? value.get(1).kind() : first.kind()) {
            case NUMBER, STRING, HEX -> value.size() == (signed ? 2 : 1);
            case WORD -> value.size() == 1 && (first.isWord("TRUE") || first.isWord("FALSE") || first.isWord("NULL"));
            default -> false;
        };
        if (!isLiteral) {
            throw source.error(
                    QueryError.INVALID_PLAN, first.start(), "the value of SETTINGS stream must be a literal");
        }
        return value.size() == 1 && first.isWord("TRUE");
    }
}
