package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits a statement into tokens; comments and white space vanish. */
final class SqlLexer {
    /** Longest first. */
    private static final List<String> SYMBOLS = List.of(
            "!~*", "<=>", "::", "<>", "!=", "<=", ">=", "==", "||", "<<", ">>", "!~", "~*", "=>", "->", "(", ")", "[",
            "]", "{", "}", ",", ";", ".", ":", "+", "-", "*", "/", "%", "=", "<", ">", "~", "&", "|", "^", "#");

    private final SourceText source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlLexer(SourceText source) {
        this.source = source;
        this.text = source.text();
    }

    /** The tokens, an {@code END} last. */
    static List<Token> tokenize(SourceText source) {
        var lexer = new SqlLexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            tokens.add(next());
        }
        tokens.add(new Token(Kind.END, "", text.length(), text.length()));
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF') {
                at++;
            } else if (text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (text.startsWith("/*", at)) {
                skipBlockComment();
            } else {
                return;
            }
        }
    }

    private void skipBlockComment() {
        int start = at;
        int depth = 0;
        do {
            if (at + 1 >= text.length()) {
                throw source.syntaxError(start, "comment is not closed");
            }
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
    }

    private Token next() {
        char c = text.charAt(at);
        if ((c == 'x' || c == 'X') && at + 1 < text.length() && text.charAt(at + 1) == '\'') {
            return quotedHex();
        }
        if (isWordStart(c)) {
            return word();
        }
        if (c == '0' && at + 1 < text.length() && (text.charAt(at + 1) == 'x' || text.charAt(at + 1) == 'X')) {
            return bareHex();
        }
        if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)) && !followsName())) {
            return number();
        }
        return switch (c) {
            case '\'' -> quoted(Kind.STRING);
            case '"', '`' -> quoted(Kind.QUOTED_NAME);
            case '?' -> new Token(Kind.PLACEHOLDER, "", at, ++at);
            case '$' -> placeholder();
            default -> symbol();
        };
    }

    /** In {@code t.1} the point belongs to the name. */
    private boolean followsName() {
        if (tokens.isEmpty()) {
            return false;
        }
        Token last = tokens.getLast();
        return last.end() == at && (last.kind() == Kind.WORD || last.kind() == Kind.QUOTED_NAME || last.isSymbol("]"));
    }

    private Token word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return new Token(Kind.WORD, text.substring(start, at), start, at);
    }

    private Token quoted(Kind kind) {
        int start = at;
        char quote = text.charAt(at++);
        var content = new StringBuilder();
        while (true) {
            int end = text.indexOf(quote, at);
            if (end < 0) {
                throw source.syntaxError(
                        start,
                        kind == Kind.STRING ? "string literal is not closed" : "quoted identifier is not closed");
            }
            content.append(text, at, end);
            at = end + 1;
            if (at >= text.length() || text.charAt(at) != quote) {
                break;
            }
            content.append(quote);
            at++;
        }
        if (kind == Kind.QUOTED_NAME && content.isEmpty()) {
            throw source.syntaxError(start, "empty quoted identifier");
        }
        return new Token(kind, content.toString(), start, at);
    }

    private Token quotedHex() {
        int start = at;
        int end = text.indexOf('\'', at + 2);
        if (end < 0) {
            throw source.syntaxError(start, "binary literal is not closed");
        }
        String digits = text.substring(at + 2, end);
        at = end + 1;
        return hex(start, digits);
    }

    private Token bareHex() {
        int start = at;
        at += 2;
        int from = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return hex(start, text.substring(from, at));
    }

    private Token hex(int start, String digits) {
        for (int i = 0; i < digits.length(); i++) {
            if (Character.digit(digits.charAt(i), 16) < 0 || digits.charAt(i) > 'f') {
                throw source.syntaxError(start, "'" + digits.charAt(i) + "' is not a hexadecimal digit");
            }
        }
        if (digits.length() % 2 != 0) {
            throw source.syntaxError(start, "binary literal has an odd number of digits");
        }
        return new Token(Kind.HEX, digits, start, at);
    }

    private Token number() {
        int start = at;
        skipDigits();
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            skipDigits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int mark = at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            if (at < text.length() && isDigit(text.charAt(at))) {
                skipDigits();
            } else {
                at = mark;
            }
        }
        if (at < text.length() && isWordPart(text.charAt(at))) {
            throw source.syntaxError(start, "malformed number");
        }
        return new Token(Kind.NUMBER, text.substring(start, at), start, at);
    }

    private void skipDigits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private Token placeholder() {
        int start = at++;
        skipDigits();
        if (at == start + 1) {
            throw source.syntaxError(start, "unexpected character '$'");
        }
        return new Token(Kind.PLACEHOLDER, text.substring(start + 1, at), start, at);
    }

    private Token symbol() {
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                int start = at;
                at += symbol.length();
                return new Token(Kind.SYMBOL, symbol, start, at);
            }
        }
        int codePoint = text.codePointAt(at);
        String shown = Character.isISOControl(codePoint)
                ? String.format("U+%04X", codePoint)
                : "'" + Character.toString(codePoint) + "'";
        throw source.syntaxError(at, "unexpected character " + shown);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return c == '_' || Character.isLetter(c) || Character.isSurrogate(c);
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c) || c == '$' || Character.isDigit(c);
    }
}
