package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import java.util.List;

/** Read position in the tokens of one statement. */
final class TokenCursor {
    private final List<Token> tokens;
    private final int end;
    private int at;

    TokenCursor(List<Token> tokens, int start, int end) {
        this.tokens = tokens;
        this.at = start;
        this.end = end;
    }

    boolean hasNext() {
        return at < end;
    }

    int index() {
        return at;
    }

    void moveTo(int index) {
        at = index;
    }

    Token peek() {
        return peek(0);
    }

    /** A token relative to the position; an {@code END} token outside the statement. */
    Token peek(int distance) {
        int index = at + distance;
        return index >= 0 && index < end ? tokens.get(index) : endToken();
    }

    private Token endToken() {
        Token last = tokens.getLast();
        int offset = end < tokens.size() ? tokens.get(end).start() : last.end();
        return new Token(Kind.END, "", offset, offset);
    }

    Token next() {
        Token token = peek();
        at++;
        return token;
    }

    /** Skips the next token when it is the given word. */
    boolean acceptWord(String word) {
        if (peek().isWord(word)) {
            at++;
            return true;
        }
        return false;
    }

    boolean acceptSymbol(String symbol) {
        if (peek().isSymbol(symbol)) {
            at++;
            return true;
        }
        return false;
    }
}
