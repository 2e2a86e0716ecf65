package io.amp.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Query servers (query specification, section 9). Zero means no limit, except where noted.
 *
 * @param streamBatchMaxBlocks per micro-batch of a streaming query
 * @param keepAlive of streaming queries, at least 30 s
 * @param memoryMax of all queries of the process
 * @param queryMemoryMax of one query
 * @param spillDirectories empty = no spilling
 * @param queueMax zero = nobody waits
 * @param jsonLinesStreaming false = refuse streaming on JSON Lines
 * @param trustProxy take the client's address from {@code X-Forwarded-For}
 * @param authTokens empty = no authentication
 */
public record QueryServerConfig(
        ListenAddress flight,
        ListenAddress jsonLines,
        long streamBatchMaxBlocks,
        Duration keepAlive,
        DataSize memoryMax,
        DataSize queryMemoryMax,
        List<Path> spillDirectories,
        Duration timeout,
        int concurrentMax,
        int streamingMax,
        int perClientMax,
        int perClientPerMinuteMax,
        int queueMax,
        Duration queueTimeout,
        boolean trustProxy,
        long resultRowsMax,
        int sqlBytesMax,
        boolean jsonLinesStreaming,
        boolean reorgAlign,
        List<Secret> authTokens,
        Optional<Tls> tls) {
    public QueryServerConfig {
        spillDirectories = List.copyOf(spillDirectories);
        authTokens = List.copyOf(authTokens);
    }

    /**
     * TLS of the Flight server; PEM files. Prints nothing of itself, paths of keys are secrets.
     *
     * @param clientCa demand client certificates of this authority
     */
    public record Tls(Path certificate, Path key, Optional<Path> clientCa) {
        @Override
        public String toString() {
            return "<redacted>";
        }
    }
}
