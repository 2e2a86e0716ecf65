package io.amp.adapters.query.bind;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

/** One key of ORDER BY without its direction. NULLs come last when ascending, first when descending. */
record SortItem(SqlNode value, boolean descending, boolean nullsFirst) {
    static SortItem of(SqlNode node) {
        SqlNode value = node;
        boolean descending = false;
        Boolean nullsFirst = null;
        while (value instanceof SqlCall call && isModifier(call.getKind())) {
            switch (call.getKind()) {
                case DESCENDING -> descending = true;
                case NULLS_FIRST -> nullsFirst = true;
                default -> nullsFirst = false;
            }
            value = call.operand(0);
        }
        return new SortItem(value, descending, nullsFirst == null ? descending : nullsFirst);
    }

    private static boolean isModifier(SqlKind kind) {
        return kind == SqlKind.DESCENDING || kind == SqlKind.NULLS_FIRST || kind == SqlKind.NULLS_LAST;
    }
}
