package io.amp.ports.query;

import org.jspecify.annotations.Nullable;

/**
 * A table as written in a statement, after identifier folding.
 *
 * @param schema dataset reference text such as {@code eth_rpc} or {@code acme/eth_rpc@1.0.0}; null when unqualified
 * @param line 1-based position in the user's text
 * @param column 1-based
 */
public record TableReference(@Nullable String schema, String table, int line, int column) {
    /** As users write it in messages. */
    @Override
    public String toString() {
        return schema == null ? table : schema + "." + table;
    }
}
