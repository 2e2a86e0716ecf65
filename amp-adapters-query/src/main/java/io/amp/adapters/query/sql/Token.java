package io.amp.adapters.query.sql;

import java.util.Locale;

/**
 * One lexical element.
 *
 * @param text decoded content: a word as written, an identifier or string without quotes, hex digits without prefix, else the characters
 * @param start offset of the first character in the user's text
 * @param end offset behind the last one
 */
public record Token(Kind kind, String text, int start, int end) {
    /** What a token is. */
    public enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        /** {@code x'0a'} or {@code 0x0a}; text = the digits, an even number of them. */
        HEX,
        NUMBER,
        SYMBOL,
        /** {@code ?} or {@code $n}; text = the number, empty for {@code ?}. */
        PLACEHOLDER,
        END
    }

    public boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** A bare word, compared without case. */
    public boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** The bare word in upper case; empty for every other token. */
    public String keyword() {
        return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : "";
    }

    /** The name this token stands for when used as an identifier: bare words are folded. */
    public String name() {
        return kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text;
    }

    public boolean isQuoted() {
        return kind == Kind.QUOTED_NAME || kind == Kind.STRING;
    }
}
