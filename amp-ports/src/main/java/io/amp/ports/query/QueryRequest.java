package io.amp.ports.query;

import org.jspecify.annotations.Nullable;

/**
 * One statement as a client sent it.
 *
 * @param sql any text
 * @param defaultDataset reference that unqualified tables belong to; null = none
 * @param streaming overrides the statement's SETTINGS; null = as written
 * @param requestId for logs
 * @param client whose limits count: the bearer token's holder, else the peer address; empty = nobody in particular, never limited alone
 */
public record QueryRequest(
        String sql,
        @Nullable String defaultDataset,
        @Nullable Boolean streaming,
        String requestId,
        String client) {
    public QueryRequest(String sql, @Nullable String defaultDataset, @Nullable Boolean streaming, String requestId) {
        this(sql, defaultDataset, streaming, requestId, "");
    }

    public static QueryRequest of(String sql) {
        return new QueryRequest(sql, null, null, "-");
    }

    /** Without statement and client, which may hold secrets. */
    @Override
    public String toString() {
        return "query " + requestId;
    }
}
