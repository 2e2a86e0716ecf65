package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Frame.Clause;
import io.amp.adapters.query.sql.RewrittenText.Parameter;
import io.amp.adapters.query.sql.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites one statement of the dialect, token by token, into the language of Calcite's parser. It knows brackets and clauses but no
 * grammar: what it does not understand passes through, and the parser complains.
 *
 * <p>Constructs that the parser lacks become calls of functions whose names start with {@code $}, which no user's name can do, because
 * names are token numbers: {@code [1, 2]} is {@code "$list"(1, 2)}, {@code x::T} is {@code x["$cast"('n')]} (a subscript binds as tightly as
 * a cast must; Calcite's own {@code ::} does not), {@code a[1:2]} is {@code a["$slice"(1, 2)]}.
 */
final class DialectRewriter {
    /** Typed literals {@code DATE '…'} and their functions. */
    static final Map<String, String> TYPED_LITERALS = Map.of(
            "DATE",
            Internal.DATE,
            "TIME",
            Internal.TIME,
            "TIMESTAMP",
            Internal.TIMESTAMP,
            "TIMESTAMPTZ",
            Internal.TIMESTAMP_ZONED);

    private static final Map<String, String> FUNCTIONS_WITH_WORDS = Map.of(
            "SUBSTRING",
            Internal.SUBSTRING,
            "SUBSTR",
            Internal.SUBSTRING,
            "POSITION",
            Internal.POSITION,
            "OVERLAY",
            Internal.OVERLAY);

    private static final Map<String, Set<String>> SEPARATING_WORDS = Map.of(
            "SUBSTRING", Set.of("FROM", "FOR"),
            "SUBSTR", Set.of("FROM", "FOR"),
            "POSITION", Set.of("IN"),
            "OVERLAY", Set.of("PLACING", "FROM", "FOR"));

    private static final Set<String> OPERAND_KEYWORDS = Set.of(
            "NULL", "TRUE", "FALSE", "UNKNOWN", "END", "ROW", "ROWS", "ONLY", "ASC", "DESC", "FIRST", "LAST", "NULLS",
            "ALL");

    /** Brackets inside each other; the parser recurses. */
    private static final int DEPTH_MAX = 200;

    private final SourceText source;
    private final TokenCursor cursor;
    private final RewrittenText.Builder out = new RewrittenText.Builder();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private Settings settings = Settings.NONE;
    /** The text so far could end an expression. */
    private boolean operand;
    /** The last token was a star that selects columns. */
    private boolean afterStar;

    private DialectRewriter(SourceText source, List<Token> tokens, int start, int end) {
        this.source = source;
        this.cursor = new TokenCursor(tokens, start, end);
    }

    static RewrittenText rewrite(SourceText source, List<Token> tokens, int start, int end) {
        return new DialectRewriter(source, tokens, start, end).run();
    }

    private RewrittenText run() {
        frames.push(new Frame(Frame.Kind.STATEMENT, "", "", "", cursor.index(), Clause.NONE));
        while (cursor.hasNext()) {
            step();
        }
        Frame open = frames.peek();
        if (open.kind != Frame.Kind.STATEMENT) {
            throw source.syntaxError(cursor.peek().start(), "'" + open.end + "' is missing");
        }
        return out.build(settings);
    }

    private void step() {
        boolean star = afterStar;
        afterStar = false;
        Token token = cursor.peek();
        switch (token.kind()) {
            case WORD -> word(token, star);
            case QUOTED_NAME -> name();
            case STRING -> string();
            case HEX -> operand("'" + cursor.index() + "'");
            case NUMBER -> operand(token.text().endsWith(".") ? token.text() + "0" : token.text());
            case PLACEHOLDER -> placeholder(token);
            case SYMBOL -> symbol(token);
            case END -> throw new IllegalStateException("a statement holds no end token");
        }
    }

    private void operand(String piece) {
        out.add(piece, cursor.index());
        cursor.next();
        operand = true;
    }

    private void other(String piece) {
        out.add(piece, cursor.index());
        cursor.next();
        operand = false;
    }

    private void call(String function) {
        out.add('"' + function + "\"(", cursor.index());
    }

    private Frame frame() {
        return frames.getFirst();
    }

    private void push(Frame.Kind kind, String end, String close, String function, Clause clause) {
        if (frames.size() > DEPTH_MAX) {
            throw source.syntaxError(cursor.peek().start(), "brackets are nested deeper than " + DEPTH_MAX);
        }
        frames.push(new Frame(kind, end, close, function, cursor.index(), clause));
        cursor.next();
        operand = false;
    }

    // Names and literals.

    private void string() {
        boolean isName = cursor.peek(1).isSymbol(".")
                || cursor.peek(-1).isSymbol(".")
                || (cursor.peek(-1).isWord("AS") && frame().kind != Frame.Kind.CAST)
                || isTablePosition();
        if (isName) {
            name();
        } else {
            operand("'" + cursor.index() + "'");
        }
    }

    private boolean isTablePosition() {
        return !operand && frame().clause == Clause.FROM && !cursor.peek(-1).isWord("AS");
    }

    /** Emits an identifier; at the start of a table it may be a table function. */
    private void name() {
        if (isTablePosition() && !cursor.peek(-1).isSymbol(".")) {
            int length = 1;
            while (cursor.peek(length).isSymbol(".")) {
                length += 2;
            }
            if (cursor.peek(length).isSymbol("(")) {
                tableFunction(length);
                return;
            }
        }
        operand('"' + Integer.toString(cursor.index()) + '"');
    }

    private void tableFunction(int length) {
        out.add("TABLE (", cursor.index());
        for (int i = 0; i < length; i++) {
            boolean isPoint = cursor.peek().isSymbol(".");
            out.add(isPoint ? "." : '"' + Integer.toString(cursor.index()) + '"', cursor.index());
            cursor.next();
        }
        out.add("(", cursor.index());
        push(Frame.Kind.CALL, ")", "))", "", Clause.NONE);
    }

    private void placeholder(Token token) {
        out.addParameter(new Parameter.User(placeholderNumber(token)));
        operand("?");
    }

    private int nextPlaceholder = 1;

    private int placeholderNumber(Token token) {
        if (token.text().isEmpty()) {
            return nextPlaceholder++;
        }
        if (token.text().length() > 5 || Integer.parseInt(token.text()) == 0) {
            throw source.syntaxError(token.start(), "placeholder numbers start at $1");
        }
        return Integer.parseInt(token.text());
    }

    // Words.

    private void word(Token token, boolean afterStar) {
        String word = token.keyword();
        if (isSettings()) {
            settings = new SettingsReader(source, cursor).read(settings, frames.size() == 1);
            operand = true;
            return;
        }
        if (afterStar && starModifier(word)) {
            return;
        }
        if (separatesArguments(word)) {
            other(",");
            return;
        }
        if (typedLiteral(word) || specialForm(word) || atTimeZone()) {
            return;
        }
        var around = new WordRoles.Surroundings(
                operand, frame().clause, frame().kind == Frame.Kind.WINDOW, frame().openCases > 0);
        if (WordRoles.isKeyword(cursor, around)) {
            keyword(word);
        } else {
            name();
        }
    }

    private boolean isSettings() {
        return operand
                && cursor.peek().isWord("SETTINGS")
                && !cursor.peek(-1).isSymbol(".")
                && !cursor.peek(-1).isWord("AS")
                && cursor.peek(1).kind() == Kind.WORD
                && cursor.peek(2).isSymbol("=");
    }

    /** {@code * EXCEPT (a)}, {@code * EXCLUDE a}, {@code * REPLACE (x AS a)}. */
    private boolean starModifier(String word) {
        boolean excludes = word.equals("EXCEPT") || word.equals("EXCLUDE");
        if ((excludes && cursor.peek(1).isSymbol("(") && !cursor.peek(2).isWord("SELECT")) || word.equals("REPLACE")) {
            other(excludes ? "EXCLUDE" : "REPLACE");
            return true;
        }
        if (word.equals("EXCLUDE") && cursor.peek(1).kind() != Kind.SYMBOL) {
            other("EXCLUDE (");
            operand('"' + Integer.toString(cursor.index()) + '"');
            out.add(")", cursor.index() - 1);
            return true;
        }
        return false;
    }

    private boolean separatesArguments(String word) {
        Frame frame = frame();
        return operand
                && frame.kind == Frame.Kind.CALL
                && SEPARATING_WORDS.getOrDefault(frame.function, Set.of()).contains(word);
    }

    private boolean typedLiteral(String word) {
        if (operand || cursor.peek(-1).isSymbol(".")) {
            return false;
        }
        String function = TYPED_LITERALS.get(word);
        if (function != null && cursor.peek(1).kind() == Kind.STRING) {
            call(function);
            cursor.next();
            operand("'" + cursor.index() + "'");
            out.add(")", cursor.index() - 1);
            return true;
        }
        if (word.equals("TIMESTAMP")
                && cursor.peek(1).isWord("WITH")
                && cursor.peek(2).isWord("TIME")
                && cursor.peek(3).isWord("ZONE")
                && cursor.peek(4).kind() == Kind.STRING) {
            call(Internal.TIMESTAMP_ZONED);
            cursor.moveTo(cursor.index() + 4);
            operand("'" + cursor.index() + "'");
            out.add(")", cursor.index() - 1);
            return true;
        }
        return word.equals("INTERVAL") && interval();
    }

    private boolean interval() {
        int length = 1;
        boolean negative = cursor.peek(1).isSymbol("-") && cursor.peek(2).kind() == Kind.NUMBER;
        if (negative) {
            length++;
        }
        Kind kind = cursor.peek(length).kind();
        if (kind != Kind.STRING && kind != Kind.NUMBER) {
            return false;
        }
        int start = cursor.index();
        int amount = start + length++;
        Integer unit = null;
        if (IntervalUnits.isUnit(cursor.peek(length))) {
            unit = start + length++;
        } else if (kind == Kind.NUMBER) {
            return false;
        }
        if (frame().kind == Frame.Kind.WINDOW && frame().framed) {
            out.addParameter(new Parameter.FrameInterval(amount, unit));
            out.add("?", start);
        } else {
            if (negative) {
                out.add("-", start);
            }
            call(Internal.INTERVAL);
            out.add("'" + amount + "'" + (unit == null ? "" : ", '" + unit + "'") + ")", start);
        }
        cursor.moveTo(start + length);
        operand = true;
        return true;
    }

    /** Functions with a syntax of their own. */
    private boolean specialForm(String word) {
        if (!cursor.peek(1).isSymbol("(") || cursor.peek(-1).isSymbol(".") || operand) {
            return false;
        }
        return switch (word) {
            case "EXTRACT" -> extract();
            case "TRIM" -> {
                trim();
                yield true;
            }
            case "CAST", "TRY_CAST" -> {
                out.add(word + " (", cursor.index());
                cursor.next();
                push(Frame.Kind.CAST, ")", ")", word, Clause.NONE);
                yield true;
            }
            default -> {
                String function = FUNCTIONS_WITH_WORDS.get(word);
                if (function != null) {
                    call(function);
                    cursor.next();
                    push(Frame.Kind.CALL, ")", ")", word, Clause.NONE);
                }
                yield function != null;
            }
        };
    }

    /** {@code EXTRACT(field FROM x)}. */
    private boolean extract() {
        boolean hasField = (cursor.peek(2).kind() == Kind.WORD || cursor.peek(2).kind() == Kind.STRING)
                && cursor.peek(3).isWord("FROM");
        if (hasField) {
            call(Internal.EXTRACT);
            cursor.next();
            push(Frame.Kind.CALL, ")", ")", "EXTRACT", Clause.NONE);
            out.add("'" + cursor.index() + "'", cursor.index());
            cursor.next();
            other(",");
        }
        return hasField;
    }

    /**
     * {@code TRIM([BOTH|LEADING|TRAILING] [characters FROM] text)}: the side, or NULL, becomes the first argument; {@code FROM} becomes
     * {@link Internal#NOTHING} between characters and text, which tells it from {@code TRIM(text, characters)}.
     */
    private void trim() {
        call(Internal.TRIM);
        cursor.next();
        push(Frame.Kind.CALL, ")", ")", "TRIM", Clause.NONE);
        Token side = cursor.peek();
        boolean named = (side.isWord("BOTH") || side.isWord("LEADING") || side.isWord("TRAILING"))
                && cursor.peek(1).kind() != Kind.SYMBOL;
        out.add(named ? "'" + cursor.index() + "' ," : "NULL ,", cursor.index());
        if (named) {
            cursor.next();
            if (cursor.acceptWord("FROM")) {
                out.add("NULL , \"" + Internal.NOTHING + "\" ,", cursor.index() - 1);
            }
        }
    }

    private boolean atTimeZone() {
        if (!operand
                || !cursor.peek().isWord("AT")
                || !cursor.peek(1).isWord("TIME")
                || !cursor.peek(2).isWord("ZONE")
                || cursor.peek(3).kind() != Kind.STRING) {
            return false;
        }
        int zone = cursor.index() + 3;
        out.add("[ \"" + Internal.AT_ZONE + "\"('" + zone + "') ]", zone);
        cursor.moveTo(zone + 1);
        operand = true;
        return true;
    }

    private void keyword(String word) {
        Frame frame = frame();
        if (trimSeparator(word, frame) || castTarget(word, frame) || orderedArguments(word, frame)) {
            return;
        }
        switch (word) {
            case "SELECT" -> {
                frame.clause = Clause.SELECT_LIST;
                frame.fromMissing = true;
                other(word);
                if (cursor.peek().isWord("DISTINCT")
                        && cursor.peek(1).isWord("ON")
                        && cursor.peek(2).isSymbol("(")) {
                    distinctOn();
                }
                return;
            }
            case "FROM" -> {
                if (!cursor.peek(-1).isWord("DISTINCT")) {
                    frame.clause = Clause.FROM;
                    frame.fromMissing = false;
                }
            }
            case "ON" -> frame.clause = Clause.JOIN_CONDITION;
            case "WHERE", "HAVING", "QUALIFY", "WINDOW" -> {
                addMissingFrom(frame);
                frame.clause = Clause.WHERE;
            }
            case "GROUP" -> {
                if (cursor.peek(1).isWord("BY")) {
                    addMissingFrom(frame);
                    frame.clause = Clause.GROUP;
                }
            }
            case "ORDER" -> frame.clause = Clause.ORDER;
            case "LIMIT", "OFFSET", "FETCH" -> frame.clause = Clause.LIMIT;
            case "UNION", "INTERSECT", "EXCEPT" -> frame.clause = Clause.NONE;
            case "JOIN" -> frame.clause = Clause.FROM;
            case "VALUES" -> frame.clause = Clause.NONE;
            case "WITH" -> {
                if (!operand) {
                    frame.clause = Clause.NONE;
                }
            }
            case "CASE" -> frame.openCases++;
            case "END" -> frame.openCases--;
            case "OVER" -> {
                over();
                return;
            }
            case "ROWS", "RANGE" -> frame.framed = frame.kind == Frame.Kind.WINDOW;
            case "GROUPS" -> {
                frame.framed = true;
                other("ROWS");
                return;
            }
            case "RIGHT" -> {
                if (isHalfJoin(cursor.peek(1))) {
                    other("LEFT");
                    return;
                }
            }
            case "SEMI", "ANTI" -> {
                if (!cursor.peek(-1).isWord("LEFT") && !cursor.peek(-1).isWord("RIGHT")) {
                    out.add("LEFT", cursor.index());
                }
            }
            default -> {
                // The word passes through as it is.
            }
        }
        boolean wasAs = word.equals("AS");
        other(word);
        operand = OPERAND_KEYWORDS.contains(word);
        if (wasAs) {
            skipMaterialized();
        }
    }

    private static boolean isHalfJoin(Token token) {
        return token.isWord("SEMI") || token.isWord("ANTI");
    }

    /** {@code WITH t AS [NOT] MATERIALIZED (…)}: the engine decides. */
    private void skipMaterialized() {
        int length = cursor.peek().isWord("NOT") ? 1 : 0;
        if (cursor.peek(length).isWord("MATERIALIZED")
                && cursor.peek(length + 1).isSymbol("(")) {
            cursor.moveTo(cursor.index() + length + 1);
        }
    }

    private void addMissingFrom(Frame frame) {
        if (frame.clause == Clause.SELECT_LIST && frame.fromMissing) {
            out.add("FROM (VALUES (0)) AS \"" + Internal.NO_FROM + '"', cursor.index());
            frame.fromMissing = false;
        }
    }

    private void distinctOn() {
        other("DISTINCT");
        cursor.next();
        call(Internal.DISTINCT_ON);
        push(Frame.Kind.CALL, ")", ") AS \"" + Internal.DISTINCT_ON + "\" ,", "", Clause.NONE);
        frame().isDistinctOn = true;
    }

    private void over() {
        other("OVER");
        if (!cursor.peek().isSymbol("(")) {
            return;
        }
        out.add("(", cursor.index());
        boolean groups = hasGroupsFrame();
        push(Frame.Kind.WINDOW, ")", ")", "", Clause.NONE);
        if (groups) {
            out.add('"' + Internal.GROUPS_FRAME + '"', cursor.index());
        }
    }

    private boolean hasGroupsFrame() {
        int depth = 0;
        for (int i = 0; cursor.peek(i).kind() != Kind.END; i++) {
            Token token = cursor.peek(i);
            if (token.isSymbol("(")) {
                depth++;
            } else if (token.isSymbol(")") && --depth == 0) {
                return false;
            } else if (depth == 1
                    && token.isWord("GROUPS")
                    && Set.of("BETWEEN", "UNBOUNDED", "CURRENT")
                            .contains(cursor.peek(i + 1).keyword())) {
                return true;
            }
        }
        return false;
    }

    private boolean trimSeparator(String word, Frame frame) {
        if (word.equals("FROM") && frame.function.equals("TRIM") && frame.kind == Frame.Kind.CALL) {
            other(", \"" + Internal.NOTHING + "\" ,");
            return true;
        }
        return false;
    }

    private boolean castTarget(String word, Frame frame) {
        if (!word.equals("AS") || frame.kind != Frame.Kind.CAST) {
            return false;
        }
        int start = cursor.index();
        cursor.next();
        int type = out.addType(new TypeReader(source, cursor).read());
        out.add("AS \"" + Internal.TYPE_PREFIX + type + '"', start);
        operand = true;
        return true;
    }

    /** {@code array_agg(x ORDER BY y)} becomes {@code array_agg(x) WITHIN GROUP (ORDER BY y)}. */
    private boolean orderedArguments(String word, Frame frame) {
        if (!word.equals("ORDER") || frame.kind != Frame.Kind.CALL || frame.ordered) {
            return false;
        }
        frame.ordered = true;
        frame.clause = Clause.ORDER;
        out.add(") WITHIN GROUP (", cursor.index());
        other(word);
        return true;
    }

    // Symbols.

    private void symbol(Token token) {
        switch (token.text()) {
            case "(" -> openParenthesis();
            case "[" -> openBracket();
            case "{" -> {
                call(Internal.STRUCT);
                push(Frame.Kind.STRUCT, "}", ")", "", Clause.NONE);
                structKey();
            }
            case ")", "]", "}" -> close(token);
            case "," -> comma();
            case ":" -> colon(token);
            case "::" -> cast();
            case "*" -> star();
            case "==" -> other("=");
            case "!=" -> other("<>");
            case "|" -> other("^");
            case "^", "#" -> other("^ \"" + Internal.XOR + "\" ^");
            case ">>" -> other("<< \"" + Internal.SHIFT_RIGHT + "\" <<");
            default -> other(token.text());
        }
    }

    private void openParenthesis() {
        boolean isCall = operand && isName(cursor.peek(-1));
        boolean holdsTables = isTablePosition()
                && !cursor.peek(-1).isWord("UNNEST")
                && !cursor.peek(-1).isWord("USING");
        Clause clause = holdsTables ? Clause.FROM : Clause.NONE;
        out.add("(", cursor.index());
        push(isCall ? Frame.Kind.CALL : Frame.Kind.PARENTHESES, ")", ")", "", clause);
    }

    private static boolean isName(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME || token.kind() == Kind.STRING;
    }

    private void openBracket() {
        if (!operand) {
            call(Internal.LIST);
            push(Frame.Kind.LIST, "]", ")", "", Clause.NONE);
        } else if (isSlice()) {
            out.add("[", cursor.index());
            call(Internal.SLICE);
            push(Frame.Kind.SLICE, "]", ") ]", "", Clause.NONE);
        } else {
            out.add("[", cursor.index());
            push(Frame.Kind.SUBSCRIPT, "]", "]", "", Clause.NONE);
        }
    }

    /** True when a colon stands directly inside the bracket that opens here. */
    private boolean isSlice() {
        int depth = 0;
        for (int i = 0; cursor.peek(i).kind() != Kind.END; i++) {
            Token token = cursor.peek(i);
            if (token.isSymbol("[") || token.isSymbol("(") || token.isSymbol("{")) {
                depth++;
            } else if (token.isSymbol("]") || token.isSymbol(")") || token.isSymbol("}")) {
                if (--depth == 0) {
                    return false;
                }
            } else if (depth == 1 && token.isSymbol(":")) {
                return true;
            }
        }
        return false;
    }

    private void close(Token token) {
        Frame frame = frame();
        if (!token.text().equals(frame.end)) {
            throw source.syntaxError(token.start(), "unexpected '" + token.text() + "'");
        }
        if (frame.kind == Frame.Kind.SLICE) {
            fillPart();
        }
        frames.pop();
        out.add(frame.close, cursor.index());
        cursor.next();
        operand = !frame.isDistinctOn;
    }

    private void comma() {
        Frame frame = frame();
        if (frame.clause == Clause.JOIN_CONDITION) {
            frame.clause = Clause.FROM;
        }
        other(",");
        if (frame.kind == Frame.Kind.STRUCT) {
            structKey();
        }
    }

    /** Keys of {@code {a: 1}} are texts, quoted or not. */
    private void structKey() {
        if (isName(cursor.peek()) && cursor.peek(1).isSymbol(":")) {
            operand("'" + cursor.index() + "'");
        }
    }

    private void colon(Token token) {
        switch (frame().kind) {
            case STRUCT -> other(",");
            case SLICE -> {
                fillPart();
                other(",");
            }
            default -> throw source.syntaxError(token.start(), "unexpected ':'");
        }
    }

    private void fillPart() {
        if (!operand) {
            out.add('"' + Internal.NOTHING + '"', cursor.index());
        }
    }

    private void cast() {
        int start = cursor.index();
        cursor.next();
        int type = out.addType(new TypeReader(source, cursor).read());
        out.add("[ \"" + Internal.CAST + "\"('" + type + "') ]", start);
        operand = true;
    }

    private void star() {
        if (operand) {
            other("*");
        } else {
            operand("*");
            afterStar = true;
        }
    }
}
