package io.amp.adapters.query.sql;

/** One open bracket while a statement is rewritten. */
final class Frame {
    /** What the bracket belongs to. */
    enum Kind {
        /** The statement itself. */
        STATEMENT,
        /** Parentheses around a query, an expression or a list of them. */
        PARENTHESES,
        /** Arguments of a function. */
        CALL,
        CAST,
        WINDOW,
        LIST,
        STRUCT,
        SUBSCRIPT,
        SLICE
    }

    /** Where in a query the text stands. */
    enum Clause {
        NONE,
        SELECT_LIST,
        FROM,
        JOIN_CONDITION,
        WHERE,
        GROUP,
        ORDER,
        LIMIT
    }

    final Kind kind;
    /** Text that closes the bracket in the parser's language. */
    final String close;
    /** Symbol that closes it in the user's text. */
    final String end;
    /** Function name in upper case, for those with keywords between the arguments. */
    final String function;
    /** Token that opened it. */
    final int opener;

    Clause clause;
    int openCases;
    /** ORDER BY was seen among the arguments of a call. */
    boolean ordered;
    /** ROWS, RANGE or GROUPS was seen in a window. */
    boolean framed;
    /** A select list without FROM so far. */
    boolean fromMissing;

    boolean isDistinctOn;

    Frame(Kind kind, String end, String close, String function, int opener, Clause clause) {
        this.kind = kind;
        this.end = end;
        this.close = close;
        this.function = function;
        this.opener = opener;
        this.clause = clause;
    }
}
