package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.ParsedSql.Output;
import io.amp.adapters.query.sql.Token.Kind;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.jspecify.annotations.Nullable;

/** From a user's text to one parsed statement (query specification, section 1.1). Stateless. */
public final class StatementParser {
    private static final SqlParser.Config CONFIG = SqlParser.config()
            .withParserFactory(SqlBabelParserImpl.FACTORY)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withConformance(SqlConformanceEnum.BABEL);

    private StatementParser() {}

    /** @throws AmpException {@link QueryError#INVALID_SQL_STRING}, {@code SQL_PARSE_ERROR}, {@code INVALID_PLAN}, {@code TABLE_REFERENCE_RESOLUTION} */
    public static ParsedSql parse(String sql) {
        if (sql.isBlank()) {
            throw new AmpException(QueryError.INVALID_SQL_STRING, "string cannot be empty or contain only whitespace");
        }
        var source = new SourceText(sql);
        List<Token> tokens = SqlLexer.tokenize(source);
        List<int[]> statements = split(tokens);
        if (statements.isEmpty()) {
            throw new AmpException(QueryError.SQL_PARSE_ERROR, "No SQL statement found");
        }
        if (statements.size() > 1) {
            throw new AmpException(
                    QueryError.SQL_PARSE_ERROR, "Expected a single SQL statement, found " + statements.size());
        }
        int[] bounds = statements.getFirst();
        return parseOne(source, tokens, bounds[0], bounds[1]);
    }

    /** Start and end token of every statement that is not empty. */
    private static List<int[]> split(List<Token> tokens) {
        var statements = new ArrayList<int[]>();
        int start = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isSymbol(";") || token.kind() == Kind.END) {
                if (i > start) {
                    statements.add(new int[] {start, i});
                }
                start = i + 1;
            }
        }
        return statements;
    }

    private static ParsedSql parseOne(SourceText source, List<Token> tokens, int start, int end) {
        var cursor = new TokenCursor(tokens, start, end);
        Output output = readOutput(source, cursor);
        StatementPolicy.check(source, cursor.peek());
        refuseWritingWith(source, cursor);
        boolean describesTable = output == Output.DESCRIBE && !startsQuery(cursor.peek());
        int from = cursor.index();
        RewrittenText rewritten = describesTable
                ? describedTable(source, tokens, from, end)
                : DialectRewriter.rewrite(source, tokens, from, end);
        var tree = new SyntaxTree(source, tokens, rewritten, parse(source, tokens, rewritten, end));
        refuseKeywordsAsNames(tree);
        return new ParsedSql(source.text(), tree, output, rewritten.settings(), TableReferences.collect(tree));
    }

    private static Output readOutput(SourceText source, TokenCursor cursor) {
        if (cursor.acceptWord("DESCRIBE")
                || (cursor.peek().isWord("DESC") && cursor.peek(1).kind() != Kind.END && cursor.acceptWord("DESC"))) {
            cursor.acceptWord("TABLE");
            return Output.DESCRIBE;
        }
        if (!cursor.acceptWord("EXPLAIN")) {
            return Output.ROWS;
        }
        boolean analyze = cursor.acceptWord("ANALYZE");
        cursor.acceptWord("VERBOSE");
        if (cursor.acceptWord("FORMAT")) {
            Token format = cursor.next();
            if (format.kind() != Kind.WORD && format.kind() != Kind.STRING) {
                throw source.syntaxError(format.start(), "EXPLAIN FORMAT needs a name");
            }
        }
        return analyze ? Output.EXPLAIN_ANALYZE : Output.EXPLAIN;
    }

    private static boolean startsQuery(Token token) {
        return token.isWord("SELECT") || token.isWord("WITH") || token.isWord("VALUES") || token.isSymbol("(");
    }

    /** {@code WITH x AS (…) INSERT …}. */
    private static void refuseWritingWith(SourceText source, TokenCursor cursor) {
        if (!cursor.peek().isWord("WITH")) {
            return;
        }
        int depth = 0;
        for (int i = 0; cursor.peek(i).kind() != Kind.END; i++) {
            Token token = cursor.peek(i);
            if (token.isSymbol("(")) {
                depth++;
            } else if (token.isSymbol(")")) {
                depth--;
            } else if (depth == 0 && cursor.peek(i - 1).isSymbol(")")) {
                if (token.isWord("SELECT")) {
                    return;
                }
                StatementPolicy.check(source, token);
            }
        }
    }

    /** {@code DESCRIBE t} asks for the columns of {@code SELECT * FROM t}. */
    private static RewrittenText describedTable(SourceText source, List<Token> tokens, int start, int end) {
        if (start == end) {
            throw source.syntaxError(tokens.get(end).start(), "DESCRIBE needs a table");
        }
        var out = new RewrittenText.Builder();
        out.add("SELECT * FROM", start);
        for (int i = start; i < end; i++) {
            Token token = tokens.get(i);
            boolean isName = (i - start) % 2 == 0;
            boolean fits = isName
                    ? token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME || token.kind() == Kind.STRING
                    : token.isSymbol(".");
            if (!fits) {
                throw source.syntaxError(token.start(), "DESCRIBE needs a table");
            }
            out.add(isName ? '"' + Integer.toString(i) + '"' : ".", i);
        }
        return out.build(Settings.NONE);
    }

    private static SqlNode parse(SourceText source, List<Token> tokens, RewrittenText rewritten, int end) {
        try {
            return SqlParser.create(rewritten.text(), CONFIG).parseQuery();
        } catch (SqlParseException e) {
            throw syntaxError(source, tokens, rewritten, end, e);
        } catch (StackOverflowError e) {
            throw new AmpException(
                    QueryError.SQL_PARSE_ERROR, "Invalid SQL syntax: the statement is nested too deeply");
        }
    }

    /** The parser takes some keywords for names where the dialect has none. */
    private static void refuseKeywordsAsNames(SyntaxTree tree) {
        tree.root().accept(new SqlBasicVisitor<Void>() {
            @Override
            public @Nullable Void visit(SqlIdentifier identifier) {
                for (String part : identifier.names) {
                    if (!part.isEmpty() && !SyntaxTree.isInternal(part) && !Character.isDigit(part.charAt(0))) {
                        throw tree.syntax(identifier, "unexpected '" + part + "'");
                    }
                }
                return null;
            }
        });
    }

    private static AmpException syntaxError(
            SourceText source, List<Token> tokens, RewrittenText rewritten, int end, SqlParseException e) {
        int column = e.getPos() == null ? 0 : e.getPos().getColumnNum() - 1;
        if (column >= rewritten.text().length()) {
            return source.syntaxError(tokens.get(end).start(), "unexpected end of the statement");
        }
        Token token = tokens.get(rewritten.originAt(Math.max(0, column)));
        return source.syntaxError(
                token.start(), "unexpected '" + source.text().substring(token.start(), token.end()) + "'");
    }
}
