package io.amp.adapters.query.sql;

import io.amp.adapters.query.sql.Token.Kind;
import io.amp.adapters.query.type.SqlType;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** The parser's tree together with the tokens that its names and literals are numbers of. */
public final class SyntaxTree {
    private final SourceText source;
    private final List<Token> tokens;
    private final RewrittenText rewritten;
    private final SqlNode root;

    SyntaxTree(SourceText source, List<Token> tokens, RewrittenText rewritten, SqlNode root) {
        this.source = source;
        this.tokens = tokens;
        this.rewritten = rewritten;
        this.root = root;
    }

    public SqlNode root() {
        return root;
    }

    /** True for names that the rewriting made, such as {@code $list}. */
    public static boolean isInternal(String name) {
        return name.startsWith("$");
    }

    /** The token of one part of a name as the parser holds it. */
    public Token token(String part) {
        if (part.isEmpty() || !Character.isDigit(part.charAt(0))) {
            throw new AmpException(QueryError.SQL_PARSE_ERROR, "Invalid SQL syntax: unexpected '" + part + "'");
        }
        return tokens.get(Integer.parseInt(part));
    }

    /** One part of a name: folded, or exact when quoted. */
    public String name(String part) {
        return isInternal(part) ? part : token(part).name();
    }

    /** The parts of a name; a star at the end is the empty text. */
    public List<String> names(SqlIdentifier identifier) {
        return identifier.names.stream()
                .map(part -> part.isEmpty() ? part : name(part))
                .toList();
    }

    /** The token behind a string literal: a text, a binary or the number of an interval. */
    public Token literal(SqlLiteral literal) {
        return token(literal.getValueAs(String.class));
    }

    /** The constant text of a node, if it is one. */
    public @Nullable String text(SqlNode node) {
        if (node instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.CHAR) {
            Token token = literal(literal);
            return token.kind() == Kind.STRING ? token.text() : null;
        }
        return null;
    }

    /** Target of {@code CAST(x AS T)}: the parser holds its number as the name of a type. */
    public SqlType castType(String typeName) {
        return type(Integer.parseInt(typeName.substring(Internal.TYPE_PREFIX.length())));
    }

    public SqlType type(int number) {
        return rewritten.types().get(number);
    }

    /** For a placeholder that stands for an interval of a window frame: its amount and its unit, which may be empty. */
    public String @Nullable [] frameInterval(SqlDynamicParam parameter) {
        return rewritten.parameters().get(parameter.getIndex())
                        instanceof RewrittenText.Parameter.FrameInterval interval
                ? new String[] {
                    tokens.get(interval.amount()).text(),
                    interval.unit() == null ? "" : tokens.get(interval.unit()).text()
                }
                : null;
    }

    /** 1-based number of a placeholder of the user. */
    public int placeholder(SqlDynamicParam parameter) {
        return ((RewrittenText.Parameter.User) rewritten.parameters().get(parameter.getIndex())).number();
    }

    /** Name of the function that a call calls, as the parser holds it: a token number or an internal name. */
    public static @Nullable SqlIdentifier functionName(SqlCall call) {
        return call.getOperator() instanceof SqlFunction function ? function.getSqlIdentifier() : null;
    }

    public AmpException invalid(SqlNode at, String message) {
        return source.error(QueryError.INVALID_PLAN, offset(at.getParserPosition()), message);
    }

    public AmpException syntax(SqlNode at, String message) {
        return source.syntaxError(offset(at.getParserPosition()), message);
    }

    /** True when the word is the token at which a node starts, or one of the two before: the parser places a join type at any of its words. */
    public boolean startsNear(SqlNode node, String word) {
        int index = rewritten.originAt(node.getParserPosition().getColumnNum() - 1);
        for (int i = index; i >= Math.max(0, index - 2); i--) {
            if (tokens.get(i).isWord(word)) {
                return true;
            }
        }
        return false;
    }

    public SourceText.Position position(SqlNode node) {
        return source.position(offset(node.getParserPosition()));
    }

    private int offset(SqlParserPos position) {
        return tokens.get(rewritten.originAt(position.getColumnNum() - 1)).start();
    }

    /** The user's own spelling from the first to the last token of a node. */
    public String spelling(SqlNode node) {
        SqlParserPos position = node.getParserPosition();
        int start = tokens.get(rewritten.originAt(position.getColumnNum() - 1)).start();
        int end = tokens.get(rewritten.originAt(position.getEndColumnNum() - 1)).end();
        return source.text().substring(start, Math.max(start, end));
    }
}
