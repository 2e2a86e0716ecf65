package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import java.util.Set;

/**
 * Decides whether a bare word is part of the grammar or a name. Few words are reserved everywhere; most are keywords only between
 * certain neighbours, so that columns called {@code from}, {@code to}, {@code type} or {@code range} need no quotes.
 */
final class WordRoles {
    private static final Set<String> ALWAYS = Set.of("SELECT", "AS", "NOT", "NULL", "TRUE", "FALSE");

    /** Keywords when an operand stands before them. */
    private static final Set<String> AFTER_OPERAND = Set.of(
            "WHERE",
            "HAVING",
            "UNION",
            "INTERSECT",
            "EXCEPT",
            "LIMIT",
            "OFFSET",
            "FETCH",
            "JOIN",
            "ON",
            "AND",
            "OR",
            "IN",
            "IS",
            "LIKE",
            "ILIKE",
            "RLIKE",
            "BETWEEN",
            "FROM");

    /** Keywords behind {@code NOT} as well. */
    private static final Set<String> AFTER_NOT = Set.of("IN", "LIKE", "ILIKE", "RLIKE", "BETWEEN", "SIMILAR", "EXISTS");

    private static final Set<String> JOIN_WORDS =
            Set.of("JOIN", "OUTER", "SEMI", "ANTI", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL");

    private static final Set<String> FRAME_WORDS = Set.of(
            "PARTITION",
            "ROWS",
            "RANGE",
            "GROUPS",
            "UNBOUNDED",
            "PRECEDING",
            "FOLLOWING",
            "CURRENT",
            "ROW",
            "EXCLUDE",
            "NO",
            "OTHERS",
            "TIES",
            "GROUP",
            "BETWEEN",
            "AND");

    private WordRoles() {}

    /**
     * What the neighbourhood looks like.
     *
     * @param operandBefore the text before could end an expression
     * @param inWindow directly inside the parentheses of a window
     * @param inCase inside CASE … END
     */
    record Surroundings(boolean operandBefore, Frame.Clause clause, boolean inWindow, boolean inCase) {}

    static boolean isKeyword(TokenCursor cursor, Surroundings around) {
        Token token = cursor.peek();
        Token before = cursor.peek(-1);
        Token after = cursor.peek(1);
        String word = token.keyword();
        if (before.isSymbol(".") || after.isSymbol(".") || after.isSymbol("=>")) {
            return false;
        }
        if (before.isWord("AS")) {
            return word.equals("SELECT");
        }
        if (ALWAYS.contains(word)) {
            return true;
        }
        if (around.operandBefore() && AFTER_OPERAND.contains(word)) {
            return true;
        }
        if (before.isWord("NOT") && AFTER_NOT.contains(word)) {
            return true;
        }
        if (around.inWindow() && FRAME_WORDS.contains(word)) {
            return true;
        }
        return isContextual(word, before, after, cursor, around);
    }

    private static boolean isContextual(
            String word, Token before, Token after, TokenCursor cursor, Surroundings around) {
        boolean operand = around.operandBefore();
        return switch (word) {
            case "FROM" ->
                before.isWord("DISTINCT")
                        && (cursor.peek(-2).isWord("IS") || cursor.peek(-2).isWord("NOT"));
            case "WHERE" -> before.isSymbol("(");
            case "GROUP" -> after.isWord("BY") || before.isWord("WITHIN");
            case "ORDER", "PARTITION" -> after.isWord("BY");
            case "BY" -> before.isWord("GROUP") || before.isWord("ORDER") || before.isWord("PARTITION");
            case "JOIN" -> JOIN_WORDS.contains(before.keyword()) || operand;
            case "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "SEMI", "ANTI" ->
                JOIN_WORDS.contains(after.keyword());
            case "OUTER" -> after.isWord("JOIN");
            case "USING" -> operand && after.isSymbol("(");
            case "LATERAL" -> !operand && around.clause() == Frame.Clause.FROM;
            case "UNNEST" -> !operand && around.clause() == Frame.Clause.FROM && after.isSymbol("(");
            case "WITH" -> !operand || after.isWord("ORDINALITY");
            case "ORDINALITY", "RECURSIVE" -> before.isWord("WITH");
            case "VALUES" -> after.isSymbol("(") && !operand;
            case "DISTINCT" ->
                (before.isWord("SELECT")
                                || before.isSymbol("(")
                                || before.isWord("UNION")
                                || before.isWord("INTERSECT")
                                || before.isWord("EXCEPT")
                                || before.isWord("IS")
                                || before.isWord("NOT"))
                        && !after.isSymbol(",")
                        && !after.isSymbol(")");
            case "ALL" ->
                before.isWord("SELECT")
                        || before.isWord("UNION")
                        || before.isWord("INTERSECT")
                        || before.isWord("EXCEPT")
                        || before.isWord("LIMIT")
                        || (!operand && after.isSymbol("("))
                        || (before.isSymbol("(") && after.kind() != Kind.SYMBOL);
            case "ANY", "SOME" -> !operand && after.isSymbol("(") && before.kind() == Kind.SYMBOL;
            case "CASE" -> !operand && !after.isSymbol(",") && !after.isSymbol(")") && after.kind() != Kind.END;
            case "WHEN", "THEN", "ELSE", "END" -> around.inCase();
            case "EXISTS", "CAST", "TRY_CAST" -> after.isSymbol("(");
            case "ASC", "DESC" -> operand && around.clause() == Frame.Clause.ORDER;
            case "NULLS" ->
                after.isWord("FIRST") || after.isWord("LAST") || before.isWord("IGNORE") || before.isWord("RESPECT");
            case "FIRST" -> before.isWord("NULLS") || before.isWord("FETCH");
            case "NEXT" -> before.isWord("FETCH");
            case "LAST" -> before.isWord("NULLS");
            case "IGNORE", "RESPECT" -> after.isWord("NULLS");
            case "ROW", "ROWS" -> around.clause() == Frame.Clause.LIMIT;
            case "ONLY" -> before.isWord("ROW") || before.isWord("ROWS");
            case "QUALIFY" -> operand && around.clause() != Frame.Clause.SELECT_LIST;
            case "WINDOW" -> operand && cursor.peek(2).isWord("AS");
            case "FILTER" -> before.isSymbol(")") && after.isSymbol("(");
            case "OVER" -> before.isSymbol(")") || before.isWord("NULLS");
            case "WITHIN" -> before.isSymbol(")") && after.isWord("GROUP");
            case "GROUPING" -> after.isWord("SETS");
            case "SETS" -> before.isWord("GROUPING");
            case "ROLLUP", "CUBE" -> !operand && after.isSymbol("(") && around.clause() == Frame.Clause.GROUP;
            case "SIMILAR" -> operand && after.isWord("TO");
            case "TO" -> before.isWord("SIMILAR");
            case "ESCAPE" -> operand && after.kind() == Kind.STRING;
            case "SYMMETRIC", "ASYMMETRIC" -> before.isWord("BETWEEN");
            case "UNKNOWN" ->
                before.isWord("IS") || (before.isWord("NOT") && cursor.peek(-2).isWord("IS"));
            default -> false;
        };
    }
}
