package io.amp.adapters.query.bind;

import io.amp.adapters.query.sql.SyntaxTree;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.jspecify.annotations.Nullable;

/**
 * A function call with everything that may hang on it: {@code f(DISTINCT x ORDER BY y) FILTER (WHERE z) OVER (…)}.
 *
 * @param window a window or the name of one
 */
record CallShape(
        SqlCall call,
        SqlIdentifier name,
        boolean distinct,
        @Nullable SqlNodeList order,
        @Nullable SqlNode filter,
        boolean ignoreNulls,
        @Nullable SqlNode window) {

    /** @return null when the node is no function call */
    static @Nullable CallShape of(SqlCall node) {
        SqlNodeList order = null;
        SqlNode filter = null;
        SqlNode window = null;
        boolean ignoreNulls = false;
        SqlNode at = node;
        while (at instanceof SqlCall call) {
            SqlKind kind = call.getKind();
            switch (kind) {
                case OVER -> window = call.operand(1);
                case FILTER -> filter = call.operand(1);
                case WITHIN_GROUP -> order = call.operand(1);
                case IGNORE_NULLS -> ignoreNulls = true;
                case RESPECT_NULLS -> ignoreNulls = false;
                default -> {
                    SqlIdentifier name = SyntaxTree.functionName(call);
                    boolean distinct = call.getFunctionQuantifier() != null
                            && call.getFunctionQuantifier().getValue() == SqlSelectKeyword.DISTINCT;
                    return name == null
                            ? null
                            : new CallShape(call, name, distinct, order, filter, ignoreNulls, window);
                }
            }
            at = call.operand(0);
        }
        return null;
    }

    boolean isPlain() {
        return order == null && filter == null && window == null && !ignoreNulls && !distinct;
    }
}
