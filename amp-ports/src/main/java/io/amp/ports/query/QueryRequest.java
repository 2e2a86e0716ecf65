package io.amp.ports.query;

import org.jspecify.annotations.Nullable;

/**
 * One statement as a client sent it.
 *
 * @param sql any text
 * @param defaultDataset reference that unqualified tables belong to; null = none
 * @param streaming overrides the statement's SETTINGS; null = as written
 * @param requestId for logs
 */
public record QueryRequest(
        String sql,
        @Nullable String defaultDataset,
        @Nullable Boolean streaming,
        String requestId) {
    public static QueryRequest of(String sql) {
        return new QueryRequest(sql, null, null, "-");
    }
}
