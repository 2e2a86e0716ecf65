package io.amp.core.materialize;

import java.time.Duration;

/**
 * How raw tables are written (configuration keys in brackets).
 *
 * @param pollInterval pause between looks at the head ({@code poll_interval_secs})
 * @param fileBytesMax encoded size that closes a file ({@code writer.bytes}), 0 = no limit
 * @param fileRowsMax rows that close a file ({@code writer.rows}), 0 = no limit
 * @param flushInterval age that closes a file which has rows ({@code writer.segment_flush_interval_secs})
 * @param writerName {@code amp_writer} of every footer
 */
public record MaterializeSettings(
        Duration pollInterval, long fileBytesMax, long fileRowsMax, Duration flushInterval, String writerName) {
    /** Longest range of one file, in blocks. */
    public static final long FILE_BLOCKS_MAX = 1_000_000;

    public static MaterializeSettings defaults(String writerName) {
        return new MaterializeSettings(Duration.ofSeconds(1), 2_147_483_648L, 0, Duration.ofSeconds(600), writerName);
    }
}
