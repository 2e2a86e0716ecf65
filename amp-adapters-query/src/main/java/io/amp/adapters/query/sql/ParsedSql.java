package io.amp.adapters.query.sql;

import io.amp.ports.query.QueryEngine.ParsedStatement;
import io.amp.ports.query.TableReference;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A statement that passed the parser.
 *
 * @param output what the user wants to know about the query
 */
public record ParsedSql(String sql, SyntaxTree tree, Output output, Settings settings, Set<TableReference> tables)
        implements ParsedStatement {
    /** What a statement returns. */
    public enum Output {
        ROWS,
        EXPLAIN,
        EXPLAIN_ANALYZE,
        DESCRIBE
    }

    public ParsedSql {
        tables = Collections.unmodifiableSet(new LinkedHashSet<>(tables));
    }

    @Override
    public boolean isStreaming() {
        return settings.stream() && output == Output.ROWS;
    }
}
